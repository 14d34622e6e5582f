"""An action being taken: its event, the votes before it, and the decisions that carry the case on after it."""

from msgspec.structs import replace

from workflow.domain import binding, carry, moves, panels, queueing, signing
from workflow.domain.authority import Standing
from workflow.domain.case import Case, Vote
from workflow.domain.commands import TakeAction
from workflow.domain.context import Context
from workflow.domain.decided import Decided, by, by_system
from workflow.domain.definition.model import SYSTEM, Action, Definition
from workflow.domain.dossier import covered, dossier
from workflow.domain.events import ActionTaken, ClaimChange, Facts, InquiryLapsed, Letter, VoteCast
from workflow.domain.merge import diff


def take(
    definition: Definition,
    case: Case,
    action: Action,
    context: Context,
    standing: Standing,
    *,
    command: TakeAction,
    facts: Facts | None = None,
    changes: tuple[ClaimChange, ...] = (),
    period_year: int | None = None,
    diverts: str | None = None,
) -> Decided:
    """The event of a taking, with what it saw: covered hashes, counts and answers of the round, claims and the move.

    Where a claim `diverts` it, the case waits in that claim's queue and nothing is decided yet.
    """
    facts = signing.settled(definition, case, action, case.facts if facts is None else facts, context)
    region = str(facts.get("region", case.region))
    patched = replace(case, facts=facts)
    rule = definition.carry.get(action.name)
    move = moves.enter(
        definition,
        case,
        queueing.way(definition, action, case.state, diverts),
        context,
        round=case.round + 1,
        claims=changes,
        period_year=period_year,
        voids=(
            *(carry.voided_by_return(definition, case, command.redo) if action.returns else ()),
            *signing.voided(definition, case, facts),
        ),
        judging=action.returns,
    )
    body = ActionTaken(
        action=action.name,
        event=action.event,
        role=standing.role,
        reason=command.reason,
        dossier=dossier(definition, case),
        covers={path: covered(definition, patched, path) for path in rule.unless_changed} if rule else {},
        counts=case.counts,
        answers=case.answers,
        outcomes=command.outcomes or {},
        amendments=diff(case.facts, facts) or None,
        region=region if region != case.region else None,
        assigns={action.assigns: command.assign} if action.assigns and command.assign else {},
        letter=_letter(definition, action, context.actor, standing),
        binds=binding.bindings(definition, replace(case, region=region), action.name, context),
        terms=command.terms if definition.alignment and action.name in definition.alignment.signs else None,
        move=move,
    )
    if diverts is not None:
        body = queueing.diverted(definition, diverts, body)
    return by_system(body) if standing.role == SYSTEM else by(body, context, standing)


def _letter(definition: Definition, action: Action, actor: str, standing: Standing) -> Letter | None:
    if action.letter is None:
        return None
    rule = definition.letters[action.letter]
    signer = actor if rule.signed_by == "actor" else rule.signed_by
    if rule.signed_by == "actor" and standing.role == SYSTEM:
        signer = rule.else_ or SYSTEM
    return Letter(name=rule.name, template=rule.template, signed_by=signer)


def vote(
    definition: Definition,
    case: Case,
    action: Action,
    command: TakeAction,
    seat: int,
    standing: Standing,
    context: Context,
) -> Decided:
    """The event of a vote on the dossier as it is."""
    assert command.vote is not None
    body = VoteCast(
        action=action.name,
        vote=command.vote,
        reason=command.reason,
        dossier=dossier(definition, case),
        seat=seat,
        role=standing.role,
    )
    return by(body, context, standing)


def refused_by_panel(
    definition: Definition,
    case: Case,
    action: Action,
    command: TakeAction,
    votes: tuple[Vote, ...],
    filled: int,
    context: Context,
) -> Decided:
    """The taking of `on_refusal` in the system's name, its reason the joined reasons of those who refused."""
    assert action.panel is not None
    reason = panels.joined_reasons(votes, command.reason if command.vote == "refuse" else None)
    if not reason:
        short = f"{filled}/{action.panel.quorum}"
        reason = f"Kursi panel terisi kurang dari kuorum, {short}; fewer seats are filled than the quorum, {short}"
    refusing = definition.actions[action.panel.on_refusal]
    system = Standing(role=SYSTEM)
    return take(definition, case, refusing, context, system, command=TakeAction(action=refusing.name, reason=reason))


def lapsed(before: Case, course: moves.Course) -> tuple[Decided, ...]:
    """Inquiries left open by an action that did not wait for them end with the stay in the state."""
    if course.case.round == before.round:
        return ()
    return tuple(by_system(InquiryLapsed(number=i.number)) for i in before.inquiries if i.status == "open")


def follow(definition: Definition, case: Case, taken: Decided, context: Context) -> moves.Course:
    """The taking with all that follows from it."""
    course = moves.course(definition, case, taken, context)
    return replace(course, decided=(*course.decided, *lapsed(case, course))) if course.decided else course
