"""Steps taken in another programme: which of them counts in the state that a routed case has entered."""

from workflow.domain import binding
from workflow.domain.authority import Standing
from workflow.domain.calendar import local_date
from workflow.domain.case import Case
from workflow.domain.conditions import Asked, environment
from workflow.domain.context import Context
from workflow.domain.definition.model import Definition
from workflow.domain.dossier import covered, digest
from workflow.domain.events import Move
from workflow.domain.routed import StepRecognised, StepTaken
from workflow.domain.terms_failed import unfit


def standing(definition: Definition, case: Case, context: Context) -> StepTaken | None:
    """The next step that counts here: in force, within its days, on the facts as they came, guards and bounds met."""
    routed = case.routed
    if routed is None or not routed.steps or digest(case.facts) != routed.facts:
        return None
    alignment = context.alignments.known.get(routed.alignment or "")
    if alignment is None or alignment.standing != "in_force":
        return None
    today = local_date(context.at, definition.calendar.zone)
    return next((s for s in routed.steps if today <= s.until and _counts(definition, case, s, context)), None)


def _counts(definition: Definition, case: Case, step: StepTaken, context: Context) -> bool:
    action = definition.actions[step.action]
    if case.state not in action.from_ or action.name in case.totals:
        return False
    acting = Standing(role=step.role, office=step.office)
    values = environment(definition, case, context, case.facts, acting)
    asked = Asked(definition, values, context.erased_fields(case.facts))
    return all(asked.holds(guard.if_) for guard in action.when) and not unfit(definition, case, action.name, context)


def recognise(definition: Definition, case: Case, step: StepTaken, move: Move, context: Context) -> StepRecognised:
    """The event that lets a step count, and bind as the action would; documents and checklist are not asked again."""
    rule = definition.carry.get(step.action)
    return StepRecognised(
        action=step.action,
        event=definition.actions[step.action].event,
        stands_on=step.position,
        move=move,
        step=step,
        covers={path: covered(definition, case, path) for path in rule.unless_changed} if rule else {},
        binds=binding.bindings(definition, case, step.action, context),
    )
