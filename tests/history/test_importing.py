"""Past cases in the log: with their own times and people, once, and never taken for decisions of ours."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from tests.history.logs import as_csv, as_xes, as_xlsx, line, two_cases
from workflow.casework import Casework
from workflow.domain.evolve import fold
from workflow.evidence.replay import replay
from workflow.history import importing
from workflow.history.cases import read_cases
from workflow.history.rows import read_rows
from workflow.projections.items import Area, Filters, ListSight
from workflow.store.factory import environment

NATION = ListSight(areas=(Area(""),))


@pytest.fixture
def brought(desk):
    """Two cases in the log; how they came in is `brought.result`."""
    desk.result = desk.bring(two_cases())
    return desk


@pytest.fixture
def first(brought):
    return brought.refs()["B-1"]


def events_of(desk) -> list[tuple[str, int]]:
    return [(event.stream, event.version) for event in desk.engine.log.select(0, 10_000)]


# --- what is stored -------------------------------------------------------------------------------------------


def test_a_case_stands_as_its_history_left_it(brought, first):
    case, definition = brought.engine.casework.case(first)
    assert (case.state, case.phase, case.ended, case.round, case.version) == ("closed", "done", True, 3, 4)
    assert (case.imported_from, case.applicant, case.definition) == ("SIMPEL", "imported", definition.hash)
    assert case.facts == {"subject": "Warung B-1", "area": 12, "urgent": False}
    assert (case.opened, case.changed) == (
        datetime(2019, 3, 1, 0, tzinfo=UTC),
        datetime(2019, 3, 20, 1, tzinfo=UTC),
    )


def test_every_event_says_where_it_comes_from_and_claims_no_authority(brought, first):
    history = brought.engine.casework.history(first)
    assert [(e.imported.row, e.actor, e.office) for e in history] == [
        (2, "imported", None),
        (2, "A. Clerk", "Counter"),
        (3, "A. Clerk", "Counter"),
        (5, "B. Head", "Upstairs"),
    ]
    assert {(e.imported.source, e.imported.case, e.imported.file) for e in history} == {("SIMPEL", "B-1", "f" * 64)}
    taken = [event.body for event in history[1:]]
    assert {(body.role, body.dossier, body.covers == {}) for body in taken} == {("imported", "", True)}
    case = fold(history)
    assert (case.done_by, case.held, case.seats) == ({}, {}, ())


def test_deadlines_are_counted_by_the_calendar_and_go_with_the_state(brought):
    engine, refs = brought.engine, brought.refs()
    assert engine.casework.as_of(refs["B-1"], datetime(2019, 3, 1, 1, tzinfo=UTC)).due == datetime(
        2019, 3, 15, 16, tzinfo=UTC
    )
    assert engine.casework.case(refs["B-2"])[0].due is None


def test_deadlines_are_compared_with_those_of_the_other_system(brought):
    assert brought.result.deadlines == {0: 1, 4: 1}


def test_a_step_that_stays_ends_no_round_and_restarts_no_clock(brought, first):
    entry, noted = (brought.engine.casework.as_of(first, when) for when in _first_two(brought, first))
    assert (noted.round, noted.entered, noted.due) == (entry.round, entry.entered, entry.due)
    assert noted.totals == {"note": 1}


def _first_two(desk, ref) -> list[int]:
    return [event.position for event in desk.engine.casework.history(ref)][:2]


def test_steps_that_the_definition_does_not_foresee_are_kept_and_counted(desk):
    lines = [line(1, "B", "2019-03-01 09:00:00", "Grant"), line(2, "B", "2019-03-02 09:00:00", "Send")]
    result = desk.bring(lines)
    assert result.unforeseen == 2
    case, _ = desk.engine.casework.case(desk.refs()["B"])
    assert (case.state, case.ended, case.totals) == ("review", False, {"grant": 1, "send": 1})


def test_facts_that_do_not_fit_are_told_by_row_and_column_before_anything_is_stored(desk):
    lines = [line(1, "B", "2019-03-01 09:00:00", "Note", area="0", subject="x" * 100_000)]
    cases, problems = desk.read(lines)
    assert not problems
    found = {(problem.row, problem.column) for problem in desk.history().problems(cases)}
    assert found == {(2, "case:area"), (2, "case:subject")}
    cases, _ = desk.read([line(1, "B", "2019-03-01 09:00:00", "Note", subject="NUL\x00")])
    assert [problem.column for problem in desk.history().problems(cases)] == ["case:subject"]
    cases, _ = desk.read([line(1, "B", "2019-03-01 09:00:00", "Note", subject="")])
    assert "subject" in desk.history().problems(cases)[0].say


@pytest.mark.parametrize(("write", "name"), [(as_csv, "a.csv.gz"), (as_xlsx, "a.xlsx"), (as_xes, "a.xes.gz")])
def test_every_format_tells_the_same_cases(desk, tmp_path, write, name):
    cases, problems = read_cases(
        read_rows(write(tmp_path / name, two_cases())), desk.how, desk.definition, datetime.now(UTC)
    )
    assert (problems, desk.history().problems(cases)) == ((), ())
    desk.history().store(cases)
    # Rows are numbered by each format's own lights; all else is the same, so that it is the same import.
    again = desk.bring(two_cases())
    assert (again.cases, again.already) == (0, 2)


# --- again, at once, changed ----------------------------------------------------------------------------------


def test_again_changes_nothing(brought):
    before = events_of(brought)
    again = brought.bring(reversed(two_cases()))
    assert (again.cases, again.events, again.already, again.different) == (0, 0, 2, [])
    assert events_of(brought) == before


def test_a_file_that_has_grown_brings_what_is_new(brought):
    again = brought.bring([line(9, "B-3", "2019-04-01 09:00:00", "Note"), *two_cases()])
    assert (again.cases, again.events, again.already) == (1, 1, 2)


def test_a_changed_case_is_reported_with_what_differs_and_left_alone(brought, first):
    before = events_of(brought)
    changed = [
        one | {"case:subject": "Warung Baru"} if one["case:concept:name"] == "B-1" else one for one in two_cases()
    ]
    changed.append(line(9, "B-2", "2019-03-10 09:00:00", "Grant", start="2019-03-05 08:00:00", area="", urgent="true"))
    changed[3] |= {"org:resource": "C. Other"}
    again = brought.bring(changed)
    assert (again.cases, again.already) == (0, 0)
    said = {one.id: one for one in again.different}
    assert said["B-1"].ref == first
    assert said["B-1"].say == "other facts: subject; 3 steps where 3 were imported, differing from step 3 on"
    assert said["B-2"].say == "3 steps where 2 were imported, differing from step 3 on"
    assert events_of(brought) == before


def test_an_import_cut_short_goes_on_where_it_was(desk, monkeypatch):
    monkeypatch.setattr(importing, "BATCH", 1)

    def cut(done: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        desk.bring(two_cases(), cut)
    assert len(desk.refs()) == 1
    result = desk.bring(two_cases())
    assert (result.cases, result.already) == (1, 1)


def test_two_imports_at_once_double_nothing(desk, settings, monkeypatch):
    monkeypatch.setattr(importing, "BATCH", 7)
    lines = [line(n, f"B-{n // 3}", f"2019-03-{n % 3 + 2:02} 09:00:00", "Note") for n in range(180)]
    cases, _ = desk.read(lines)
    others = [Casework(environment(settings.database_url)) for _ in range(3)]
    try:
        with ThreadPoolExecutor(3) as at_once:
            results = list(at_once.map(lambda other: desk.history(other.store).store(cases), others))
    finally:
        for other in others:
            other.close()
    assert sum(result.cases for result in results) == 60
    assert [result.cases + result.already for result in results] == [60, 60, 60]
    imported = [event for event in desk.engine.log.select(0, 10_000) if event.imported]
    assert len(imported) == 60 + 180
    assert len({event.stream for event in imported}) == 60


def test_progress_is_told_batch_by_batch(desk, monkeypatch):
    monkeypatch.setattr(importing, "BATCH", 1)
    told: list[int] = []
    desk.bring(two_cases(), told.append)
    assert told == [1, 2]


# --- as native ones -------------------------------------------------------------------------------------------


def test_as_of_works_by_moment_and_by_position(brought, first):
    casework = brought.engine.casework
    history = casework.history(first)
    for number, event in enumerate(history, start=1):
        expected = fold(history[:number])
        assert casework.as_of(first, event.at) == expected
        assert casework.as_of(first, event.position) == expected
    assert casework.as_of(first, history[0].at - timedelta(microseconds=1)) is None
    assert [step.case.state for step in replay(history)] == ["entry", "entry", "review", "closed"]


def test_lists_find_imported_cases_by_the_name_they_have_elsewhere(brought, models, first):
    lists = models().lists

    def found(**filters):
        return {item.ref for item in lists.cases(NATION, Filters(**filters)).items}

    assert found(imported=True) == set(brought.refs().values())
    assert found(imported=False) == set()
    assert found(q="b-1") == found(ended=True) == {first}
    (item,) = lists.cases(NATION, Filters(q="b-1")).items
    assert (item.imported, item.label, item.waited, item.waited_in) == (
        "SIMPEL",
        "B-1 Warung B-1",
        int(timedelta(days=15, hours=23).total_seconds()),
        "review",
    )


def test_the_longest_waits_are_found_page_by_page(desk, models):
    hours = [5, 300, 1, 44, 12]
    lines = []
    for number, wait in enumerate(hours):
        at = datetime(2019, 3, 1, 8) + timedelta(hours=wait)
        lines.append(line(number, f"B-{wait}", str(at), "Note"))
    desk.bring(lines)
    lists, found, cursor = models().lists, [], None
    while True:
        page = lists.cases(NATION, Filters(imported=True), "-waited", cursor, 2)
        found += [item.waited // 3600 for item in page.items]
        cursor = page.next
        if cursor is None:
            break
    assert found == sorted(hours, reverse=True)
