"""Working days between two days by a definition's calendar, counted over many cases without walking each day."""

from collections.abc import Collection
from datetime import date, timedelta
from functools import lru_cache
from itertools import accumulate

from workflow.calendars import calendar_for
from workflow.domain.calendar import day_off
from workflow.domain.definition.model import CalendarRule


def working_days(rule: CalendarRule, after: date, until: date, own: Collection[date] = ()) -> int:
    """Working days from `after` (exclusive) to `until` (inclusive); 0 where `until` is not later.

    `own`: the agency's own days off, whether they would count without that or not.
    """
    if until <= after:
        return 0
    closed = sum(_between(rule, day - timedelta(days=1), day) for day in set(own) if after < day <= until)
    return _between(rule, after, until) - closed


def _between(rule: CalendarRule, after: date, until: date) -> int:
    whole = sum(_so_far(rule, year)[-1] for year in range(after.year, until.year))
    return whole + _on(rule, until) - _on(rule, after)


def _on(rule: CalendarRule, day: date) -> int:
    return _so_far(rule, day.year)[day.timetuple().tm_yday - 1]


@lru_cache(maxsize=512)
def _so_far(rule: CalendarRule, year: int) -> tuple[int, ...]:
    """For each day of a year, the working days from its first to that one."""
    calendar = calendar_for(rule, year, year)
    first = date(year, 1, 1)
    days = (first + timedelta(days=n) for n in range((date(year, 12, 31) - first).days + 1))
    return tuple(accumulate(int(day_off(calendar, "working", day) is None) for day in days))
