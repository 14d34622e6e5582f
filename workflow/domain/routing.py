"""Taking a route: one case ends, another programme's begins with what the group has, and its claims go over at once."""

from msgspec import Struct
from msgspec.structs import replace

from workflow.domain import sentences, taking
from workflow.domain.alignments import Alignment
from workflow.domain.authority import Standing, scope_of, stand
from workflow.domain.calendar import local_date
from workflow.domain.case import Case, Document
from workflow.domain.claims import Reconciled, reconcile
from workflow.domain.commands import OpenCase, TakeAction
from workflow.domain.conditions import Asked, environment
from workflow.domain.context import Context
from workflow.domain.decided import Decided, after
from workflow.domain.definition.model import Action, Definition
from workflow.domain.dossier import digest
from workflow.domain.events import ActionTaken, CaseOpened, DocumentAttached, Move, Recorded
from workflow.domain.evolve import evolve
from workflow.domain.opening import open_case
from workflow.domain.refusal import Refusal, Refused
from workflow.domain.refusals import weigh
from workflow.domain.routed import GroupRouted, StepTaken
from workflow.domain.routes import Step, of_the_group, submission


class Side(Struct, frozen=True):
    """One of the two programmes, and what a decision on its case may know."""

    definition: Definition
    context: Context


class Passage(Struct, frozen=True, kw_only=True):
    """What goes over with the group."""

    opening: OpenCase
    documents: tuple[Document, ...] = ()
    steps: tuple[Step, ...] = ()
    alignment: Alignment | None = None
    reason: str | None = None


class Routing(Struct, frozen=True, kw_only=True):
    """The events of both cases, in order."""

    ends: tuple[Decided, ...]
    begins: tuple[Decided, ...]


def take_route(own: Side, case: Case, other: Side, passage: Passage) -> Routing:
    """End the case and begin the other programme's; raises Refused with all that either of them has against it.

    The new case stays a draft where only documents are missing, or others submit it; else it is submitted.
    """
    refusals: list[Refusal] = []
    ends = _ended(own, case, passage, refusals)
    begins: tuple[Decided, ...] = ()
    try:
        begins = _begun(case, ends, other, passage)
    except Refused as refused:
        refusals += refused.refusals
    if refusals:
        raise Refused(tuple(refusals))
    return Routing(ends=ends, begins=begins)


def leaving(definition: Definition, state: str) -> Action | None:
    """The action by which an applicant gives a case up from a state: taking a route is nothing else to this case."""
    for action in definition.actions.values():
        to = definition.states.get(action.to.get(state, ""))
        if to is not None and to.end and not to.keeps and _personal(definition, action.by.get(state, ())):
            return action
    return None


def _personal(definition: Definition, roles: tuple[str, ...]) -> list[str]:
    return [name for name in roles if name in definition.roles and definition.roles[name].level == "applicant"]


def _ended(own: Side, case: Case, passage: Passage, refusals: list[Refusal]) -> tuple[Decided, ...]:
    """The events that end the case; why it cannot end is added to the refusals."""
    definition, context = own.definition, own.context
    action = leaving(definition, case.state)
    if action is None:
        states = [name for name in definition.states if leaving(definition, name)]
        refusals.append(sentences.wrong_state(definition, case.state, states, case.ended))
        return ()
    command = TakeAction(action=action.name, reason=passage.reason)
    acting, why = _acting(own, case, action)
    found = weigh(definition, case, action.name, context, command).refusals
    refusals += [*why, *(refusal for refusal in found if of_the_group(refusal))]
    if refusals or acting is None:
        return ()
    taken = taking.take(definition, case, action, context, acting, command=command)
    assert isinstance(taken.body, ActionTaken)
    routed = replace(taken, body=replace(taken.body, routed_to=passage.opening.ref))
    return taking.follow(definition, case, routed, context).decided


def _acting(own: Side, case: Case, action: Action) -> tuple[Standing | None, tuple[Refusal, ...]]:
    """In which standing the case is given up: its applicant's, or that of an office that may open cases here."""
    definition, context = own.definition, own.context
    if context.actor == case.applicant:
        return Standing(role=_personal(definition, action.by[case.state])[0]), ()
    offices = [name for name in definition.facts.by if name not in _personal(definition, definition.facts.by)]
    return stand(definition, context, offices, scope_of(case), any_delegation=True)


def _begun(case: Case, ends: tuple[Decided, ...], other: Side, passage: Passage) -> tuple[Decided, ...]:
    """The events of the new case. Raises Refused with all that its programme has against the group or the actor."""
    definition, context = other.definition, other.context
    (opening,) = open_case(definition, passage.opening, context)
    group = _opened(definition, opening, context)
    decided = [opening]
    for document in passage.documents:
        decided.append(_carried(opening, document, case.ref))
        group = after(definition, group, decided[-1], context)
    entering = submission(definition)
    assert entering is not None
    found = weigh(definition, group, entering.name, context).refusals
    against = [r for r in found if of_the_group(r) and not r.code.startswith("document.")]
    if against:
        raise Refused(tuple(against))
    claimed = _claims(definition, group, entering, context)
    routed = replace(opening, body=_routed(case, ends, group, definition, passage, claimed))
    decided.insert(1, routed)
    group = _folded(definition, decided, context)
    submitted = weigh(definition, group, entering.name, context, TakeAction(action=entering.name))
    return (*decided, *submitted.decided)


def _opened(definition: Definition, opening: Decided, context: Context) -> Case:
    assert isinstance(opening.body, CaseOpened)
    event = Recorded(
        stream=f"case/{opening.body.ref}",
        version=1,
        at=context.at,
        actor=opening.actor,
        definition=definition.hash,
        body=opening.body,
    )
    return evolve(None, event)


def _folded(definition: Definition, decided: list[Decided], context: Context) -> Case:
    group = _opened(definition, decided[0], context)
    for one in decided[1:]:
        group = after(definition, group, one, context)
    return group


def _carried(opening: Decided, document: Document, origin: str) -> Decided:
    body = DocumentAttached(
        document=document.document,
        sha256=document.sha256,
        type=document.type,
        size=document.size,
        replaces=False,
        origin=origin,
    )
    return replace(opening, body=body)


def _claims(definition: Definition, group: Case, entering: Action, context: Context) -> Reconciled:
    """The keys that the group takes over with the first event; a turn in a queue is taken by submitting only."""
    values = environment(definition, group, context, group.facts, None)
    asked = Asked(definition, values, context.erased_fields(group.facts))
    found = reconcile(asked, group, entering.claims, context)
    return replace(found, changes=tuple(change for change in found.changes if change.kind != "turn"))


def _routed(
    case: Case, ends: tuple[Decided, ...], group: Case, definition: Definition, passage: Passage, claimed: Reconciled
) -> GroupRouted:
    alignment, counted = passage.alignment, any(change.kind == "counter" for change in claimed.changes)
    versions = [n for n, one in enumerate(ends, start=1) if getattr(one.body, "routed_to", None)]
    today = local_date(group.opened, definition.calendar.zone)
    return GroupRouted(
        case=case.ref,
        version=case.version + (versions[0] if versions else 0),
        programme=case.programme,
        alignment=alignment.ref if alignment else None,
        terms=alignment.hash if alignment else None,
        facts=digest(group.facts),
        steps=tuple(_step(case, step) for step in passage.steps),
        move=Move(
            from_=group.state,
            to=group.state,
            round=group.round,
            phase=group.phase,
            due=group.due,
            warn=group.warn,
            claims=claimed.changes,
            period_year=today.year if counted else None,
        ),
    )


def _step(case: Case, step: Step) -> StepTaken:
    taken = step.taking
    return StepTaken(
        action=step.action,
        taken=taken.action,
        by=taken.by,
        persons=case.done_by.get(taken.action, ()),
        office=taken.office,
        role=taken.role,
        at=taken.at,
        position=taken.position,
        until=step.until,
    )
