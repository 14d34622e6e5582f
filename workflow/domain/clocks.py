"""The clock of a state: what stops it and lets it run again, and how many counted days it has."""

from msgspec import Struct

from workflow.domain.calendar import days_left, deadline
from workflow.domain.case import Case
from workflow.domain.context import Context
from workflow.domain.definition.model import Definition
from workflow.domain.events import DeadlineMoved
from workflow.domain.words import Text


class Why(Struct, frozen=True, kw_only=True):
    """What stops a clock beside inquiries; several may at once, each under a name of its own."""

    name: str
    """As `suspension/REF`: the same name stops only once, and lets go of what it stopped."""
    say: Text
    letter: str | None = None
    """SHA-256 of the document that says so, where there is one."""


def stop(definition: Definition, case: Case, context: Context, why: Why) -> DeadlineMoved | None:
    """The event that stops the clock for one more reason; None where no clock runs, or that reason stops it already."""
    if any(one.name == why.name for one in case.clock.standing):
        return None
    left = case.stopped_days_left if case.stopped_days_left is not None else running_days(definition, case, context)
    if left is None:
        return None
    return DeadlineMoved(why=why.name, say=why.say, letter=why.letter, stops=True, days_left=left)


def resume(definition: Definition, case: Case, context: Context, why: Why) -> DeadlineMoved | None:
    """The event that ends a reason; the clock runs again where it was the last. None where it stops nothing."""
    names = [one.name for one in case.clock.standing]
    if why.name not in names:
        return None
    moved = DeadlineMoved(why=why.name, say=why.say, letter=why.letter, stops=False, days_left=case.stopped_days_left)
    clock, left = definition.states[case.state].clock, case.stopped_days_left
    if clock is None or left is None or len(names) > 1 or any(i.status == "open" for i in case.inquiries):
        return moved
    due, warn = deadline(context.calendar, clock.unit, context.at, left, warning(case, clock.warn, left))
    return DeadlineMoved(why=why.name, say=why.say, letter=why.letter, stops=False, due=due, warn=warn)


def running_days(definition: Definition, case: Case, context: Context) -> int | None:
    """Counted days left on a clock that runs; None where there is none, it stands, or it has run out."""
    clock = definition.states[case.state].clock
    if clock is None or case.due is None or case.clock.passed is not None or case.due <= context.at:
        return None
    return days_left(context.calendar, clock.unit, case.due, context.at)


def warning(case: Case, days: int | None, left: int) -> int | None:
    """Counted days before the end at which to warn, of so many that are left; None once the warning was given.

    One that was due while nobody swept, and before the clock was stopped, is given as soon as the clock runs again.
    """
    return None if case.clock.warned is not None or days is None else min(days, left)
