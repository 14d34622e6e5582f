"""Due dates and warnings, against a slow and obvious counter."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from workflow.domain.calendar import Calendar, DayOff, days_left, deadline, end_of, last_day
from workflow.domain.words import Text

PALU = "Asia/Makassar"
WEEK = frozenset({0, 1, 2, 3, 4})
CHRISTMAS = {date(2026, 12, 25): DayOff(Text("Natal", "Christmas"))}
working_week = Calendar(zone=PALU, week=WEEK, days_off=CHRISTMAS)


def palu(*when: int) -> datetime:
    return datetime(*when, tzinfo=ZoneInfo(PALU)).astimezone(UTC)


def test_the_day_of_entry_does_not_count_and_due_is_the_midnight_that_ends_the_last_counted_day():
    due, warn = deadline(working_week, "working", palu(2026, 11, 23, 9), 5, 2)
    assert due == palu(2026, 12, 1)  # Tuesday 24 to Monday 30 November
    assert warn == palu(2026, 11, 27)  # two counted days, Friday and Monday, earlier


def test_a_holiday_does_not_count():
    due, _ = deadline(working_week, "working", palu(2026, 12, 23, 9), 2, None)
    assert due == palu(2026, 12, 29)  # Thursday 24, not Friday 25, Monday 28


def test_calendar_days_count_all():
    due, warn = deadline(working_week, "calendar", palu(2026, 12, 23, 9), 3, 1)
    assert (due, warn) == (palu(2026, 12, 27), palu(2026, 12, 26))


def test_the_day_is_that_of_the_zone_and_not_of_utc():
    late_on_monday_in_utc = datetime(2026, 11, 23, 17, tzinfo=UTC)  # Tuesday 01:00 in Palu
    due, _ = deadline(working_week, "working", late_on_monday_in_utc, 1, None)
    assert due == palu(2026, 11, 26)


def test_a_warning_before_the_start_is_none():
    assert deadline(working_week, "working", palu(2026, 11, 23, 9), 1, 2)[1] is None


def test_midnight_follows_summer_time_where_a_zone_has_it():
    berlin = Calendar(zone="Europe/Berlin", week=WEEK)
    due, _ = deadline(berlin, "calendar", datetime(2026, 3, 28, 9, tzinfo=UTC), 1, None)
    assert due == datetime(2026, 3, 29, 22, tzinfo=UTC)


days = st.dates(date(2024, 1, 1), date(2030, 1, 1))
calendars = st.builds(
    lambda week, off: Calendar(zone=PALU, week=week, days_off={d: DayOff(Text("libur", "off")) for d in off}),
    st.frozensets(st.integers(0, 6), min_size=1),
    st.frozensets(st.dates(date(2024, 1, 1), date(2024, 3, 1)), max_size=30),
)


def counts(calendar: Calendar, unit: str, day: date) -> bool:
    return unit == "calendar" or (day.weekday() in calendar.week and day not in calendar.days_off)


@given(calendars, st.sampled_from(["working", "calendar"]), days, st.integers(0, 23), st.integers(1, 30), st.data())
def test_like_counting_on_ones_fingers(calendar, unit, day, hour, number, data):
    warn = data.draw(st.integers(0, number))
    start = palu(day.year, day.month, day.day, hour)
    due, warned = deadline(calendar, unit, start, number, warn)

    ends = [day]
    while len(ends) <= number:
        day += timedelta(days=1)
        if counts(calendar, unit, day):
            ends.append(day)
    assert due == end_of(ends[number], PALU)
    assert warned == end_of(ends[number - warn], PALU)
    assert last_day(due, PALU) == ends[number]


@given(calendars, st.sampled_from(["working", "calendar"]), days, st.integers(1, 20), st.integers(0, 40))
def test_days_left_and_days_used_make_the_whole(calendar, unit, day, number, later):
    start = palu(day.year, day.month, day.day, 12)
    due, _ = deadline(calendar, unit, start, number, None)
    now = start + timedelta(days=later)
    used = sum(counts(calendar, unit, day + timedelta(days=n)) for n in range(1, later + 1))
    assert days_left(calendar, unit, due, now) == max(number - used, 0)


@given(calendars, days, st.integers(1, 20), st.integers(0, 10))
def test_stopped_and_started_on_one_day_a_clock_is_due_when_it_was(calendar, day, number, later):
    start = palu(day.year, day.month, day.day, 12)
    due, _ = deadline(calendar, "working", start, number, None)
    now = min(start + timedelta(days=later), due - timedelta(hours=1))
    left = days_left(calendar, "working", due, now)
    again, _ = deadline(calendar, "working", now, left, None)
    assert again == due or (left == 0 and again <= due)
