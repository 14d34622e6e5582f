"""Who has the next step in a case, and what stands in its way whoever takes it; derived from definition and state."""

from msgspec import Struct

from workflow.domain import sentences
from workflow.domain.definition.model import SYSTEM, Action, Definition
from workflow.domain.refusal import Refusal
from workflow.domain.refusals import roles_of
from workflow.projections.waiting import Waiting

ANSWER = "answer_inquiry"
"""Stands for the answer to an inquiry, which is no action of the definition."""
PLAIN = frozenset({"counts", "documents", "checklist"})
"""Names in guards whose values the inbox knows: no facts, no person, no day."""


class Step(Struct, frozen=True):
    """One action that a role could take next; open to whoever holds the role where nothing blocks it."""

    action: str
    blockers: tuple[str, ...]
    """Codes of refusals that do not depend on the person, the facts or the day."""


def next_steps(definition: Definition, case: Waiting) -> dict[str, tuple[Step, ...]]:
    """Role → the steps that the case waits for from it, in the definition's order; empty for an ended case."""
    steps: dict[str, list[Step]] = {}
    if case.ended:
        return {}
    for action in definition.actions.values():
        if case.state not in action.from_:
            continue
        awaited = _is_awaited(definition, action, case)
        step = Step(action.name, blockers(definition, action, case))
        for role in roles_of(action, case.state):
            # To whom a passed deadline went is offered all that they may do about it.
            if role != SYSTEM and (awaited or role == case.escalated):
                steps.setdefault(role, []).append(step)
    for role in case.asked.values():
        if all(step.action != ANSWER for step in steps.setdefault(role, [])):
            steps[role].append(Step(ANSWER, ()))
    return {role: tuple(found) for role, found in steps.items()}


def _is_awaited(definition: Definition, action: Action, case: Waiting) -> bool:
    """False for what may be done but is waited for by nobody: withdrawing, annulling, exchanging a member."""
    stays = action.to[case.state] == case.state
    ends = definition.states[action.to[case.state]].end
    if action.despite_inquiry or (action.reason_required and ends and _others_lead_on(definition, action, case.state)):
        return False
    if action.once and case.totals.get(action.name):
        return False
    if action.assigns and stays:
        return action.assigns not in case.assigned
    return not (action.amends and stays)


def _others_lead_on(definition: Definition, action: Action, state: str) -> bool:
    """True where the state has another way out that needs no stated reason."""
    return any(
        state in other.from_ and other is not action and other.to[state] != state and not other.reason_required
        for other in definition.actions.values()
    )


def blockers(definition: Definition, action: Action, case: Waiting) -> tuple[str, ...]:
    """Codes as in docs/definitions.md, in the order in which refusals are given."""
    found = [f"document.{kind}" for kind in action.documents if _counting(definition, action, kind, case) == 0]
    if action.checklist:
        answers = case.answers.get(action.checklist, {})
        items = definition.checklists[action.checklist].items
        found += [f"checklist.{action.checklist}.{item.key}" for item in items if not answers.get(item.key)]
    for guard in action.when:
        if _is_plain(definition, guard.if_) and _fails(definition, guard.if_, case):
            found.append(f"guard.{guard.name}")
    if case.asked:
        found.append("inquiry")
    return tuple(found)


def _counting(definition: Definition, action: Action | None, kind: str, case: Waiting) -> int:
    """How many documents of a kind count now; for an action, one that may come many times must be newer than it."""
    rule = definition.documents[kind]
    since = case.taken.get(action.name, 0) if action and rule.many else 0
    return sum(
        (not rule.renew_round or supplied.round == case.round) and supplied.version > since
        for supplied in case.documents.get(kind, ())
    )


def _is_plain(definition: Definition, source: str) -> bool:
    return definition.guards.variables_read(source) <= PLAIN


def _fails(definition: Definition, source: str, case: Waiting) -> bool:
    documents = {kind: _counting(definition, None, kind, case) for kind in definition.documents}
    values = {"counts": {**case.counts, "total": case.totals}, "documents": documents, "checklist": case.answers}
    return definition.guards.evaluate(source, values) is not True


def explain(definition: Definition, action: str, code: str) -> Refusal:
    """The sentences of a blocker, as a refusal gives them."""
    kind, _, name = code.partition(".")
    rule = definition.actions[action]
    match kind:
        case "document":
            document = definition.documents[name]
            return sentences.missing_document(document, newer=document.many)
        case "checklist":
            checklist, _, key = name.partition(".")
            item = next(item for item in definition.checklists[checklist].items if item.key == key)
            return sentences.unanswered(checklist, item, answered_no=False)
        case "guard":
            return sentences.unmet_guard(next(guard for guard in rule.when if guard.name == name), None)
    return sentences.open_inquiries(())
