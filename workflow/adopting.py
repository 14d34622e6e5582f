"""The holidays of the years in use, adopted from the installed package once, and again when it brings other days."""

import logging
from datetime import datetime

from workflow.calendars import NoSuchHolidays, brought
from workflow.contexts import years_around
from workflow.domain.holidays import HolidaysAdopted
from workflow.engine import Engine
from workflow.streams import Busy

log = logging.getLogger(__name__)


def adopt_holidays(engine: Engine, at: datetime) -> None:
    """Ask it as often as you like, from as many processes: only what is new becomes an event.

    A server whose clock is wrong adopts a year earlier or later than it is needed, which changes no day.
    """
    registry = engine.registry
    rules = [registry.definition(hash).calendar for one in registry.programmes() for hash in one.versions.values()]
    countries = sorted({rule.country for rule in rules if rule.country is not None})
    lists = [one for country in countries for one in _lists(country, years_around(at))]
    try:
        engine.days_off.bring(lists, at=at)
    except Busy:
        # Another has just done it, or the next sweep will.
        return


def _lists(country: str, years: range) -> list[HolidaysAdopted]:
    try:
        return [brought(country, year) for year in years]
    except NoSuchHolidays as error:
        log.warning("%s; what was adopted before holds", error)
        return []
