"""A year of a town by daily sweeps, held against an independent counter of working days."""

import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import holidays
import numpy as np
import pytest

from tests.clock.town import Town, days, morning, night
from workflow.domain.events import (
    ActionTaken,
    CaseOpened,
    DeadlinePassed,
    DeadlineWarned,
    InquiryAnswered,
    InquiryLapsed,
    InquiryOpened,
    Recorded,
)

PALU = ZoneInfo("Asia/Makassar")
FIRST, LENGTH = date(2026, 1, 5), 540
"""Over the long holidays of two years; those of the second are estimates."""
CASES = 120
ASKED_FOR = 7
"""Working days in which an inquiry is to be answered, as the programme says."""

Plan = dict[date, list[Callable[[datetime], object]]]


def test_every_deadline_of_a_year_is_warned_of_once_and_passed_once_on_its_day(town: Town) -> None:
    plan, refs = planned(town, random.Random(7))
    for day in days(FIRST, LENGTH):
        for act in plan.pop(day, ()):
            act(morning(day))
        town.sweep(night(day))
    definition = town.engine.registry.definition(town.engine.casework.case(refs[0])[0].definition)
    off = sorted(holidays.country_holidays("ID", years=range(2025, 2029), categories=("public", "government")))
    seen: dict[str, int] = defaultdict(int)
    for ref in refs:
        history = town.history(ref)
        for stay in stays(history):
            seen[check(stay, definition.states[stay[0].body.move.to].clock, off)] += 1
        check_inquiries(history, off)
    assert len(refs) == CASES
    assert min(seen[what] for what in ("left", "passed", "passed after a stop")) > 10


def planned(town: Town, dice: random.Random) -> tuple[Plan, list[str]]:
    """What people do on which day; the references are there once all have begun."""
    plan: Plan = defaultdict(list)
    refs: list[str] = []
    for _ in range(CASES):
        case: list[str] = []

        def open_(at: datetime, case: list[str] = case) -> None:
            case.append(town.drafted(at))
            refs.append(case[0])

        def does(what: Callable[[str, datetime], object], case: list[str] = case) -> Callable[[datetime], object]:
            return lambda at: what(case[0], at)

        day = FIRST + timedelta(days=dice.randrange(400))
        plan[day].append(open_)
        story = dice.choice(["left", "late", "late", "withdrawn", "answered", "answered", "silent"])
        if story == "left":
            continue
        day += timedelta(days=dice.randrange(1, 50))
        plan[day].append(does(town.submitted))
        day += timedelta(days=dice.randrange(0, 4))
        match story:
            case "withdrawn":
                plan[day].append(does(town.withdrawn))
            case "answered":
                plan[day].append(does(town.asked))
                plan[day + timedelta(days=dice.randrange(0, 8))].append(does(town.answered))
            case "silent":
                plan[day].append(does(town.asked))
    return plan, refs


def stays(history: list[Recorded]) -> Iterator[list[Recorded]]:
    """The events of each stay in a state with a clock, the entering one first, the leaving one last."""
    stay: list[Recorded] = []
    for event in history:
        move = getattr(event.body, "move", None)
        if move is None:
            stay.append(event)
            continue
        if stay:
            yield [*stay, event]
        stay = [event] if move.due is not None else []
    if stay:
        yield stay


def local(event: Recorded) -> date:
    """The day in Palu on which something happened; a sweep at midnight belongs to the day that it ends."""
    return (event.at - timedelta(microseconds=1)).astimezone(PALU).date()


def counted(unit: str, after: date, until: date, off: list[date]) -> int:
    """Days after one day up to another that count, by numpy."""
    if unit == "calendar":
        return (until - after).days
    return int(np.busday_count(after + timedelta(days=1), until + timedelta(days=1), holidays=off))


def check(stay: list[Recorded], clock, off: list[date]) -> str:
    """One stay: warned at most once and passed at most once, each when the counter says so; what became of it."""
    entered = stay[0]
    assert isinstance(entered.body, CaseOpened | ActionTaken)
    asked = next((e for e in stay if isinstance(e.body, InquiryOpened)), None)
    told = next((e for e in stay if isinstance(e.body, InquiryAnswered | InquiryLapsed)), None)
    warned = [e for e in stay if isinstance(e.body, DeadlineWarned) and e.body.inquiry is None]
    passed = [e for e in stay if isinstance(e.body, DeadlinePassed)]

    def run(until: date) -> int:
        """Counted days that the clock has run by the end of a day."""
        if asked is None or local(asked) >= until:
            return counted(clock.unit, local(entered), until, off)
        before = counted(clock.unit, local(entered), local(asked), off)
        if told is None or local(told) >= until:
            return before
        # A sweep at midnight lets the clock go on from the day that then begins: its own day does not count.
        resumed = told.at.astimezone(PALU).date()
        return before + counted(clock.unit, resumed, until, off)

    for events, at in ((warned, clock.due - clock.warn), (passed, clock.due)):
        assert len(events) <= 1
        for event in events:
            assert run(local(event)) == at
            # The day on which a question came is used up: its midnight is met once the clock runs again.
            met_late = told is not None and told.at.astimezone(PALU).date() == local(event)
            assert run(local(event) - timedelta(days=1)) == at - 1 or met_late
    left = stay[-1] if isinstance(stay[-1].body, ActionTaken) and stay[-1] is not entered else None
    if left is not None:
        assert not passed
        assert run(local(left)) <= clock.due
        return "left"
    assert len(warned) == len(passed) == 1
    return "passed after a stop" if asked else "passed"


def check_inquiries(history: list[Recorded], off: list[date]) -> None:
    for asked in (e for e in history if isinstance(e.body, InquiryOpened)):
        reminded = [e for e in history if isinstance(e.body, DeadlineWarned) and e.body.inquiry == asked.body.number]
        (closed,) = [e for e in history if isinstance(e.body, InquiryAnswered | InquiryLapsed)]
        spent = counted("working", local(asked), local(closed), off)
        if isinstance(closed.body, InquiryLapsed):
            assert spent == ASKED_FOR
            assert len(reminded) == 1
        else:
            assert spent <= ASKED_FOR
        for event in reminded:
            assert counted("working", local(asked), local(event), off) == ASKED_FOR - 2


@pytest.mark.parametrize("hour", [0, 15, 16, 23])
def test_a_day_in_palu_begins_at_sixteen_hours_utc(town: Town, hour: int) -> None:
    monday = datetime(2026, 3, 2, hour, 30, tzinfo=UTC)
    ref = town.proposed(monday)
    begun = date(2026, 3, 2 if hour < 16 else 3)
    case, _ = town.engine.casework.case(ref)
    assert case.due == night(begun + timedelta(days=7))
