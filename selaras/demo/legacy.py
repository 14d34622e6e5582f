"""Two groups of the city's old system, imported with its own times: six of their people are in another group too."""

from collections.abc import Iterable
from hashlib import sha256
from typing import TYPE_CHECKING

import msgspec

from selaras.demo.past import Past
from selaras.demo.places import PADAT_KARYA
from selaras.demo.walk import Group
from workflow.history.cases import PastCase, Step
from workflow.history.importing import History
from workflow.history.map import CaseMap, EventMap, HistoryMap
from workflow.store.master import MasterKey

if TYPE_CHECKING:
    from workflow.engine import Engine

SOURCE = "Sistem padat karya lama (contoh)"
CLERK, OFFICE = "petugas-lama-1", "dinas-lama"
"""People of the other system: nobody here has these names."""
DOUBLED = 3
"""Members of each group who are members of a group of the ministry's programme as well."""
HOW = HistoryMap(
    history=1,
    source=SOURCE,
    programme=PADAT_KARYA,
    version=1,
    zone="Asia/Makassar",
    case=CaseMap(id="nomor"),
    event=EventMap(at="waktu", actor="petugas", action="langkah", actions={}),
)


def load(engine: "Engine", past: Past, groups: Iterable[tuple[Group, Group]]) -> None:
    """Import each group, with some members of the other one beside its own. Done again it changes nothing."""
    known = engine.registry.current(PADAT_KARYA)
    assert known is not None
    definition = engine.registry.definition(known.versions[HOW.version])
    cases = [_case(past, row, group, other) for row, (group, other) in enumerate(groups, start=1)]
    file = sha256(msgspec.json.encode([SOURCE, *(case.id for case in cases)])).hexdigest()
    secret = MasterKey(engine.settings.master_key).derived("history")
    history = History(engine.log, engine.vault, definition, HOW, file, secret)
    problems = history.problems(cases)
    assert not problems, problems
    history.store(cases)


def _case(past: Past, row: int, group: Group, other: Group) -> PastCase:
    """Registered there and sent back to be mended, and so it stands since."""
    shared = [{**member, "role": "member"} for member in other.facts["members"][2 : 2 + DOUBLED]]
    opened = past.moment(205 - 6 * row, row)
    steps = (("register", 200 - 6 * row), ("return_registration", 190 - 6 * row))
    return PastCase(
        id=f"LAMA-{row:03d}",
        opened=opened,
        facts={**group.facts, "members": [*group.facts["members"], *shared]},
        deadline=None,
        steps=tuple(
            Step(2 * row + number, past.moment(ago, row + number), CLERK, OFFICE, action)
            for number, (action, ago) in enumerate(steps)
        ),
    )
