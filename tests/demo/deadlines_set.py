"""Every deadline that a log's events set, and what ended it: read from the events alone."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from workflow.domain.definition.model import Clock, Definition
from workflow.domain.events import (
    CaseOpened,
    DeadlineMoved,
    DeadlinePassed,
    DeadlineWarned,
    InquiryAnswered,
    InquiryLapsed,
    InquiryOpened,
    Move,
    Recorded,
)

REMIND = 2
"""Working days before an answer is due at which the asked role is reminded."""
STATE = None
"""Stands for the deadline of the state where an inquiry's goes by its number."""


@dataclass
class Deadline:
    """One deadline as one event set it, and what came of it."""

    ref: str
    inquiry: int | None
    clock: Clock
    since: datetime
    """From when its days are counted: what entered the state, or let its clock go on."""
    days: int
    set_by: Recorded
    due: datetime
    warn: datetime | None
    warnable: bool = True
    """False where the stay was warned of before."""
    warned: Recorded | None = None
    ended: Recorded | None = None
    left: int | None = None
    """Days left on it, as the event that stopped it says."""

    def __str__(self) -> str:
        of = "the state" if self.inquiry is STATE else f"inquiry {self.inquiry}"
        return f"{self.ref}, {of}, due {self.due}, set at position {self.set_by.position}"


def deadlines_set(events: Iterable[Recorded], definition: Callable[[Recorded], Definition]) -> list[Deadline]:
    """In order of cases. Raises AssertionError where a case's events contradict each other."""
    ours = sorted((e for e in events if e.stream.startswith("case/")), key=lambda e: (e.stream, e.version))
    cases = (list(history) for _, history in groupby(ours, key=lambda e: e.stream))
    # Another system's history sets no deadline of ours.
    return [
        one for history in cases if history[0].imported is None for one in _Case(history[0], definition).told(history)
    ]


def how_many(events: Iterable[Recorded]) -> int:
    """The deadlines that events set, counted by their fields and nothing else."""
    count, imported = 0, set()
    for event in events:
        if event.imported is not None:
            imported.add(event.stream)
        if event.stream in imported or not event.stream.startswith("case/"):
            continue
        body = event.body
        move = _move(body)
        own = None if isinstance(body, DeadlineWarned | DeadlinePassed) else getattr(body, "due", None)
        count += sum(due is not None for due in (move and move.due, own, getattr(body, "answer_due", None)))
    return count


def _move(body: object) -> Move | None:
    """The move into another state that an event makes."""
    move: Move | None = getattr(body, "move", None)
    return move if move is not None and (isinstance(body, CaseOpened) or move.to != move.from_) else None


class _Case:
    def __init__(self, opened: Recorded, definition: Callable[[Recorded], Definition]) -> None:
        self.ref, self._definition = opened.stream[5:], definition
        self.state, self.left, self.warned = "", 0, False
        self.running: dict[int | None, Deadline] = {}

    def told(self, history: list[Recorded]) -> Iterator[Deadline]:
        for event in history:
            yield from self._after(event)
            move = _move(event.body)
            if move is not None:
                self.state, self.warned = move.to, False
                if STATE in self.running:
                    self._end(STATE, event)
                if move.due is not None:
                    yield self._begin(event, self._clock(event).due, move.due, move.warn)

    def _after(self, event: Recorded) -> Iterator[Deadline]:
        match event.body:
            case DeadlineWarned(inquiry=inquiry, due=due):
                one = self.running[inquiry]
                assert (one.warned, one.due) == (None, due), f"{self.ref} is warned of twice, or of another deadline"
                one.warned = event
                self.warned = self.warned or inquiry is STATE
            case DeadlinePassed(due=due):
                assert self._end(STATE, event).due == due, f"{self.ref} passes another deadline"
            case InquiryOpened() as asked:
                if asked.days_left is not None:
                    self._stop(event, asked.days_left)
                rule = self._definition(event).inquiry
                assert rule is not None
                clock = Clock(due=rule.answer_due, unit="working", warn=REMIND)
                yield self._keep(
                    Deadline(self.ref, asked.number, clock, event.at, clock.due, event, asked.answer_due, asked.remind)
                )
            case InquiryAnswered(number=number, due=due, warn=warn) | InquiryLapsed(number=number, due=due, warn=warn):
                self._end(number, event)
                if due is not None:
                    yield self._begin(event, self.left, due, warn)
            case DeadlineMoved(stops=True, days_left=left):
                assert left is not None
                if STATE in self.running:
                    self._stop(event, left)
                assert left == self.left, f"{self.ref} is stopped twice with other days left"
            case DeadlineMoved(stops=False, due=due, warn=warn):
                if due is not None:
                    yield self._begin(event, self.left, due, warn)
            case DeadlineMoved(inquiry=inquiry, due=due, warn=warn):
                assert due is not None
                old = self._end(inquiry, event)
                warnable = old.warnable and old.warned is None
                yield self._keep(
                    Deadline(self.ref, inquiry, old.clock, old.since, old.days, event, due, warn, warnable)
                )

    def _clock(self, event: Recorded) -> Clock:
        clock = self._definition(event).states[self.state].clock
        assert clock is not None, f"{self.ref} has a deadline in {self.state}, which has no clock"
        return clock

    def _begin(self, event: Recorded, days: int, due: datetime, warn: datetime | None) -> Deadline:
        clock = self._clock(event)
        return self._keep(Deadline(self.ref, STATE, clock, event.at, days, event, due, warn, not self.warned))

    def _keep(self, one: Deadline) -> Deadline:
        assert one.inquiry not in self.running, f"{self.ref} has two deadlines at once"
        self.running[one.inquiry] = one
        return one

    def _end(self, inquiry: int | None, event: Recorded) -> Deadline:
        one = self.running.pop(inquiry)
        one.ended = event
        return one

    def _stop(self, event: Recorded, left: int) -> None:
        self._end(STATE, event).left = self.left = left
