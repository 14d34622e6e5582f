"""Promotion: the engine takes up whoever waits first for a place, or sends them back with every reason."""

from collections.abc import Sequence

from msgspec.structs import replace

from workflow.domain import moves, sentences, taking
from workflow.domain.authority import Standing
from workflow.domain.case import Case, Turn
from workflow.domain.claims import ahead
from workflow.domain.commands import TakeAction
from workflow.domain.context import Context
from workflow.domain.decided import Decided, by_system
from workflow.domain.definition.model import SYSTEM, Action, Definition
from workflow.domain.dossier import dossier
from workflow.domain.events import ActionTaken, ClaimChange
from workflow.domain.refusal import Refusal, Refused
from workflow.domain.refusals import Content, content_of
from workflow.domain.words import Text


def promote(definition: Definition, case: Case, context: Context) -> tuple[Decided, ...]:
    """The events of the queue's `then`, or of its `else` with the reasons against it joined.

    Raises Refused where the case does not wait, is not the first, or no place is free: then it goes on waiting.
    """
    rule, turn = definition.states[case.state].queue, case.turn
    if context.actor != SYSTEM:
        raise Refused((sentences.no_role((), (SYSTEM,), ()),))
    if rule is None or turn is None:
        queues = [state.name for state in definition.states.values() if state.queue is not None]
        raise Refused((sentences.wrong_state(definition, case.state, queues, case.ended),))
    claim = definition.claims[turn.claim]
    if before := ahead(case, turn.key, context):
        said = Text(f"{len(before)} menunggu lebih dulu", f"{len(before)} wait before it")
        raise Refused((sentences.refused_claim(claim, said),))
    action = _from_queue(definition.actions[rule.then], case.state)
    system = Standing(role=SYSTEM)
    content = content_of(definition, case, action, context, system, TakeAction(action=action.name), case.facts)
    if content.diverts is not None:
        said = Text("Belum ada tempat yang kosong", "No place is free yet")
        raise Refused((sentences.refused_claim(claim, said),))
    found = [*content.refusals, *_elsewhere(definition, case, turn, content)]
    if action.once and case.totals.get(action.name):
        found.append(sentences.only_once(action.title))
    if not found:
        taken = taking.take(
            definition,
            case,
            action,
            context,
            system,
            command=TakeAction(action=action.name),
            changes=content.changes,
            period_year=content.period_year,
        )
        course = taking.follow(definition, case, taken, context)
        if not course.refusals:
            return course.decided
        found += course.refusals
    return (_sent_back(definition, case, found, context),)


def _from_queue(action: Action, queue: str) -> Action:
    """The action as the engine takes it from a queue, whatever its `from`."""
    return replace(action, from_=(queue,), to={queue: next(iter(action.to.values()))}, by={queue: (SYSTEM,)})


def _elsewhere(definition: Definition, case: Case, turn: Turn, content: Content) -> list[Refusal]:
    """Whoever asks for another place by now than the one it waited for has not waited for that one."""
    if content.refusals or any(_is_place(change, turn) for change in content.changes):
        return []
    other = Text(
        "Tempat yang diminta bukan lagi yang ditunggu; ajukan lagi",
        "It asks for another place than the one it waited for; submit again",
    )
    return [sentences.refused_claim(definition.claims[turn.claim], other)]


def _is_place(change: ClaimChange, turn: Turn) -> bool:
    return change.taken and change.kind == "counter" and change.key == turn.key


def _sent_back(definition: Definition, case: Case, found: Sequence[Refusal], context: Context) -> Decided:
    """The event that ends the waiting with the reasons; nothing is taken, and what the case holds it keeps."""
    rule, turn = definition.states[case.state].queue, case.turn
    assert rule is not None
    assert turn is not None
    body = ActionTaken(
        action=rule.then,
        event=rule.else_event,
        role=SYSTEM,
        reason=f"{'; '.join(r.id for r in found)} / {'; '.join(r.en for r in found)}",
        dossier=dossier(definition, case),
        counts=case.counts,
        answers=case.answers,
        diverted=turn.claim,
        move=moves.enter(definition, case, rule.else_to, context, round=case.round + 1),
    )
    return by_system(body)
