"""Working days: which days count towards a deadline, and why the others do not."""

from datetime import date

from msgspec import Struct

from workflow.domain.words import Text


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
