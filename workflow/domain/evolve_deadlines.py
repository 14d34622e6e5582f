"""Folds what happened to a case's deadlines: warned of, passed, moved."""

from msgspec.structs import replace

from workflow.domain.case import Case, ClockStop
from workflow.domain.events import DeadlineMoved, DeadlinePassed, DeadlineWarned, Recorded
from workflow.domain.evolve import apply, moved


@apply.register
def _(body: DeadlineWarned, case: Case, event: Recorded) -> Case:
    if body.inquiry is None:
        return replace(case, clock=replace(case.clock, warned=event.at))
    inquiries = tuple(replace(i, reminded=event.at) if i.number == body.inquiry else i for i in case.inquiries)
    return replace(case, inquiries=inquiries)


@apply.register
def _(body: DeadlinePassed, case: Case, event: Recorded) -> Case:
    if body.move is not None:
        return moved(case, body.move, event)
    return replace(case, clock=replace(case.clock, passed=event.at, escalated=body.escalate))


@apply.register
def _(body: DeadlineMoved, case: Case, event: Recorded) -> Case:
    if body.inquiry is not None:
        assert body.due is not None
        later = {"answer_due": body.due, "remind": body.warn}
        inquiries = tuple(replace(i, **later) if i.number == body.inquiry else i for i in case.inquiries)
        return replace(case, inquiries=inquiries)
    clock = case.clock
    if body.stops is True:
        clock = replace(clock, stops=(*clock.stops, ClockStop(name=body.why, say=body.say, at=event.at)))
    elif body.stops is False:
        ended = tuple(replace(s, until=event.at) if s.name == body.why and s.until is None else s for s in clock.stops)
        clock = replace(clock, stops=ended)
    if case.stopped_days_left is not None and body.days_left is None:
        clock = replace(clock, since=event.at, days=case.stopped_days_left)
    return replace(case, due=body.due, warn=body.warn, stopped_days_left=body.days_left, clock=clock)
