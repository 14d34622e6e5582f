"""Folds what a group brought along from another programme: its claims, and the steps that count on."""

from msgspec.structs import replace

from workflow.domain.case import Case, Routed, Taking
from workflow.domain.events import Recorded
from workflow.domain.evolve import apply, moved
from workflow.domain.routed import GroupRouted, StepRecognised


@apply.register
def _(body: GroupRouted, case: Case, event: Recorded) -> Case:
    routed = Routed(case=body.case, version=body.version, alignment=body.alignment, facts=body.facts, steps=body.steps)
    return moved(replace(case, routed=routed), body.move, event)


@apply.register
def _(body: StepRecognised, case: Case, event: Recorded) -> Case:
    step = body.step
    taking = Taking(
        action=body.action,
        event=body.event,
        by=step.by,
        office=step.office,
        role=step.role,
        at=step.at,
        version=event.version,
        position=step.position,
        state=body.move.from_,
        to=body.move.to,
        round=case.round,
        covers=body.covers,
        counts=case.counts,
        answers=case.answers,
        carried=True,
    )
    case = replace(
        case,
        counts={**case.counts, body.action: case.counts.get(body.action, 0) + 1},
        totals={**case.totals, body.action: case.totals.get(body.action, 0) + 1},
        done_by={**case.done_by, body.action: tuple(sorted({*case.done_by.get(body.action, ()), *step.persons}))},
    )
    case = moved(case, body.move, event)
    return replace(case, takings={**case.takings, body.action: taking}, bound=body.binds or case.bound)
