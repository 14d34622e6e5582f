"""Working days: which days count towards a deadline, and why the others do not."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Literal
from zoneinfo import ZoneInfo

from msgspec import Struct

from workflow.domain.words import Text

Unit = Literal["working", "calendar"]

HOME_ZONE = "Asia/Makassar"
"""Whose days count where no programme says so: the middle one of Indonesia's three zones."""

FURTHEST = 20_000
"""Days after which counting gives up: a calendar in which nothing counts has no deadline."""


class DayOff(Struct, frozen=True):
    """A day that does not count, with its reason; `estimated` where the year's holidays are not yet decreed."""

    reason: Text
    estimated: bool = False


class Calendar(Struct, frozen=True, kw_only=True):
    zone: str
    week: frozenset[int]
    """Working weekdays, Monday is 0."""
    days_off: dict[date, DayOff] = {}
    """Holidays, collective leave, an agency's own days."""


NO_WORKDAY = tuple(
    Text(id=f"{indonesian} bukan hari kerja", en=f"{english} is no working day")
    for indonesian, english in (
        ("Senin", "Monday"),
        ("Selasa", "Tuesday"),
        ("Rabu", "Wednesday"),
        ("Kamis", "Thursday"),
        ("Jumat", "Friday"),
        ("Sabtu", "Saturday"),
        ("Minggu", "Sunday"),
    )
)


def local_date(at: datetime, zone: str) -> date:
    """The day that it is in the zone at a moment."""
    return at.astimezone(ZoneInfo(zone)).date()


def end_of(day: date, zone: str) -> datetime:
    """The local midnight that ends a day, in UTC."""
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone)).astimezone(UTC)


def last_day(due: datetime, zone: str) -> date:
    """The last day of a deadline that a local midnight ends."""
    return local_date(due - timedelta(microseconds=1), zone)


def day_off(calendar: Calendar, unit: Unit, day: date) -> DayOff | None:
    """Why a day does not count; None where it does. Every day counts for a clock of calendar days."""
    if unit == "calendar":
        return None
    if day.weekday() not in calendar.week:
        return DayOff(NO_WORKDAY[day.weekday()])
    return calendar.days_off.get(day)


def counted_days(calendar: Calendar, unit: Unit, after: date) -> Iterator[date]:
    """The days that count after a day, that day exclusive, in order."""
    for distance in range(1, FURTHEST):
        day = after + timedelta(days=distance)
        if day_off(calendar, unit, day) is None:
            yield day


def nth_counted(calendar: Calendar, unit: Unit, after: date, number: int) -> date:
    """The day that is the `number`th to count after a day; that day itself for 0."""
    day = after
    for counted in islice(counted_days(calendar, unit, after), number):
        day = counted
    return day


def counted_between(calendar: Calendar, unit: Unit, after: date, until: date) -> int:
    """How many days count from `after` (exclusive) to `until` (inclusive); 0 where `until` is not later."""
    days = (after + timedelta(days=n) for n in range(1, (until - after).days + 1))
    return sum(1 for day in days if day_off(calendar, unit, day) is None)


def deadline(
    calendar: Calendar, unit: Unit, start: datetime, days: int, warn: int | None
) -> tuple[datetime, datetime | None]:
    """Due and warning of a clock that starts at a moment and has so many counted days, both UTC.

    The day of the start does not count; due is the local midnight that ends the last counted day, the warning `warn`
    counted days earlier, None where that lies before the start.
    """
    first = local_date(start, calendar.zone)
    due = end_of(nth_counted(calendar, unit, first, days), calendar.zone)
    if warn is None or warn > days:
        return due, None
    return due, end_of(nth_counted(calendar, unit, first, days - warn), calendar.zone)


def days_left(calendar: Calendar, unit: Unit, due: datetime, at: datetime) -> int:
    """Counted days left on a clock at a moment; the day of that moment is used up."""
    return counted_between(calendar, unit, local_date(at, calendar.zone), last_day(due, calendar.zone))
