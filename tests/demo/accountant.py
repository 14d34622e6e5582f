"""An accountant of deadlines: days by numpy, holidays by their package, and one account for each deadline."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import dropwhile
from zoneinfo import ZoneInfo

import holidays
import numpy as np

from tests.demo.deadlines_set import Deadline
from workflow.domain.days_off import DayOffDeclared
from workflow.domain.events import (
    DeadlineMoved,
    DeadlinePassed,
    InquiryAnswered,
    InquiryLapsed,
    InquiryOpened,
    Recorded,
)

PALU = ZoneInfo("Asia/Makassar")

PASSED = "warned of and passed, each on its day"
AGAIN = "passed on its day, the stay was warned of before"
LAPSED = "inquiry: reminded of and lapsed, each on its day"
ANSWERED = "inquiry: answered in time"
LEFT = "the case went on in time"
STOOD = "the clock was stopped before"
MOVED = "a day off moved it before"
RUNS = "still runs"


class Accountant:
    """Knows when the clock was swept, and which days count; `judge` names what became of a deadline."""

    def __init__(self, events: Sequence[Recorded], sweeps: Sequence[datetime]) -> None:
        years = range(min(e.at.year for e in events) - 1, sweeps[-1].year + 3)
        named = holidays.country_holidays("ID", years=years, categories=("public", "government"))
        self._holidays, self._sweeps = sorted(named), sweeps
        self._own = [(e.position, e.body.date) for e in events if isinstance(e.body, DayOffDeclared)]

    def judge(self, one: Deadline) -> str:
        """Raises AssertionError where a moment is not what the count comes to, or nothing is left to explain it."""
        start = local(one.since)
        assert one.due == self._midnight(one, start, one.days), f"{one} is due on another day"
        warn = None
        if one.clock.warn is not None and one.warnable:
            # A stop may have come before the sweep that would have warned: what is left is warned of at once.
            warn = self._midnight(one, start, max(0, one.days - one.clock.warn))
        assert one.warn == warn, f"{one} is to be warned of on another day"
        if one.left is not None:
            assert one.ended is not None
            assert one.left == self._count(one, local(one.ended.at), last_day(one.due)), f"{one} has other days left"
        self._check_warning(one)
        return self._fate(one)

    def _check_warning(self, one: Deadline) -> None:
        met = None if one.warn is None else self._met(one, one.warn)
        gone = met is not None and one.ended is not None and one.ended.at < met
        expected = None if gone else met
        assert (one.warned.at if one.warned else None) == expected, f"{one} is not warned of at {expected}"

    def _fate(self, one: Deadline) -> str:
        if one.ended is None:
            assert one.due > self._sweeps[-1], f"{one} never passed"
            return RUNS
        at, body = one.ended.at, one.ended.body
        if isinstance(body, DeadlinePassed) or (isinstance(body, InquiryLapsed) and at >= one.due):
            assert at == self._met(one, one.due), f"{one} passed at another sweep"
            if one.warned is None:
                assert not one.warnable
                return AGAIN
            return LAPSED if isinstance(body, InquiryLapsed) else PASSED
        assert at <= one.due, f"{one} should have passed"
        match body:
            case InquiryAnswered():
                return ANSWERED
            case InquiryOpened() | DeadlineMoved(stops=True):
                return STOOD
            case DeadlineMoved():
                return MOVED
        return LEFT

    def _met(self, one: Deadline, moment: datetime) -> datetime | None:
        """The sweep that finds a moment come, after the deadline was set."""
        return next(dropwhile(lambda sweep: sweep < moment or sweep <= one.set_by.at, self._sweeps), None)

    def _off(self, one: Deadline) -> list[date]:
        """The days that counted for nothing when it was set."""
        return [*self._holidays, *(day for position, day in self._own if position < one.set_by.position)]

    def _midnight(self, one: Deadline, after: date, days: int) -> datetime:
        """The midnight in Palu that ends the last of so many days that count."""
        if one.clock.unit == "calendar" or days == 0:
            last = after + timedelta(days=days)
        else:
            last = np.busday_offset(after, days, roll="backward", holidays=self._off(one)).item()
        return datetime.combine(last + timedelta(days=1), time(), PALU).astimezone(UTC)

    def _count(self, one: Deadline, after: date, until: date) -> int:
        if one.clock.unit == "calendar":
            return (until - after).days
        return int(np.busday_count(after + timedelta(days=1), until + timedelta(days=1), holidays=self._off(one)))


def midnights(since: datetime, until: datetime) -> list[datetime]:
    """Every midnight in Palu between two moments."""
    days = range(1, (local(until) - local(since)).days + 1)
    return [datetime.combine(local(since) + timedelta(days=day), time(), PALU).astimezone(UTC) for day in days]


def local(at: datetime) -> date:
    return at.astimezone(PALU).date()


def last_day(due: datetime) -> date:
    return local(due - timedelta(microseconds=1))
