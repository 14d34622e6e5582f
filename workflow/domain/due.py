"""What the engine does when a moment comes: warns of a deadline, passes it, lapses an inquiry. Each once."""

from msgspec.structs import replace

from workflow.domain import moves, panels, sentences
from workflow.domain.binding import holding
from workflow.domain.case import Case
from workflow.domain.commands import MindDeadline
from workflow.domain.context import Context
from workflow.domain.decided import Decided, by_system
from workflow.domain.definition.model import SYSTEM, Definition
from workflow.domain.events import DeadlinePassed, DeadlineWarned, InquiryLapsed, Move
from workflow.domain.inquiries import resumed
from workflow.domain.refusal import Refused, Unchanged


def mind(definition: Definition, case: Case, command: MindDeadline, context: Context) -> tuple[Decided, ...]:
    """The events of what is due by now.

    Raises Unchanged where nothing is: done before, not yet, stopped, or the history of another system, whose
    deadlines are not ours to pass. Raises Refused for anybody but the engine.
    """
    if context.actor != SYSTEM:
        raise Refused((sentences.no_role((), (SYSTEM,), ()),))
    if case.ended or case.imported_from is not None:
        raise Unchanged
    if command.inquiry is not None:
        return _inquiry(definition, case, command, context)
    if holding(definition, case, context):
        # A suspension stops the clock a moment after it is recorded; nothing passes in between.
        raise Unchanged
    return _warn(case, context) if command.what == "warn" else _pass(definition, case, context)


def _warn(case: Case, context: Context) -> tuple[Decided, ...]:
    if case.due is None or case.warn is None or case.warn > context.at or case.clock.warned is not None:
        raise Unchanged
    return (by_system(DeadlineWarned(due=case.due)),)


def _pass(definition: Definition, case: Case, context: Context) -> tuple[Decided, ...]:
    clock = definition.states[case.state].clock
    if clock is None or case.due is None or case.due > context.at or case.clock.passed is not None:
        raise Unchanged
    if clock.to is None:
        return (by_system(DeadlinePassed(due=case.due, escalate=clock.escalate)),)
    # Nobody decided anything: no earlier decision carries the case on, and none is void.
    move = moves.enter(definition, case, clock.to, context, round=case.round + 1)
    passed = DeadlinePassed(due=case.due, event=clock.event, move=_seated(definition, case, move, context))
    left_open = (InquiryLapsed(number=i.number) for i in case.inquiries if i.status == "open")
    return (by_system(passed), *map(by_system, left_open))


def _seated(definition: Definition, case: Case, move: Move, context: Context) -> Move:
    """The move with the seats of the panel that it leads to; nobody is there to be refused if they are too few."""
    action = panels.panel_of(definition, move.to)
    return replace(move, seats=panels.seats_at_entry(definition, case, action, context)) if action else move


def _inquiry(definition: Definition, case: Case, command: MindDeadline, context: Context) -> tuple[Decided, ...]:
    inquiry = next((i for i in case.inquiries if i.number == command.inquiry and i.status == "open"), None)
    if inquiry is None:
        raise Unchanged
    if command.what == "warn":
        if inquiry.remind is None or inquiry.remind > context.at or inquiry.reminded is not None:
            raise Unchanged
        return (by_system(DeadlineWarned(due=inquiry.answer_due, inquiry=inquiry.number)),)
    if inquiry.answer_due > context.at:
        raise Unchanged
    due, warn = resumed(definition, case, inquiry.number, context)
    return (by_system(InquiryLapsed(number=inquiry.number, due=due, warn=warn)),)
