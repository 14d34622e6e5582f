"""Deadlines counted anew after days off changed: those that the change touches move, passed ones stay."""

from datetime import datetime

from workflow.domain import sentences
from workflow.domain.calendar import Calendar, Unit, deadline
from workflow.domain.case import Case
from workflow.domain.clocks import warning
from workflow.domain.commands import Recount
from workflow.domain.context import Context
from workflow.domain.decided import Decided, by_system
from workflow.domain.definition.model import SYSTEM, Definition
from workflow.domain.events import DeadlineMoved
from workflow.domain.inquiries import REMIND
from workflow.domain.refusal import Refused, Unchanged


def recount(definition: Definition, case: Case, command: Recount, context: Context) -> tuple[Decided, ...]:
    """The events of deadlines that one version of the days off moves; each version moves each but once.

    Raises Unchanged where it moves none, Refused for anybody but the engine.
    """
    if context.actor != SYSTEM:
        raise Refused((sentences.no_role((), (SYSTEM,), ()),))
    if case.ended or case.imported_from is not None:
        raise Unchanged
    moved = [*_state(definition, case, command, context), *_inquiries(definition, case, command, context)]
    if not moved:
        raise Unchanged
    return tuple(map(by_system, moved))


def _state(definition: Definition, case: Case, command: Recount, context: Context) -> list[DeadlineMoved]:
    clock = definition.states[case.state].clock
    if clock is None or case.due is None or case.clock.passed is not None:
        return []
    since, days = case.clock.since or case.entered, clock.due
    if case.clock.since is not None and case.clock.days is not None:
        days = case.clock.days
    found = _moved(command, context, clock.unit, since, days, warning(case, clock.warn, days), case.due)
    return [] if found is None else [DeadlineMoved(why=command.why, say=command.say, due=found[0], warn=found[1])]


def _inquiries(definition: Definition, case: Case, command: Recount, context: Context) -> list[DeadlineMoved]:
    rule, moved = definition.inquiry, []
    for inquiry in case.inquiries:
        if rule is None or inquiry.status != "open":
            continue
        remind = REMIND if inquiry.reminded is None else None
        found = _moved(command, context, "working", inquiry.at, rule.answer_due, remind, inquiry.answer_due)
        if found is not None:
            due, warn = found
            moved.append(DeadlineMoved(why=command.why, say=command.say, inquiry=inquiry.number, due=due, warn=warn))
    return moved


def _moved(
    command: Recount, context: Context, unit: Unit, since: datetime, days: int, warn: int | None, due: datetime
) -> tuple[datetime, datetime | None] | None:
    """Where one version of the days moves a deadline that was counted without it; None where it does not.

    One that was counted with all days known by now is right already, whatever they were in between.
    """
    if due <= context.at:
        return None

    def ends(calendar: Calendar) -> datetime:
        return deadline(calendar, unit, since, days, None)[0]

    if due in (ends(context.calendar), ends(context.calendar_at(command.version))):
        return None
    if due != ends(context.calendar_at(command.version - 1)):
        return None
    moved = deadline(context.calendar_at(command.version), unit, since, days, warn)
    # Nobody is late because of what was put right afterwards.
    return moved if moved[0] > context.at else None
