"""Past cases in the log: told once, folded like native ones, listed, and never taken for decisions of ours."""

import csv
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

from tests.history.logs import DEFINITION, MAP, Line, as_csv, as_xes, as_xlsx, line, two_cases
from workflow.domain.events import ActionTaken
from workflow.domain.evolve import IMPORTED, fold
from workflow.engine import Engine
from workflow.history.cases import read_cases
from workflow.history.importing import History, Imports
from workflow.history.map import read_map
from workflow.history.rows import read_rows
from workflow.projections.items import Area, Filters, ListSight
from workflow.projections.models import ReadModels
from workflow.settings import Settings
from workflow.store.master import MasterKey

KEY = b"k" * 32
NATION = ListSight(areas=(Area(""),))
START = datetime(2018, 1, 1, 8, tzinfo=UTC)


@pytest.fixture
def engine(database_url: str, tmp_path: Path) -> Iterator[Engine]:
    settings = Settings(database_url=database_url, broker_url="memory://", data_dir=tmp_path, master_key=KEY, demo=True)
    with Engine.open(settings) as opened:
        opened.registry.publish(DEFINITION, "izin-lama/v1.yaml", by="operator")
        yield opened


@pytest.fixture
def take_in(engine: Engine, tmp_path: Path) -> Callable[[Path], Imports]:
    """Import a file as the command does."""
    map_file = tmp_path / "map.yaml"
    map_file.write_text(MAP)

    def take_in(path: Path) -> Imports:
        how = read_map(map_file)
        programme = engine.registry.current(how.programme)
        assert programme is not None
        definition = engine.registry.definition(programme.versions[how.version])
        cases, problems = read_cases(read_rows(path), how, definition, datetime.now(UTC))
        secret = MasterKey(KEY).derived("history")
        digest = sha256(path.read_bytes()).hexdigest()
        work = History(engine.log, engine.vault, definition, how, digest, secret)
        assert (problems, work.problems(cases)) == ((), ())
        return work.store(cases)

    return take_in


def listed(engine: Engine, sort: str = "-opened", limit: int = 200) -> list:
    models = ReadModels(engine.pool, engine.log, engine.registry.definition, KEY)
    models.runner.wait_for("cases", engine.log.head(), 30)
    return list(models.lists.cases(NATION, Filters(imported=True), sort=sort, limit=limit).items)


def side_by_side(cases: int, seed: int = 7) -> list[Line]:
    """A log of the shape of real ones: steps of many cases mixed, notes in any number and order, some never sent."""
    chance, lines = Random(seed), list[tuple[datetime, str, str, datetime]]()
    for number in range(cases):
        opened = START + timedelta(hours=chance.randrange(20_000))
        steps = ["Note"] * chance.randrange(1, 6) + ["Send"] * (chance.random() < 0.8)
        chance.shuffle(steps)
        at = opened
        for step in steps + ["Grant"] * ("Send" in steps):
            at += timedelta(minutes=chance.randrange(1, 60_000))
            lines.append((at, f"B-{number}", step, opened))
    lines.sort()
    return [
        line(n, case, at.isoformat(), step, start=opened.isoformat(), deadline="")
        for n, (at, case, step, opened) in enumerate(lines, start=1)
    ]


@pytest.mark.parametrize(("write", "name"), [(as_csv, "a.csv.gz"), (as_xlsx, "a.xlsx"), (as_xes, "a.xes")])
def test_cases_of_every_format_fold_like_native_ones_and_claim_no_authority(engine, take_in, tmp_path, write, name):
    result = take_in(write(tmp_path / name, two_cases()))
    assert (result.cases, result.events, result.unforeseen) == (2, 5, 0)
    closed, open_ = sorted(listed(engine), key=lambda item: item.opened)
    case, definition = engine.casework.case(closed.ref)
    assert (case.state, case.ended, case.imported_from, case.held) == ("closed", True, "SIMPEL", {})
    assert engine.casework.case(open_.ref)[0].state == "review"
    history = engine.casework.history(closed.ref)
    assert [event.at.isoformat() for event in history][-1] == "2019-03-20T01:00:00+00:00"
    assert all(event.imported and event.imported.source == "SIMPEL" for event in history)
    assert [getattr(event.body, "role", IMPORTED) for event in history] == [IMPORTED] * 4
    assert fold(history) == case
    assert engine.reading.case(case, definition, "open")["facts"]["subject"] == "Warung B-1"


def test_the_past_stands_as_of_its_own_times_and_of_our_positions(engine, take_in, tmp_path):
    take_in(as_csv(tmp_path / "a.csv", two_cases()))
    ref = min(listed(engine), key=lambda item: item.opened).ref
    sent = engine.casework.history(ref)[2]
    by_time = engine.casework.as_of(ref, datetime(2019, 3, 4, 3, tzinfo=UTC))
    assert by_time is not None
    assert by_time.state == "review"
    assert engine.casework.as_of(ref, sent.position) == by_time
    assert engine.casework.as_of(ref, datetime(2019, 1, 1, tzinfo=UTC)) is None


def test_importing_again_changes_nothing(engine, take_in, tmp_path):
    path = as_csv(tmp_path / "a.csv", two_cases())
    take_in(path)
    head = engine.log.head()
    again = take_in(path)
    assert (again.cases, again.events, again.already, engine.log.head()) == (0, 0, 2, head)


def test_two_imports_at_once_double_nothing(engine, take_in, tmp_path):
    path = as_csv(tmp_path / "a.csv", side_by_side(150))
    with ThreadPoolExecutor(2) as threads:
        results = list(threads.map(take_in, [path, path]))
    assert sum(result.cases for result in results) == 150
    assert sum(result.already for result in results) == 150
    assert len(listed(engine)) == 150


def test_a_file_that_says_something_else_is_told_and_nothing_is_touched(engine, take_in, tmp_path):
    take_in(as_csv(tmp_path / "a.csv", two_cases()))
    head = engine.log.head()
    changed = [*two_cases(), line(6, "B-2", "2019-03-21 09:00:00", "Grant", start="2019-03-05 08:00:00", urgent="true")]
    changed[-1]["case:area"] = ""
    result = take_in(as_csv(tmp_path / "b.csv", changed))
    assert (result.cases, result.already, engine.log.head()) == (0, 1, head)
    assert [different.id for different in result.different] == ["B-2"]


def test_a_step_that_the_definition_does_not_foresee_is_stored_and_counted(engine, take_in, tmp_path):
    result = take_in(as_csv(tmp_path / "a.csv", [line(1, "B-1", "2019-03-01 09:00:00", "Grant")]))
    assert (result.events, result.unforeseen) == (1, 1)
    assert engine.casework.case(listed(engine)[0].ref)[0].state == "closed"


def test_the_other_systems_deadlines_are_compared_with_our_calendars(take_in, tmp_path):
    # Ten working days after Friday 1 March 2019; Nyepi on 7 March did not count.
    far = [line(1, "B-1", "2019-03-01 09:00:00", "Note", deadline="2019-03-25")]
    assert take_in(as_csv(tmp_path / "a.csv", [*far])).deadlines == {-10: 1}


def test_a_log_with_steps_side_by_side_is_accounted_for_and_its_longest_waits_found(engine, take_in, tmp_path):
    path = as_csv(tmp_path / "a.csv", side_by_side(300))
    result = take_in(path)
    with path.open(newline="") as text:
        rows = list(csv.DictReader(text))
    moments = defaultdict(list)
    for row in rows:
        moments[row["case:concept:name"]] += [row["case:start"], row["time:timestamp"]]
    waits = {}
    for name, texts in moments.items():
        times = sorted({datetime.fromisoformat(text) for text in texts})
        waits[name] = max(int((b - a).total_seconds()) for a, b in pairwise(times))
    assert (result.cases, result.events) == (len(moments), len(rows))
    longest = listed(engine, sort="-waited", limit=10)
    assert [item.waited for item in longest] == sorted(waits.values(), reverse=True)[:10]
    ours = {"Note": "note", "Send": "send", "Grant": "grant"}
    stored = [event.body for event in engine.log.select(0, 10_000) if isinstance(event.body, ActionTaken)]
    assert Counter(body.action for body in stored) == Counter(ours[row["concept:name"]] for row in rows)
