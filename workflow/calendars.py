"""Calendars from a definition's rule: public holidays and collective leave with their names, an agency's own days.

A year's holidays are those adopted; of a year for which none are, those that the `holidays` package brings.
"""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from importlib.metadata import version
from itertools import chain

from workflow.domain.calendar import Calendar, DayOff
from workflow.domain.definition.model import CalendarRule
from workflow.domain.holidays import Holiday, HolidaysAdopted, hash_of
from workflow.domain.words import Text

OwnDay = tuple[date, Text]
"""A day that an agency does not work, with its reason."""

INDONESIAN, ENGLISH = "id", "en_US"
ESTIMATED = {INDONESIAN: "(perkiraan)", ENGLISH: "(estimated)"}
"""How `holidays` marks a day that is not decreed yet."""


class NoSuchHolidays(Exception):
    """A country or category that the `holidays` package does not know; the message says which."""


def calendar_for(
    rule: CalendarRule,
    first_year: int,
    last_year: int,
    extra: Iterable[OwnDay] = (),
    adopted: Iterable[HolidaysAdopted] = (),
) -> Calendar:
    """The calendar of these years, both inclusive. A day that is off for two reasons keeps both.

    Holidays of a year in which any is still an estimate are marked as estimated, all of them: until the decree is
    out, collective leave may be moved or added. Raises NoSuchHolidays.
    """
    return _calendar(rule, first_year, last_year, tuple(extra), tuple(adopted))


@lru_cache(maxsize=64)
def _calendar(
    rule: CalendarRule, first: int, last: int, extra: tuple[OwnDay, ...], adopted: tuple[HolidaysAdopted, ...]
) -> Calendar:
    days: dict[date, DayOff] = {}
    for day, off in chain(_holidays(rule, first, last, adopted), ((day, DayOff(reason)) for day, reason in extra)):
        known = days.get(day)
        if known is None:
            days[day] = off
        elif known.reason != off.reason:
            both = Text(f"{known.reason.id}; {off.reason.id}", f"{known.reason.en}; {off.reason.en}")
            days[day] = DayOff(both, known.estimated and off.estimated)
    return Calendar(zone=rule.zone, week=frozenset(rule.week), days_off=dict(sorted(days.items())))


def _holidays(
    rule: CalendarRule, first: int, last: int, adopted: tuple[HolidaysAdopted, ...]
) -> Iterable[tuple[date, DayOff]]:
    if rule.country is None:
        return
    counted, held = rule.categories or ("public",), {one.year: one for one in adopted}
    for year in range(first, last + 1):
        listed = held.get(year) or brought(rule.country, year)
        if year not in held and (unknown := set(counted) - set(categories(rule.country))):
            raise NoSuchHolidays(f"no holidays are known for {rule.country} {', '.join(sorted(unknown))}")
        for day in listed.days:
            if day.category in counted:
                yield day.date, DayOff(day.reason, estimated=listed.estimated)


@lru_cache(maxsize=256)
def brought(country: str, year: int) -> HolidaysAdopted:
    """A year's list as the installed package has it. Raises NoSuchHolidays."""
    days, estimated = [], False
    for category in categories(country):
        indonesian = _named(country, category, year, INDONESIAN)
        for day, name in sorted(_named(country, category, year, ENGLISH).items()):
            estimated |= ESTIMATED[ENGLISH] in name
            reason = Text(_clean(indonesian.get(day, name), INDONESIAN), _clean(name, ENGLISH))
            days.append(Holiday(date=day, category=category, reason=reason))
    return HolidaysAdopted(
        country=country,
        year=year,
        edition=version("holidays"),
        estimated=estimated,
        days=tuple(days),
        sha256=hash_of(country, year, days),
    )


def categories(country: str) -> list[str]:
    """What kinds of holidays the package knows for a country, by name. Raises NoSuchHolidays."""
    import holidays  # takes a while, and not every process counts days

    try:
        return sorted(holidays.country_holidays(country).supported_categories)
    except (RuntimeError, ValueError) as error:
        raise NoSuchHolidays(f"no holidays are known for {country}: {error}") from error


def _named(country: str, category: str, year: int, language: str) -> dict[date, str]:
    import holidays

    # A holiday's observed day may lie in the year after: the years around are asked as well.
    found = holidays.country_holidays(
        country, years=range(year - 1, year + 2), categories=(category,), language=language
    )
    return {day: name for day, name in found.items() if day.year == year}


def _clean(name: str, language: str) -> str:
    return " ".join(name.replace(ESTIMATED[language], "").split())
