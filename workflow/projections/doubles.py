"""Persons whose key is live in more than one case, by the digests that claims carry."""

from collections.abc import Iterable
from datetime import datetime
from itertools import combinations
from typing import Any, NamedTuple

from psycopg import Connection

from workflow.domain.findings.comparing import ordered
from workflow.domain.findings.figures import Group, Key
from workflow.projections.ledger import Ledger

TABLES = """
CREATE TABLE persons (
    key       text COLLATE "C" NOT NULL,
    ref       text COLLATE "C" NOT NULL,
    programme text COLLATE "C" NOT NULL,
    region    text COLLATE "C" NOT NULL,
    year      integer          NOT NULL,
    PRIMARY KEY (key, ref)
);
"""


class Place(NamedTuple):
    """Where a case stands in which a person's key is live."""

    programme: str
    region: str
    year: int


class Held(NamedTuple):
    """The persons of a case, and where it stands."""

    persons: tuple[str, ...]
    place: Place


def held(group: Group) -> Held:
    # An imported case claims nothing, so nothing is released when it ends: its persons go with it.
    persons = () if group.imported and group.ended else group.persons
    return Held(persons, Place(group.programme, group.region, group.year))


class Persons:
    """What one batch changes, until it is written."""

    def __init__(self) -> None:
        self._moves: list[tuple[int, datetime, str, Held | None, Held]] = []

    def change(self, position: int, at: datetime, ref: str, before: Held | None, after: Held) -> None:
        if before != after and ((before and before.persons) or after.persons):
            self._moves.append((position, at, ref, before, after))

    def write(self, connection: Connection[Any], ledger: Ledger) -> None:
        """Store who is live where, and tell the ledger who is doubled from which event on."""
        if not self._moves:
            return
        touched = {key for *_, before, after in self._moves for key in (*(before.persons if before else ()), *after[0])}
        live = _live(connection, touched)
        stored = {(key, ref) for key, cases in live.items() for ref in cases}
        changed: set[tuple[str, str]] = set()
        for position, at, ref, before, after in self._moves:
            for key in dict.fromkeys((*(before.persons if before else ()), *after.persons)):
                cases = live.setdefault(key, {})
                counted = _doubled(key, cases)
                if key in after.persons:
                    cases[ref] = after.place
                else:
                    cases.pop(ref, None)
                changed.add((key, ref))
                _tell(ledger, position, at, counted, _doubled(key, cases))
        gone = sorted(changed & stored)
        if gone:
            connection.execute(
                "DELETE FROM persons p USING unnest(%s::text[], %s::text[]) AS g(key, ref)"
                " WHERE p.key = g.key AND p.ref = g.ref",
                [[key for key, _ in gone], [ref for _, ref in gone]],
            )
        with connection.cursor().copy("COPY persons (key, ref, programme, region, year) FROM STDIN") as copy:
            for key, ref in sorted(changed):
                if ref in live[key]:
                    copy.write_row((key, ref, *live[key][ref]))
        self._moves = []


Counted = frozenset[tuple[Key, str]]
NOBODY: Counted = frozenset()


def _doubled(key: str, cases: dict[str, Place]) -> Counted:
    """The figures in which a person counts (`double`) and those in which the cases do (`doubled`)."""
    if len(cases) < 2:
        return NOBODY
    found: set[tuple[Key, str]] = set()
    for (ref, one), (other_ref, other) in combinations(sorted(cases.items()), 2):
        a, b = ordered(one.programme, other.programme)
        for case, place in ((ref, one), (other_ref, other)):
            found.add((Key("double", a, b, place.region, place.year), key))
            found.add((Key("doubled", a, b, place.region, place.year), case))
    return frozenset(found)


def _tell(ledger: Ledger, position: int, at: datetime, before: Counted, after: Counted) -> None:
    if before == after:
        return
    for key, ref in sorted(before - after):
        ledger.change(position, at, ref, (key,), ())
    for key, ref in sorted(after - before):
        ledger.change(position, at, ref, (), (key,))


def _live(connection: Connection[Any], keys: Iterable[str]) -> dict[str, dict[str, Place]]:
    found: dict[str, dict[str, Place]] = {}
    rows = connection.execute("SELECT key, ref, programme, region, year FROM persons WHERE key = ANY(%s)", [list(keys)])
    for key, ref, *place in rows:
        found.setdefault(key, {})[ref] = Place(*place)
    return found
