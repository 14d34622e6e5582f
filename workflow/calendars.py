"""Calendars from a definition's rule: public holidays and collective leave with their names, an agency's own days."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from workflow.domain.calendar import Calendar, DayOff
from workflow.domain.definition.model import CalendarRule
from workflow.domain.words import Text

OwnDay = tuple[date, Text]
"""A day that an agency does not work, with its reason."""

INDONESIAN, ENGLISH = "id", "en_US"
ESTIMATED = {INDONESIAN: "(perkiraan)", ENGLISH: "(estimated)"}
"""How `holidays` marks a day that is not decreed yet."""


class NoSuchHolidays(Exception):
    """A country or category that the `holidays` package does not know; the message says which."""


def calendar_for(rule: CalendarRule, first_year: int, last_year: int, extra: Iterable[OwnDay] = ()) -> Calendar:
    """The calendar of these years, both inclusive. An agency's own day that is a holiday as well keeps both reasons.

    Holidays of a year in which any is still an estimate are marked as estimated, all of them: until the decree is
    out, collective leave may be moved or added. Raises NoSuchHolidays.
    """
    return _calendar(rule.zone, rule.week, rule.country, rule.categories, first_year, last_year, tuple(extra))


@lru_cache(maxsize=64)
def _calendar(
    zone: str,
    week: tuple[int, ...],
    country: str | None,
    categories: tuple[str, ...],
    first: int,
    last: int,
    extra: tuple[OwnDay, ...],
) -> Calendar:
    days = dict(_holidays(country, categories, first, last)) if country else {}
    for day, reason in extra:
        known = days.get(day)
        both = Text(f"{known.reason.id}; {reason.id}", f"{known.reason.en}; {reason.en}") if known else reason
        days[day] = DayOff(both)
    return Calendar(zone=zone, week=frozenset(week), days_off=dict(sorted(days.items())))


def _holidays(country: str, categories: tuple[str, ...], first: int, last: int) -> dict[date, DayOff]:
    indonesian = _named(country, categories, first, last, INDONESIAN)
    english = _named(country, categories, first, last, ENGLISH)
    estimated = {day.year for day, name in english.items() if ESTIMATED[ENGLISH] in name}
    return {
        day: DayOff(
            Text(_clean(indonesian.get(day, name), INDONESIAN), _clean(name, ENGLISH)),
            estimated=day.year in estimated,
        )
        for day, name in english.items()
    }


def _named(country: str, categories: tuple[str, ...], first: int, last: int, language: str) -> dict[date, str]:
    import holidays  # takes a while, and not every process counts days

    try:
        # A holiday's observed day may lie in the year after: the years around are asked as well.
        found = holidays.country_holidays(
            country, years=range(first - 1, last + 2), categories=categories or ("public",), language=language
        )
    except (RuntimeError, ValueError) as error:
        raise NoSuchHolidays(f"no holidays are known for {country} {', '.join(categories)}: {error}") from error
    return {day: name for day, name in found.items() if first <= day.year <= last}


def _clean(name: str, language: str) -> str:
    return " ".join(name.replace(ESTIMATED[language], "").split())
