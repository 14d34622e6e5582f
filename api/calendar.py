"""The calendar: holidays and agencies' own days of a year, read by all who are signed in, kept by admins."""

from datetime import UTC, date, datetime
from typing import Annotated, Any

from flask import Response
from msgspec import Meta, Struct

from api.auth import check_admin
from api.operations import Call, Room
from api.presenting import json_reply
from api.problems import Problem
from api.shapes import Moment
from workflow.calendars import calendar_for
from workflow.domain.calendar import Calendar
from workflow.domain.days_off import Adopted, DaysOff, Declared, DeclareDays, WithdrawDay
from workflow.domain.definition.model import Definition
from workflow.domain.holidays import HolidaysAdopted
from workflow.domain.regions import covers
from workflow.domain.words import Text
from workflow.store.log import CommandKey

room = Room("calendar")
Region = Annotated[str, Meta(pattern=r"^[0-9]{2}(\.[0-9]{2}){0,2}$", description="Only the days that hold in a region")]
BY_ADMINS: dict[str, Any] = {"key": "honoured", "refuses": (403,)}


class CalendarQuery(Struct, frozen=True, kw_only=True):
    year: Annotated[int, Meta(ge=2000, le=2100)]
    programme: Annotated[str | None, Meta(description="Only the days that count for its deadlines")] = None
    region: Region | None = None


class HolidayItem(Struct, frozen=True, kw_only=True):
    date: date
    reason: Text
    estimated: bool
    """True where the year's holidays are not decreed yet."""
    programmes: list[str]
    """Those whose deadlines do not count it."""


class OwnDayItem(Struct, frozen=True, kw_only=True):
    number: int
    date: date
    agency: str | None
    region: str
    reason: Text
    legal_basis: str
    at: Moment
    by: str


class ListItem(Struct, frozen=True, kw_only=True):
    """A list in which the year's holidays stand; without one they are still those of the installed package."""

    country: str
    edition: str | None
    """Version of the package that brought it; null: it was adopted by decree."""
    legal_basis: str | None
    estimated: bool
    sha256: str
    at: Moment
    by: str


class CalendarShape(Struct, frozen=True, kw_only=True):
    year: int
    estimated: bool
    """True where any holiday of the year is not decreed yet: all of them may still be moved."""
    lists: list[ListItem]
    holidays: list[HolidayItem]
    own_days: list[OwnDayItem]
    position: int


class OwnDays(Struct, frozen=True, kw_only=True):
    """What a command on agencies' own days comes to."""

    own_days: list[OwnDayItem]
    position: int


@room("GET", "/calendar", {200: CalendarShape}, query=CalendarQuery, refuses=(404,))
def read_calendar(call: Call) -> Response:
    """The days of a year that are not worked: public holidays and collective leave, and agencies' own days."""
    query: CalendarQuery = call.query
    position = call.engine.log.head()
    definitions = _definitions(call, query.programme)
    days = call.engine.days_off.current()
    lists = _lists(definitions, days, query.year)
    holidays = _holidays(definitions, query.year, [one.list for one in lists])
    owners = {definition.owner for definition in definitions}
    own = [
        _item(one)
        for one in days.standing()
        if one.date.year == query.year
        and (query.programme is None or one.agency is None or one.agency in owners)
        and (query.region is None or covers(one.region, query.region))
    ]
    estimated = any(day.estimated for day in holidays)
    told = [_list_item(one) for one in lists]
    return json_reply(
        CalendarShape(
            year=query.year, estimated=estimated, lists=told, holidays=holidays, own_days=own, position=position
        )
    )


@room("POST", "/calendar/days", {201: OwnDays}, body=DeclareDays, **BY_ADMINS)
def declare_days(call: Call) -> Response:
    """Declare days that an agency does not work, all or none; open deadlines that they touch move. For admins."""
    check_admin(call.who, call.engine)
    saved = call.engine.days_off.declare(call.body, by=call.who, command=_command(call))
    wanted = {day.date for day in call.body.days}
    return _reply(call, [d for d in _standing(call) if d.date in wanted and _same(d, call.body)], saved.position, 201)


@room("POST", "/calendar/days/<number>/withdraw", {200: OwnDays}, body=WithdrawDay, **BY_ADMINS)
def withdraw_day(call: Call, number: str) -> Response:
    """Withdraw a declared day, with the reason once it has begun; open deadlines move back. For admins."""
    check_admin(call.who, call.engine)
    if not (number.isascii() and number.isdigit() and 0 < len(number) <= 9):
        raise Problem("not-found")
    saved = call.engine.days_off.withdraw(
        int(number), call.body, by=call.who, at=datetime.now(UTC), command=_command(call)
    )
    return _reply(call, _standing(call), saved.position)


def _definitions(call: Call, programme: str | None) -> list[Definition]:
    registry = call.engine.registry
    known = [one for one in registry.programmes() if one.current_hash and programme in (None, one.programme)]
    if programme is not None and not known:
        raise Problem("not-found")
    return [registry.definition(one.current_hash) for one in known if one.current_hash]


def _lists(definitions: list[Definition], days: DaysOff, year: int) -> list[Adopted]:
    countries = sorted({one.calendar.country for one in definitions if one.calendar.country})
    return [one for country in countries for one in days.lists(country, range(year, year + 1))]


def _holidays(definitions: list[Definition], year: int, lists: list[HolidaysAdopted]) -> list[HolidayItem]:
    found: dict[tuple[date, Text], list[str]] = {}
    estimated: dict[date, bool] = {}
    for definition in definitions:
        rule = definition.calendar
        adopted = [one for one in lists if one.country == rule.country]
        calendar: Calendar = calendar_for(rule, year, year, adopted=adopted)
        for day, off in calendar.days_off.items():
            found.setdefault((day, off.reason), []).append(definition.id)
            estimated[day] = off.estimated
    return [
        HolidayItem(date=day, reason=reason, estimated=estimated[day], programmes=sorted(programmes))
        for (day, reason), programmes in sorted(found.items(), key=lambda item: item[0][0])
    ]


def _same(one: Declared, order: DeclareDays) -> bool:
    return (one.agency, one.region) == (order.agency, order.region)


def _standing(call: Call) -> list[Declared]:
    return list(call.engine.days_off.current().standing())


def _command(call: Call) -> CommandKey | None:
    return CommandKey(actor=call.who, key=call.key, request=call.fingerprint.name()) if call.key else None


def _reply(call: Call, days: list[Declared], position: int, status: int = 200) -> Response:
    return json_reply(OwnDays(own_days=[_item(one) for one in days], position=position), status)


def _item(one: Declared) -> OwnDayItem:
    return OwnDayItem(
        number=one.number,
        date=one.date,
        agency=one.agency,
        region=one.region,
        reason=one.reason,
        legal_basis=one.legal_basis,
        at=one.at.astimezone(UTC),
        by=one.by,
    )


def _list_item(one: Adopted) -> ListItem:
    return ListItem(
        country=one.list.country,
        edition=one.list.edition,
        legal_basis=one.list.legal_basis,
        estimated=one.list.estimated,
        sha256=one.list.sha256,
        at=one.at.astimezone(UTC),
        by=one.by,
    )
