"""Built anew from the log is the same as kept up, and the old one answers until the new one is level."""

import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg_pool import ConnectionPool

from workflow.projections import rebuilding
from workflow.projections.inbox import Inbox
from workflow.projections.items import Area, ListSight
from workflow.projections.models import ReadModels
from workflow.projections.rebuilding import NotBuilt, UnderWay, rebuild
from workflow.projections.runner import Runner

from .histories import DEFINITION, History, Journal, before_panel, reviewed

TABLES = ("read_cases.cases", "read_inbox.memory", "read_inbox.desks")


def rows(pool: ConnectionPool) -> dict[str, list[str]]:
    with pool.connection() as connection:
        return {
            table: [row[0] for row in connection.execute(f"SELECT t::text FROM {table} AS t ORDER BY 1")]
            for table in TABLES
        }


STEPS = {
    "draft": ["document:proposal", "rename", "move", "take:submit", "take:withdraw"],
    "review": [
        "document:report",
        "checklist",
        "take:verify",
        "take:appoint",
        "take:recommend",
        "take:send_back",
        "ask",
        "warned",
        "escalated",
        "stops",
        "resumes",
        "lapsed",
    ],
    "panel": ["vote", "document:report", "take:approve", "take:send_back", "take:refuse"],
}


@st.composite
def histories(draw) -> list:
    """Events of a few cases, woven into one order."""
    cases = [History(f"C{number}") for number in range(draw(st.integers(1, 4)))]
    for case in cases:
        for _ in range(draw(st.integers(0, 14))):
            if case.state in STEPS:
                step(case, draw(st.sampled_from(STEPS[case.state])))
    woven, left = [], [list(case.events) for case in cases]
    while any(left):
        chosen = draw(st.sampled_from([events for events in left if events]))
        woven.append(chosen.pop(0))
    return woven


def step(case: History, name: str) -> None:
    verb, _, what = name.partition(":")
    match verb:
        case "document":
            case.document(what)
        case "take":
            case.taken(what, **({"officer": "officer2.palu"} if what == "appoint" else {}))
        case "rename":
            case.renamed("Nelayan")
        case "move":
            case.renamed("Nelayan", "72.10.03")
        case "checklist":
            case.checklist()
        case "ask":
            case.inquiry("officer")
            case.answer(case.asked)
        case "warned":
            case.warned()
        case "escalated":
            case.passed()
        case "lapsed":
            case.passed(escalate=None)
        case "stops" | "resumes":
            case.deadline_moved(verb == "stops")
        case "vote":
            case.vote(len(case.events) % 3)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=histories(), batch=st.integers(1, 9))
def test_rebuilt_equals_kept_up(pool, events, batch):
    with pool.connection() as connection:
        connection.execute("DROP TABLE IF EXISTS journal, projections")
    journal = Journal(pool)
    models = ReadModels(pool, journal, lambda name: DEFINITION, b"k" * 32)
    for start in range(0, len(events), batch):
        journal.append(events[start : start + batch])
        for name in models.runner.names:
            models.runner.catch_up(name)
    kept = rows(pool)
    for name in models.runner.names:
        assert rebuild(models.runner, name) == journal.head()
    assert rows(pool) == kept


def test_windows_and_parts_change_nothing(pool, journal, models, monkeypatch):
    monkeypatch.setattr(rebuilding, "WINDOW", 5)
    monkeypatch.setattr(rebuilding, "CHUNK", 2)
    monkeypatch.setattr("workflow.projections.inbox.SETTLE", 3)
    for number in range(10):
        journal.append(before_panel(f"P{number}").events)
    for name in models.runner.names:
        models.runner.catch_up(name)
    kept = rows(pool)
    seen = []
    rebuild(models.runner, "inbox", lambda position, head: seen.append((position, head)))
    assert rows(pool) == kept
    assert seen == sorted(seen)
    assert seen[-1] == (journal.head(), journal.head())


def test_the_old_one_answers_and_goes_on_meanwhile(pool, journal, models, monkeypatch):
    """While the new one is being built, events arrive, the live list shows them, and the swap loses none."""
    nation = ListSight(areas=(Area(""),))
    journal.append(event for number in range(20) for event in reviewed(f"A{number}").events)
    models.runner.catch_up("cases")
    monkeypatch.setattr(rebuilding, "WINDOW", 10)
    monkeypatch.setattr(rebuilding, "CHUNK", 5)
    answers = []

    def meanwhile(position, head):
        number = len(answers)
        if number < 5:
            journal.append(History(f"B{number}").events)
            models.runner.catch_up("cases")
        answers.append(len(models.lists.cases(nation, limit=200).items))

    rebuild(models.runner, "cases", meanwhile)
    assert answers[:5] == [21, 22, 23, 24, 25]
    models.runner.catch_up("cases")
    assert len(models.lists.cases(nation, limit=200).items) == 20 + min(len(answers), 5)


def test_readers_and_writers_never_notice_a_swap(pool, journal, models):
    nation = ListSight(areas=(Area(""),))
    journal.append(event for number in range(10) for event in reviewed(f"A{number}").events)
    models.runner.catch_up("cases")
    stop, wrong = threading.Event(), []

    def read():
        while not stop.is_set():
            try:
                head = journal.append(History(f"R{journal.head()}").events)
                models.runner.wait_for("cases", head, 10)
                page = models.lists.cases(nation, limit=200)
                if page.position < head or len(page.items) < 11:
                    wrong.append((page.position, head, len(page.items)))
            except Exception as error:
                wrong.append(error)
                return

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for _ in range(4):
        rebuild(models.runner, "cases")
    stop.set()
    for reader in readers:
        reader.join(30)
    assert not wrong


def test_two_builds_of_one_at_once_are_refused(journal, models):
    journal.append(History("A").events)
    refused = []

    def again(position, head):
        if not refused:
            with pytest.raises(UnderWay) as second:
                rebuild(models.runner, "cases")
            refused.append(second)

    rebuild(models.runner, "cases", again)
    assert refused


def test_a_build_that_fails_leaves_the_live_one(pool, journal, models):
    journal.append(reviewed("A").events)
    models.runner.catch_up("inbox")
    kept = rows(pool)

    def gone(name):
        raise KeyError(name)

    broken = Runner(pool, journal, [Inbox(gone)])
    with pytest.raises(KeyError):
        rebuild(broken, "inbox")
    assert rows(pool) == kept
    assert {place.build for place in models.runner.places()} == {"live"}
    rebuild(models.runner, "inbox")


def test_a_build_that_meets_a_failing_event_at_its_end_says_which(pool, journal, models):
    journal.append(reviewed("A").events)

    class Late(Inbox):
        def apply(self, connection, events):
            raise ValueError("no")

    late = Runner(pool, journal, [Late(lambda name: DEFINITION)])

    builds = rebuilding._Build(late, late.projection("inbox"), "me")
    builds.begin()
    builds.load()
    builds.finish()
    head = journal.append(History("B").events)
    with pytest.raises(NotBuilt) as failed:
        builds.swap()
    assert failed.value.position == head


def test_a_newer_version_is_built_and_swapped_while_the_older_program_leaves_it_alone(pool, journal, models):
    class Newer(Inbox):
        version = Inbox.version + 1
        tables = Inbox.tables + "CREATE TABLE more (ref text);"

    journal.append(reviewed("A").events)
    models.runner.catch_up("inbox")
    newer = ReadModels(pool, journal, lambda name: DEFINITION, b"k" * 32)
    newer.runner.projections["inbox"] = Newer(lambda name: DEFINITION)
    assert newer.follower.look()
    here = newer.runner.place("inbox")
    assert (here.version, here.position) == (Newer.version, journal.head())
    head = journal.append(History("B").events)
    assert models.runner.catch_up("inbox") < head
    assert newer.runner.catch_up("inbox") == head
