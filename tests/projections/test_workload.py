"""How long cases stay, counted against a slow and obvious counter; what waits for whom, and how late it is."""

from datetime import date, timedelta

import numpy
import pytest
from hypothesis import given as given_any
from hypothesis import settings
from hypothesis import strategies as st

from workflow.domain import days_off
from workflow.domain.calendar import local_date
from workflow.domain.definition.model import CalendarRule
from workflow.domain.directory import EMPTY, AppointmentMade, OfficeOpened, fold
from workflow.domain.events import Recorded
from workflow.domain.words import Text
from workflow.projections.elapsed import working_days
from workflow.projections.items import Area, ListSight
from workflow.projections.models import ReadModels
from workflow.projections.rebuilding import rebuild
from workflow.projections.workload import Days, Load, days_of

from .histories import DEFINITION, START, History, Journal, before_panel, reviewed

ALL = ListSight(areas=(Area("", ("small",)),))
PALU, SIGI = ListSight(areas=(Area("72.71", ("small",)),)), ListSight(areas=(Area("72.10", ("small",)),))
WEEK = CalendarRule(zone="Asia/Makassar", week=(0, 1, 2, 3, 4))


def _directory():
    bodies = [
        OfficeOpened(office="palu", title=Text("P", "P"), level="city", region="72.71", agency="a"),
        OfficeOpened(office="nation", title=Text("N", "N"), level="nation", region="", agency="a"),
        *(
            AppointmentMade(number=n, person=who, role=role, office=office, since=date(2026, 1, 1), legal_basis="b")
            for n, (who, role, office) in enumerate(
                [
                    ("o1", "officer", "palu"),
                    ("o2", "officer", "palu"),
                    ("h", "head", "palu"),
                    ("p1", "panel", "nation"),
                ],
                start=1,
            )
        ),
    ]
    return fold(
        (Recorded(stream="directory", version=v, at=START, actor="admin", body=b) for v, b in enumerate(bodies, 1)),
        EMPTY,
    )


DIRECTORY = _directory()
OPEN = days_off.DaysOff()
"""No agency has a day of its own."""


def closed(number: int, day: date, agency: str | None = "agency", region: str = "72.71") -> Recorded:
    body = days_off.DayOffDeclared(
        number=number, agency=agency, region=region, date=day, reason=Text("HUT kota", "City's day"), legal_basis="SK 1"
    )
    return Recorded(stream=days_off.STREAM, version=number, at=START, actor="admin", body=body)


CLOSED = [
    closed(1, date(2026, 3, 4)),  # a Wednesday
    closed(2, date(2026, 3, 4), agency=None, region="72"),  # the same day once more
    closed(3, date(2026, 3, 7)),  # a Saturday, on which nobody works anyway
    closed(4, date(2026, 3, 5), agency="another"),
    closed(5, date(2026, 3, 5), region="72.10"),
    closed(6, date(2026, 3, 13), region="72.71.01"),  # of one district
]


@pytest.fixture
def told(models: ReadModels, journal: Journal):
    def tell(*histories: History) -> ReadModels:
        for history in histories:
            journal.append(history.events)
        for name in ("inbox", "stays"):
            models.runner.catch_up(name)
        return models

    return tell


def loads(
    models: ReadModels, at, sight: ListSight = ALL, office=None, role=None, days_off=OPEN
) -> dict[tuple[str | None, str], Load]:
    found, _ = models.workload.loads(sight, DIRECTORY, days_off, at, office, role)
    return {(load.office, load.role): load for load in found}


@settings(max_examples=200, deadline=None)
@given_any(st.dates(date(2019, 1, 1), date(2031, 12, 31)), st.integers(-20, 1200))
def test_working_days_are_those_of_an_independent_counter(after, span):
    until = after + timedelta(days=span)
    tomorrow = timedelta(days=1)
    expected = int(numpy.busday_count(after + tomorrow, until + tomorrow)) if span > 0 else 0
    assert working_days(WEEK, after, until) == expected


def test_a_holiday_is_no_working_day():
    indonesian = CalendarRule(zone="Asia/Makassar", week=(0, 1, 2, 3, 4), country="ID", categories=("public",))
    assert working_days(indonesian, date(2026, 8, 14), date(2026, 8, 18)) == 1


@settings(max_examples=200, deadline=None)
@given_any(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 5)), min_size=1))
def test_percentiles_are_those_of_an_independent_counter(lengths):
    every = [length for length, many in lengths for _ in range(many)]
    median, p90 = numpy.percentile(every, [50, 90])
    found = days_of(lengths)
    # To a tenth of a day.
    assert (found.median, found.p90) == (pytest.approx(median, abs=0.0501), pytest.approx(p90, abs=0.0501))
    assert (found.median, found.p90) == (round(found.median, 1), round(found.p90, 1))
    assert found.longest == max(every)


def test_what_waits_is_counted_by_office_and_role(told):
    models = told(reviewed("A"), reviewed("B").inquiry("leader"), before_panel("C"), reviewed("S", region="72.10.01"))
    now = START + timedelta(hours=20)
    found = loads(models, now)
    assert (found["palu", "officer"].open, found["palu", "officer"].stopped) == (2, 1)
    assert found[None, "officer"].open == 1, "nobody serves in Sigi"
    # Three seats, one case.
    assert found["nation", "panel"].open == 1
    assert (found[None, "leader"].open, found[None, "leader"].stopped) == (1, 1)
    assert ("palu", "officer") in loads(models, now, office="palu")
    assert (None, "officer") not in loads(models, now, office="palu")
    assert {role for _, role in loads(models, now, role="panel")} == {"panel"}


def test_lateness_is_told_in_working_days(told):
    history = reviewed("A")
    models = told(history)
    due = history.events[-1].body.move.due
    before, after = due - timedelta(hours=1), due + timedelta(days=14)
    on_time = loads(models, before)["palu", "officer"]
    assert (on_time.late, on_time.due_this_week, on_time.overdue) == (0, 1, None)
    late = loads(models, after)["palu", "officer"]
    assert (late.late, late.due_this_week) == (1, 0)
    zone = DEFINITION.calendar.zone
    assert late.overdue == Days(10.0, 10.0, 10)
    entered = local_date(history.events[-1].at, zone)
    assert late.waiting.longest == numpy.busday_count(entered, local_date(after, zone))


def test_who_is_asked_of_a_late_case_is_late_with_the_answer_alone(told):
    history = reviewed("A").passed().inquiry("leader")
    asked = history.events[-1].body
    models = told(history)
    # The office is late, the leader has some days yet.
    before, after = asked.answer_due - timedelta(hours=1), asked.answer_due + timedelta(hours=1)
    assert (loads(models, before)[None, "leader"].late, loads(models, after)[None, "leader"].late) == (0, 1)


def test_an_agencys_own_days_are_no_days_of_lateness(told):
    history, elsewhere = reviewed("A"), reviewed("B", region="72.71.02")
    models = told(history, elsewhere)
    due, known = history.events[-1].body.move.due, days_off.fold(CLOSED, OPEN)
    monday = START + timedelta(days=14)
    zone = DEFINITION.calendar.zone
    entered, ended, today = (local_date(at, zone) for at in (history.events[-1].at, due - timedelta(hours=1), monday))

    def counted(after: date, *off: str) -> int:
        return int(numpy.busday_count(after + timedelta(days=1), today + timedelta(days=1), holidays=[*off]))

    load = loads(models, monday, role="officer", days_off=known)["palu", "officer"]
    waited = [counted(entered, "2026-03-04", "2026-03-13"), counted(entered, "2026-03-04")]
    assert (load.waiting.median, load.waiting.longest) == (sum(waited) / 2, max(waited))
    assert load.overdue is not None
    overdue = [counted(ended, "2026-03-04", "2026-03-13"), counted(ended, "2026-03-04")]
    assert (load.overdue.median, load.overdue.longest) == (sum(overdue) / 2, max(overdue))
    assert load.overdue != loads(models, monday, role="officer")["palu", "officer"].overdue


def test_nobody_sees_other_areas(told):
    models = told(reviewed("A"), reviewed("S", region="72.10.01"))
    now = START + timedelta(hours=20)
    assert loads(models, now, SIGI)[None, "officer"].open == 1
    assert ("palu", "officer") not in loads(models, now, SIGI)
    assert loads(models, now, ListSight()) == {}
    assert loads(models, now, ListSight(areas=(Area("", ("other",)),))) == {}


def test_the_slowest_steps_come_first(told):
    quick, slow = reviewed("A"), reviewed("B")
    quick.document("report").taken("verify", "officer.palu").taken("recommend")
    slow.document("report").taken("verify", "officer.palu").taken("recommend", hours=24 * 14)
    models = told(quick, slow)
    steps, position = models.workload.slowest(ALL, START + timedelta(days=30), None)
    assert [(step.state, step.cases) for step in steps] == [("review", 2), ("draft", 2)]
    assert steps[0].days == Days(5.0, 9.0, 10)
    assert position == len(quick.events) + len(slow.events)
    assert models.workload.slowest(SIGI, START + timedelta(days=30), None)[0] == ()
    assert models.workload.slowest(ALL, START + timedelta(days=30), "72.10")[0] == ()
    assert models.workload.slowest(PALU, START + timedelta(days=900), None)[0] == ()


def test_a_step_is_not_slower_for_the_agencys_own_days(told, journal, pool):
    journal.append(CLOSED)
    withdrawn = days_off.DayOffWithdrawn(number=2, legal_basis="SK 2")
    journal.append([Recorded(stream=days_off.STREAM, version=7, at=START, actor="admin", body=withdrawn)])
    history = reviewed("A", region="72.71.02").document("report").taken("verify", "officer.palu")
    left = history.taken("recommend", hours=24 * 7).events[-1].at
    models = told(history)
    (review, *_), _ = models.workload.slowest(ALL, START + timedelta(days=30), None)
    assert local_date(left, DEFINITION.calendar.zone) == date(2026, 3, 9)
    assert (review.state, review.days.longest) == ("review", 4)
    # What is declared once they are over leaves them alone, also when they are counted anew.
    journal.append([closed(7, date(2026, 3, 6))])
    before = _stays(pool)
    models.runner.catch_up("stays")
    rebuild(models.runner, "stays")
    assert _stays(pool) == before


def test_a_moved_group_counts_where_it_is(told, journal, models):
    history = reviewed("A")
    told(history)
    history.renamed("Tani Makmur", region="72.10.01").taken("send_back")
    journal.append(history.events[-2:])
    models.runner.catch_up("stays")
    at = START + timedelta(days=5)
    assert [step.state for step in models.workload.slowest(SIGI, at, None)[0]] == ["review"]
    assert [step.state for step in models.workload.slowest(PALU, at, None)[0]] == ["draft"]


def test_a_rebuild_comes_to_the_same_stays(told, pool):
    models = told(before_panel("A").vote(0).vote(1).taken("approve", "panel2"), reviewed("B").taken("send_back"))

    before = _stays(pool)
    assert before
    rebuild(models.runner, "stays")
    assert _stays(pool) == before


def _stays(pool):
    with pool.connection() as connection:
        return connection.execute("SELECT * FROM read_stays.stays ORDER BY ref, round").fetchall()
