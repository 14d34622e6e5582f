"""Every reason why an action is not open: the one answer that the command path and asking share."""

from msgspec import Struct
from msgspec.structs import replace

from workflow.domain import binding, intakes, panels, sentences, signing, taking
from workflow.domain.authority import Standing, persons_of, scope_of, separated, stand
from workflow.domain.bringing import bad_outcomes, beyond_amends, needs, not_brought, unstorable
from workflow.domain.case import Case
from workflow.domain.claims import reconcile
from workflow.domain.commands import TakeAction
from workflow.domain.conditions import Asked, environment, unmet
from workflow.domain.context import Context
from workflow.domain.decided import Decided, after
from workflow.domain.definition.model import SYSTEM, Action, Definition
from workflow.domain.dossier import counting, dossier
from workflow.domain.events import ClaimChange, Facts
from workflow.domain.refusal import Refusal
from workflow.domain.terms_failed import unfit
from workflow.domain.words import Text

__all__ = ["needs", "refusals", "status_of", "weigh"]

FORBIDDEN = {"role", "region", "period", "assigned", "applicant", "panel.seat", "party", "owner"}
CONFLICTS = {
    "state",
    "once",
    "panel.voted",
    "inquiry",
    "alignment.suspended",
    "terms.signed",
    "terms.unsigned",
    "rebind.approved",
    "rebind.early",
}


class Weighed(Struct, frozen=True, kw_only=True):
    """An action as it stands for one actor: every reason against it, and the events of its taking."""

    refusals: tuple[Refusal, ...]
    decided: tuple[Decided, ...] = ()
    """Empty where there are refusals, or no command."""
    diverts: str | None = None
    """The claim for whose place the case would have to wait."""


class Content(Struct, frozen=True, kw_only=True):
    """What an action asks of the case itself: what does not hold, and the claims that it would change."""

    refusals: list[Refusal]
    changes: tuple[ClaimChange, ...] = ()
    period_year: int | None = None
    diverts: str | None = None
    """The claim for whose place the case has to wait."""


def refusals(
    definition: Definition, case: Case, action: str, context: Context, command: TakeAction | None = None
) -> tuple[Refusal, ...]:
    """All that refuse an action now; without a command, what only the command can bring is not asked for."""
    return weigh(definition, case, action, context, command).refusals


def status_of(found: tuple[Refusal, ...]) -> int:
    """HTTP status of a refusal: 403 not you, 409 not now, 422 not so. Source: docs of the outer contract."""
    codes = {refusal.code for refusal in found}
    if codes & FORBIDDEN or any(code.startswith("separation.") for code in codes):
        return 403
    return 409 if codes & CONFLICTS or any(code.startswith("claim.") for code in codes) else 422


def roles_of(action: Action, state: str) -> tuple[str, ...]:
    """The roles that take an action in a state; in a state where it is not taken, those of all its states."""
    if action.panel is not None:
        return (action.panel.role,)
    if state in action.from_:
        return action.by.get(state, ())
    return tuple(dict.fromkeys(role for roles in action.by.values() for role in roles))


def weigh(
    definition: Definition, case: Case, action: str, context: Context, command: TakeAction | None = None
) -> Weighed:
    """Weigh an action for the actor: all reasons against it, or the events to which the command leads."""
    rule = definition.actions.get(action)
    if rule is None:
        kind = Text("Tindakan", "action")
        return Weighed(refusals=(sentences.unknown("action", kind, action, definition.actions),))
    here = case.state in rule.from_
    stead = command.on_behalf_of if command else None
    standing, found = _person(definition, case, rule, context, stead)
    if not here:
        return Weighed(refusals=(sentences.wrong_state(definition, case.state, rule.from_, case.ended), *found))
    facts = command.facts if command and command.facts is not None else case.facts
    waiting = [i.number for i in case.inquiries if i.status == "open"]
    if waiting and not rule.despite_inquiry:
        found.append(sentences.open_inquiries(waiting))
    region = facts.get("region", case.region)
    found += intakes.outside(definition, case, rule, region if isinstance(region, str) else case.region, context)
    content = Content(refusals=[])
    if command is None or command.vote != "refuse" or rule.panel is None:
        # Whether to refuse is the panel's to say whatever the case lacks.
        content = content_of(definition, case, rule, context, standing, command, facts)
        found += content.refusals
    if command is not None:
        found += not_brought(definition, case, rule, command, context)
    if not content.refusals:
        found += signing.against(definition, case, rule, command, standing, context, facts)
    found += binding.stopped(definition, case, rule, standing.role if standing else "", context)
    given = command or TakeAction(action=action)
    acting = standing or Standing(role=SYSTEM)
    if rule.panel is not None:
        return _weigh_vote(definition, case, rule, context, acting, given, content, found)
    taken = taking.take(
        definition,
        case,
        rule,
        context,
        acting,
        command=given,
        facts=case.facts if content.refusals else facts,
        changes=content.changes,
        period_year=content.period_year,
        diverts=content.diverts,
    )
    course = taking.follow(definition, case, taken, context)
    found += course.refusals
    return Weighed(
        refusals=tuple(found), decided=course.decided if command and not found else (), diverts=content.diverts
    )


def _person(
    definition: Definition, case: Case, rule: Action, context: Context, stead: str | None
) -> tuple[Standing | None, list[Refusal]]:
    """Why this person may not, whatever the case holds."""
    standing, refused = stand(definition, context, roles_of(rule, case.state), scope_of(case), stead)
    found = [*refused, *separated(definition, case, rule.name, persons_of(context, standing, stead))]
    if rule.once and case.totals.get(rule.name):
        found.append(sentences.only_once(rule.title))
    return standing, found


def content_of(
    definition: Definition,
    case: Case,
    rule: Action,
    context: Context,
    standing: Standing | None,
    command: TakeAction | None,
    facts: Facts,
) -> Content:
    """Why the case is not ready: facts, then documents and answers, then conditions and claims on valid facts."""
    amended = command is not None and command.facts is not None
    to = rule.to[case.state]
    # Whoever gives a draft up need not complete it first.
    leaving = case.state == definition.start and to != definition.start and not definition.states[to].end
    found = [*unstorable(facts), *beyond_amends(case, rule, facts)] if amended else []
    if (amended or leaving) and not found:
        found = [sentences.bad_facts(error) for error in context.facts_errors(facts, False)]
    valid = not found
    found += _documents(definition, case, rule)
    found += _answers(definition, case, rule)
    if not valid:
        return Content(refusals=found)
    region = facts.get("region")
    moved = replace(case, facts=facts, region=region if isinstance(region, str) else case.region)
    found += unfit(definition, moved, rule.name, context)
    judged = rule.when or rule.claims or any(rule.name in d.at for d in definition.eligibility.values())
    if not judged:
        # Personal values are opened only for what reads them.
        return Content(refusals=found)
    outcomes = command.outcomes if command else None
    asked = Asked(
        definition,
        environment(definition, case, context, facts, standing, outcomes=outcomes),
        context.erased_fields(facts),
    )
    brought = command is not None and not bad_outcomes(rule, outcomes)
    found += unmet(asked, rule, with_outcomes=brought, called=context.called)
    claimed = reconcile(asked, case, rule.claims, context)
    found += claimed.refusals
    counted = any(c.kind != "unique" and c.taken for c in claimed.changes)
    year = asked.values["period"]["year"] if counted else None
    return Content(refusals=found, changes=claimed.changes, period_year=year, diverts=claimed.diverts)


def _documents(definition: Definition, case: Case, rule: Action) -> list[Refusal]:
    last = case.takings.get(rule.name)
    found = []
    for kind in rule.documents:
        document = definition.documents[kind]
        since = last.version if last and document.many else 0
        if not any(d.version > since for d in counting(definition, case, kind)):
            found.append(sentences.missing_document(document, newer=since > 0))
    return found


def _answers(definition: Definition, case: Case, rule: Action) -> list[Refusal]:
    if rule.checklist is None:
        return []
    answers = case.answers.get(rule.checklist, {})
    return [
        sentences.unanswered(rule.checklist, item, item.key in answers)
        for item in definition.checklists[rule.checklist].items
        if not answers.get(item.key)
    ]


def _weigh_vote(
    definition: Definition,
    case: Case,
    rule: Action,
    context: Context,
    standing: Standing,
    command: TakeAction,
    content: Content,
    found: list[Refusal],
) -> Weighed:
    """Weigh a vote: the seat it is cast in, and where the case goes if it settles the matter."""
    assert rule.panel is not None
    votes = panels.valid_votes(case, rule.name, dossier(definition, case))
    seats = panels.seated(definition, case, rule, votes, context)
    seat = None
    if standing.role != SYSTEM and not any(r.code.startswith("separation.") for r in found):
        seat, refused = panels.seat_of(definition, rule, seats, votes, context.actor, standing)
        found = [*found, *refused]
    verdict = panels.verdict(rule.panel, seats, votes, command.vote) if command.vote else None
    decided: tuple[Decided, ...] = ()
    if command.vote is not None and seat is not None:
        decided = (taking.vote(definition, case, rule, command, seat, standing, context),)
        case = after(definition, case, decided[0], context)
    if verdict == "refuse":
        filled = sum(1 for person in seats if person)
        taken = taking.refused_by_panel(definition, case, rule, command, votes, filled, context)
    elif verdict == "approve" or command.vote is None:
        taken = taking.take(
            definition,
            case,
            rule,
            context,
            standing,
            command=command,
            changes=content.changes,
            period_year=content.period_year,
        )
    else:
        return Weighed(refusals=tuple(found), decided=() if found else decided)
    course = taking.follow(definition, case, taken, context)
    found = [*found, *course.refusals]
    return Weighed(refusals=tuple(found), decided=() if found or not command.vote else (*decided, *course.decided))
