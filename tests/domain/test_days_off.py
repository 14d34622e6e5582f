"""A day that an agency takes off: what may be declared, and which open deadlines it moves, each once."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.story import Story, answer, ask, inquire, later, proposed, recommended, take
from workflow.domain import days_off
from workflow.domain.calendar import Calendar, DayOff, counted_between, deadline, end_of, local_date
from workflow.domain.commands import MindDeadline, Recount
from workflow.domain.days_off import DayOffDeclared, DayOffWithdrawn, DaysOff, DeclareDays, OwnDay, WithdrawDay
from workflow.domain.deadlines import deadlines
from workflow.domain.events import Kind, Recorded
from workflow.domain.refusal import Refused
from workflow.domain.words import Text

FRIDAY, TUESDAY = date(2026, 11, 27), date(2026, 12, 1)
SAY = Text("HUT kota (SK 1/2026)", "city's day (SK 1/2026)")


def declared(day: date):
    """The day stands in the calendar from now on; open deadlines have not been counted anew yet."""

    def step(story: Story) -> list[Any]:
        story.world.declared.append(day)
        return []

    return step


def recounts(version: int = 1, by: str = "system"):
    return ask(by, Recount(version=version, why=f"day_off/{version}", say=SAY))


# --- what moves -----------------------------------------------------------------------------------------------------


def test_a_day_added_later_moves_the_open_deadline_that_it_touches():
    story = Story().given(proposed(), declared(FRIDAY))  # Monday the 23rd; due when Monday the 30th ends
    story.when(recounts()).then("DeadlineMoved")
    moved = story.events[0].body
    assert (moved.why, moved.say) == ("day_off/1", SAY)
    assert story.case.due == moved.due == datetime(2026, 12, 1, 16, tzinfo=UTC)
    assert story.case.warn == datetime(2026, 11, 26, 16, tzinfo=UTC)
    story.when(recounts()).then_unchanged()
    assert story.world.replayed(story.ref) == story.case


def test_a_day_beyond_the_deadline_or_on_a_weekend_moves_nothing():
    Story().given(proposed(), declared(TUESDAY)).when(recounts()).then_unchanged()
    Story().given(proposed(), declared(date(2026, 11, 28))).when(recounts()).then_unchanged()


def test_who_was_counted_with_the_day_known_is_not_moved_by_it():
    story = Story().given(declared(FRIDAY), proposed())
    assert story.case.due == datetime(2026, 12, 1, 16, tzinfo=UTC)
    story.when(recounts()).then_unchanged()


def test_each_of_two_days_moves_it_once():
    story = Story().given(proposed(), declared(FRIDAY), declared(date(2026, 11, 26)))
    story.when(recounts(1)).then("DeadlineMoved")
    story.when(recounts(2)).then("DeadlineMoved")
    assert story.case.due == datetime(2026, 12, 2, 16, tzinfo=UTC)
    story.when(recounts(1)).then_unchanged()
    story.when(recounts(2)).then_unchanged()


def test_a_passed_deadline_stays_as_it_was():
    story = Story().given(proposed(), later(days=9), ask("system", MindDeadline(what="pass")), declared(FRIDAY))
    story.when(recounts()).then_unchanged()
    unswept = Story().given(proposed(), later(days=9), declared(FRIDAY))
    unswept.when(recounts()).then_unchanged()


def test_a_warning_given_is_not_given_again_for_the_later_day():
    story = Story().given(proposed(), later(days=3, hours=14), ask("system", MindDeadline(what="warn")))
    story.given(declared(date(2026, 11, 30))).when(recounts()).then("DeadlineMoved")
    assert story.events[0].body.warn is None
    story.given(later(days=9)).when(ask("system", MindDeadline(what="warn"))).then_unchanged()


def test_a_clock_that_ran_again_is_counted_from_there():
    story = Story().given(proposed(), later(days=1), inquire(), later(days=2), answer())  # four days from Thursday on
    assert story.case.due == datetime(2026, 12, 2, 16, tzinfo=UTC)
    story.given(declared(date(2026, 11, 25))).when(recounts(1)).then_unchanged()  # it stood on that day
    story.given(declared(TUESDAY)).when(recounts(2)).then("DeadlineMoved")
    assert story.case.due == datetime(2026, 12, 3, 16, tzinfo=UTC)


def test_an_answer_is_due_a_day_later_too():
    story = Story().given(proposed(), inquire(), declared(TUESDAY))
    story.when(recounts()).then("DeadlineMoved")
    assert story.events[0].body.inquiry == 1
    assert story.case.inquiries[0].answer_due == datetime(2026, 12, 3, 16, tzinfo=UTC)
    assert story.case.stopped_days_left == 5
    story.when(recounts()).then_unchanged()


def test_a_clock_of_calendar_days_counts_all():
    story = Story().given(proposed(), take("withdraw", "leader.palu"), declared(FRIDAY))
    story.when(recounts()).then_unchanged()


def test_only_the_engine_counts_anew():
    Story().given(recommended(), declared(FRIDAY)).when(recounts(by="coord.sulteng")).then_refused("role")


def test_a_deadline_names_the_decree():
    story = Story().given(proposed(), declared(FRIDAY), recounts())
    (state,) = deadlines(story.world.definition, story.case, story.world.calendar)
    assert {day.date: day.reason for day in state.days}[FRIDAY] == Text("libur", "off")
    assert sum(day.counted for day in state.days) == 5


# --- what may be declared -------------------------------------------------------------------------------------------


def given_days(*kinds: Kind) -> DaysOff:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    events = (
        Recorded(stream="days_off", version=number, at=at, actor="admin", body=kind)
        for number, kind in enumerate(kinds, start=1)
    )
    return days_off.fold(events, DaysOff())


def order(*days: date, **over: Any) -> DeclareDays:
    own = [OwnDay(date=day, reason=Text("HUT kota", "City's day")) for day in days]
    return msgspec.structs.replace(DeclareDays(region="72.71", legal_basis="SK 1/2026", days=own), **over)


def refused(days: DaysOff, given: DeclareDays) -> list[str]:
    with pytest.raises(Refused) as found:
        days_off.declare(days, given)
    assert all(r.id and r.en and r.how.id and r.how.en and r.pointer for r in found.value.refusals)
    return [f"{r.code} {r.pointer}" for r in found.value.refusals]


def test_days_hold_for_an_agency_and_below_a_region():
    days = given_days(*days_off.declare(DaysOff(), order(FRIDAY, agency="kementerian")))
    assert days.of("kementerian", "72.71.06") == ((FRIDAY, Text("HUT kota (SK 1/2026)", "City's day (SK 1/2026)")),)
    assert days.of("kementerian", "72.10.01") == days.of("kota", "72.71.06") == ()
    everywhere = given_days(*days_off.declare(DaysOff(), order(FRIDAY, region="")))
    assert len(everywhere.of("kota", "31.71")) == 1


def test_a_day_twice_is_refused_with_its_place():
    assert refused(DaysOff(), order(FRIDAY, TUESDAY, FRIDAY)) == ["day_off.twice /days/2/date"]
    days = given_days(*days_off.declare(DaysOff(), order(FRIDAY)))
    assert refused(days, order(TUESDAY, FRIDAY)) == ["day_off.declared /days/1/date"]
    days_off.declare(days, order(FRIDAY, region="72.10"))


def test_every_fault_is_named():
    bad = order(date(1999, 1, 1), region="Palu", legal_basis=" ", agency="")
    assert refused(DaysOff(), bad) == [
        "legal_basis.missing /legal_basis",
        "agency.missing /agency",
        "day_off.region /region",
        "quota.year /days/0/date",
    ]


def test_a_withdrawn_day_counts_again_and_its_number_is_not_reused():
    one = given_days(*days_off.declare(DaysOff(), order(FRIDAY)))
    (withdrawn,) = days_off.withdraw(one, WithdrawDay(legal_basis="SK 2/2026"), 1, date(2026, 11, 1))
    both = given_days(*days_off.declare(DaysOff(), order(FRIDAY)), withdrawn)
    assert (both.of("kota", "72.71"), both.of("kota", "72.71", 1) != ()) == ((), True)
    (again,) = days_off.declare(both, order(FRIDAY))
    assert again.number == 2


@pytest.mark.parametrize(
    ("number", "today", "code"), [(1, FRIDAY, "day_off.begun"), (2, date(2026, 1, 1), "day_off.unknown")]
)
def test_a_day_that_has_begun_or_is_unknown_is_not_withdrawn(number, today, code):
    days = given_days(*days_off.declare(DaysOff(), order(FRIDAY)))
    with pytest.raises(Refused) as found:
        days_off.withdraw(days, WithdrawDay(legal_basis="SK 2/2026"), number, today)
    assert [r.code for r in found.value.refusals] == [code]


# --- laws -----------------------------------------------------------------------------------------------------------

ZONE = "Asia/Makassar"
SOME_DAYS = st.dates(date(2026, 1, 1), date(2026, 3, 31))


@settings(max_examples=60, deadline=None)
@given(
    start=st.datetimes(datetime(2026, 1, 1), datetime(2026, 3, 1), timezones=st.just(UTC)),
    number=st.integers(0, 40),
    off=st.sets(SOME_DAYS, max_size=20),
    week=st.sets(st.integers(0, 6), min_size=1),
)
def test_a_deadline_ends_when_a_slow_count_says_so(start, number, off, week):
    calendar = Calendar(zone=ZONE, week=frozenset(week), days_off=dict.fromkeys(off, DayOff(Text("l", "o"))))
    day, left = local_date(start, ZONE), number
    while left:
        day = date.fromordinal(day.toordinal() + 1)
        left -= day.weekday() in week and day not in off
    due, warn = deadline(calendar, "working", start, number, None)
    assert (due, warn) == (end_of(day, ZONE), None)
    first = local_date(start, ZONE)
    assert counted_between(calendar, "working", first, day) == number
    mask = [weekday in week for weekday in range(7)]
    after, until = first + timedelta(days=1), day + timedelta(days=1)
    assert np.busday_count(after, until, weekmask=mask, holidays=sorted(off)) == number


@settings(max_examples=30, deadline=None)
@given(order_of=st.permutations([date(2026, 11, 24 + n) for n in range(6)]), known=st.integers(0, 6))
def test_days_declared_one_by_one_come_to_the_deadline_of_them_all(order_of, known):
    story = Story()
    story.world.declared.extend(order_of[:known])
    story.given(proposed())
    for number, day in enumerate(order_of[known:], start=known + 1):
        story.world.declared.append(day)
        story.when(recounts(number))
        assert story.refused is None
    clock = story.world.definition.states[story.state].clock
    due, warn = deadline(story.world.calendar, clock.unit, story.case.entered, clock.due, clock.warn)
    assert (story.case.due, story.case.warn) == (due, warn)


def test_a_day_that_is_over_is_withdrawn_with_the_reason():
    days = given_days(*days_off.declare(DaysOff(), order(FRIDAY)))
    mistake = Text("salah tanggal", "wrong date")
    given_order = WithdrawDay(legal_basis="SK 2/2026", reason=mistake)
    assert days_off.withdraw(days, given_order, 1, TUESDAY) == (
        DayOffWithdrawn(number=1, legal_basis="SK 2/2026", reason=mistake),
    )
    half = WithdrawDay(legal_basis="SK 2/2026", reason=Text("salah tanggal", " "))
    with pytest.raises(Refused) as found:
        days_off.withdraw(days, half, 1, TUESDAY)
    assert [r.pointer for r in found.value.refusals] == ["/reason/en"]


def test_kinds_are_stored_under_their_names():
    assert {kind.__struct_config__.tag for kind in days_off.DAY_OFF_KINDS} == {
        DayOffDeclared.__name__,
        DayOffWithdrawn.__name__,
    }
