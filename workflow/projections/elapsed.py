"""Working days between two days by a definition's calendar, counted over many cases without walking each day."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from functools import lru_cache
from itertools import accumulate
from types import MappingProxyType
from typing import NamedTuple

from workflow.calendars import calendar_for
from workflow.domain.calendar import day_off
from workflow.domain.definition.model import CalendarRule
from workflow.domain.holidays import HolidaysAdopted

NONE: Mapping[int, HolidaysAdopted] = MappingProxyType({})


def working_days(
    rule: CalendarRule,
    after: date,
    until: date,
    own: Collection[date] = (),
    adopted: Mapping[int, HolidaysAdopted] = NONE,
) -> int:
    """Working days from `after` (exclusive) to `until` (inclusive); 0 where `until` is not later.

    `own`: the agency's own days off, whether they would count without that or not. `adopted`: the holidays by year.
    """
    if until <= after:
        return 0
    kept = _Kept(rule, adopted)
    closed = sum(kept.between(day - timedelta(days=1), day) for day in set(own) if after < day <= until)
    return kept.between(after, until) - closed


class _Kept(NamedTuple):
    """A rule with the holidays by year."""

    rule: CalendarRule
    adopted: Mapping[int, HolidaysAdopted]

    def between(self, after: date, until: date) -> int:
        whole = sum(self._so_far(year)[-1] for year in range(after.year, until.year))
        return whole + self._on(until) - self._on(after)

    def _on(self, day: date) -> int:
        return self._so_far(day.year)[day.timetuple().tm_yday - 1]

    def _so_far(self, year: int) -> tuple[int, ...]:
        return _so_far(self.rule, year, self.adopted.get(year))


@lru_cache(maxsize=512)
def _so_far(rule: CalendarRule, year: int, adopted: HolidaysAdopted | None) -> tuple[int, ...]:
    """For each day of a year, the working days from its first to that one."""
    calendar = calendar_for(rule, year, year, adopted=(adopted,) if adopted else ())
    first = date(year, 1, 1)
    days = (first + timedelta(days=n) for n in range((date(year, 12, 31) - first).days + 1))
    return tuple(accumulate(int(day_off(calendar, "working", day) is None) for day in days))
