"""A case's deadlines, with each day that counts towards them or not, and why not."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from msgspec import Struct

from workflow.domain.calendar import Calendar, DayOff, Unit, day_off, last_day, local_date
from workflow.domain.case import Case, Inquiry
from workflow.domain.definition.model import Definition
from workflow.domain.words import Text

ENTERED = DayOff(Text(id="hari dimulainya tidak dihitung", en="the day it began does not count"))


class Day(Struct, frozen=True, kw_only=True):
    date: date
    counted: bool
    reason: Text | None = None
    """Why it does not count."""
    estimated: bool = False
    """True where the holiday is not yet decreed."""


class Deadline(Struct, frozen=True, kw_only=True):
    """One deadline; `due` is None while it is stopped, and then `days_left` says how many counted days it has left."""

    of: str
    """`state`, or `inquiry`."""
    name: str
    """The state, or the inquiry's number."""
    since: datetime
    due: datetime | None
    warn: datetime | None = None
    days_left: int | None = None
    days: tuple[Day, ...]


def deadlines(definition: Definition, case: Case, calendar: Calendar) -> tuple[Deadline, ...]:
    """The deadline of the case's state and those of its open inquiries. Source: `clock` and `inquiry`."""
    found = []
    clock = definition.states[case.state].clock
    if clock is not None and (case.due is not None or case.stopped_days_left is not None):
        stops = stopped(case, calendar.zone)
        until = last_day(case.due, calendar.zone) if case.due else max(start for start, _ in stops)
        found.append(
            Deadline(
                of="state",
                name=case.state,
                since=case.entered,
                due=case.due,
                warn=case.warn,
                days_left=case.stopped_days_left,
                days=_days(calendar, clock.unit, case.entered, until, stops),
            )
        )
    for inquiry in case.inquiries:
        if inquiry.status == "open":
            until = last_day(inquiry.answer_due, calendar.zone)
            found.append(
                Deadline(
                    of="inquiry",
                    name=str(inquiry.number),
                    since=inquiry.at,
                    due=inquiry.answer_due,
                    days=_days(calendar, "working", inquiry.at, until, ()),
                )
            )
    return tuple(found)


def stopped(case: Case, zone: str) -> tuple[tuple[date, date | None], ...]:
    """The days between which inquiries of this round stopped the clock: the day asked, which is used up, and the
    day of the last answer, from which the days given back are counted; None while one is open."""
    spans: list[tuple[datetime, datetime | None]] = []
    for inquiry in sorted((i for i in case.inquiries if i.round == case.round), key=lambda i: i.at):
        if spans and _overlaps(spans[-1], inquiry):
            start, end = spans[-1]
            spans[-1] = (start, None if end is None or inquiry.closed is None else max(end, inquiry.closed))
        else:
            spans.append((inquiry.at, inquiry.closed))
    return tuple((local_date(start, zone), local_date(end, zone) if end else None) for start, end in spans)


def _overlaps(span: tuple[datetime, datetime | None], inquiry: Inquiry) -> bool:
    return span[1] is None or inquiry.at < span[1]


def _days(
    calendar: Calendar, unit: Unit, since: datetime, until: date, stops: Iterable[tuple[date, date | None]]
) -> tuple[Day, ...]:
    first, spans = local_date(since, calendar.zone), tuple(stops)
    listed = (first + timedelta(days=n) for n in range((until - first).days + 1))
    return tuple(_day(calendar, unit, first, day, spans) for day in listed)


def _day(calendar: Calendar, unit: Unit, first: date, day: date, stops: tuple[tuple[date, date | None], ...]) -> Day:
    off = ENTERED if day == first else day_off(calendar, unit, day)
    if off is None and any(start < day and (end is None or day <= end) for start, end in stops):
        off = DayOff(Text(id="jam berhenti menunggu jawaban", en="the clock was stopped for an inquiry"))
    if off is None:
        return Day(date=day, counted=True)
    return Day(date=day, counted=False, reason=off.reason, estimated=off.estimated)
