"""A case's deadlines, with each day that counts towards them or not, and why not."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from msgspec import Struct

from workflow.domain.calendar import Calendar, DayOff, Unit, day_off, last_day, local_date
from workflow.domain.case import Case
from workflow.domain.definition.model import Definition
from workflow.domain.words import Text

ENTERED = DayOff(Text(id="hari dimulainya tidak dihitung", en="the day it began does not count"))
ASKED = Text(id="jam berhenti menunggu jawaban", en="the clock was stopped for an inquiry")


class Stop(Struct, frozen=True):
    """Days on which a clock stands: after the first, which is used up, up to the last, from which the days given back
    are counted; no last one while it still stands."""

    first: date
    last: date | None
    say: Text


class Day(Struct, frozen=True, kw_only=True):
    date: date
    counted: bool
    reason: Text | None = None
    """Why it does not count."""
    estimated: bool = False
    """True where the holidays of the year are not yet decreed: the holiday may be moved, the working day taken."""


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
    escalated: str | None = None
    """The role to which it went when it passed."""
    days: tuple[Day, ...]


def deadlines(
    definition: Definition, case: Case, calendar: Calendar, passed: Calendar | None = None
) -> tuple[Deadline, ...]:
    """The deadline of the case's state and those of its open inquiries. Source: `clock` and `inquiry`.

    `passed`: the days that the deadline of the state was counted by, where it has passed.
    """
    found = []
    clock = definition.states[case.state].clock
    if clock is not None and (case.due is not None or case.stopped_days_left is not None):
        stops = stops_of(case, calendar.zone)
        until = last_day(case.due, calendar.zone) if case.due else stood_since(stops)
        found.append(
            Deadline(
                of="state",
                name=case.state,
                since=case.entered,
                due=case.due,
                warn=case.warn,
                escalated=case.clock.escalated,
                days_left=case.stopped_days_left,
                days=_days(passed or calendar, clock.unit, case.entered, until, stops),
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
                    warn=inquiry.remind,
                    days=_days(calendar, "working", inquiry.at, until, ()),
                )
            )
    return tuple(found)


def stops_of(case: Case, zone: str) -> tuple[Stop, ...]:
    """What stopped the clock of this round, in order of its beginning: inquiries, and what else did."""
    spans = [(i.at, i.closed, ASKED) for i in case.inquiries if i.round == case.round]
    spans += [(one.at, one.until, one.say) for one in case.clock.stops]
    return tuple(
        Stop(local_date(at, zone), local_date(end, zone) if end else None, say)
        for at, end, say in sorted(spans, key=lambda span: span[0])
    )


def stood_since(stops: Iterable[Stop]) -> date:
    """The day on which the clock that stands now was stopped: one reason may have followed another without a gap."""
    since, until = date.min, date.min
    for one in stops:
        if one.first > until:
            since = one.first
        until = max(until, one.last or date.max)
    return since


def _days(calendar: Calendar, unit: Unit, since: datetime, until: date, stops: tuple[Stop, ...]) -> tuple[Day, ...]:
    first = local_date(since, calendar.zone)
    listed = (first + timedelta(days=n) for n in range((until - first).days + 1))
    estimated = {day.year for day, off in calendar.days_off.items() if off.estimated} if unit == "working" else set()
    return tuple(_day(calendar, unit, first, day, stops, day.year in estimated) for day in listed)


def _day(calendar: Calendar, unit: Unit, first: date, day: date, stops: tuple[Stop, ...], is_estimated: bool) -> Day:
    off = ENTERED if day == first else day_off(calendar, unit, day)
    if off is None:
        stood = (stop.say for stop in stops if stop.first < day and (stop.last is None or day <= stop.last))
        off = next(map(DayOff, stood), None)
    if off is None:
        return Day(date=day, counted=True, estimated=is_estimated)
    return Day(date=day, counted=False, reason=off.reason, estimated=off.estimated)
