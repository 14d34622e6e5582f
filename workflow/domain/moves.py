"""Moves: what entering a state brings, and how far a case goes on as earlier decisions carry it."""

from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from workflow.domain import carry, panels, recognising, sentences
from workflow.domain.calendar import deadline
from workflow.domain.case import Case
from workflow.domain.claims import released_at_end
from workflow.domain.context import Context
from workflow.domain.decided import Decided, after, by_system
from workflow.domain.definition.model import Definition
from workflow.domain.events import ActionTaken, ClaimChange, DecisionCarried, Move
from workflow.domain.refusal import Refusal
from workflow.domain.titles import role_title


def enter(
    definition: Definition,
    case: Case,
    to: str,
    context: Context,
    *,
    round: int,
    claims: tuple[ClaimChange, ...] = (),
    period_year: int | None = None,
    voids: tuple[str, ...] = (),
    judging: bool = False,
) -> Move:
    """The move from the case's state into another; into the same one it restarts nothing."""
    state = definition.states[to]
    stays = to == case.state
    due, warn = (case.due, case.warn) if stays else clock_of(definition, to, context)
    if case.turn is not None and not stays:
        claims = (*claims, ClaimChange(claim=case.turn.claim, key=case.turn.key, kind="turn", taken=False))
    if state.end:
        claims = released_at_end(case.held, case.counters, state.keeps, claims)
    return Move(
        from_=case.state,
        to=to,
        round=case.round if stays else round,
        phase=state.phase,
        ended=state.end,
        due=due,
        warn=warn,
        seats=case.seats if stays else (),
        claims=claims,
        period_year=period_year,
        voids=voids,
        judging=judging,
    )


def clock_of(definition: Definition, state: str, context: Context) -> tuple[datetime | None, datetime | None]:
    """Due and warning of a state that is entered now; None where it has no clock."""
    clock = definition.states[state].clock
    if clock is None:
        return None, None
    return deadline(context.calendar, clock.unit, context.at, clock.due, clock.warn)


class Course(Struct, frozen=True):
    """The events of a taking and of the decisions that carry the case on from it; why it cannot go there."""

    decided: tuple[Decided, ...]
    case: Case
    """In the state where it stops; after a taking that stays in its state, as it was before."""
    refusals: tuple[Refusal, ...] = ()


def course(definition: Definition, case: Case, taken: Decided, context: Context) -> Course:
    """Follow a taking: judge each state that it enters, then fix the seats of the panel where the case stops."""
    body = taken.body
    assert isinstance(body, ActionTaken)
    if body.move.to == body.move.from_:
        # The stay goes on: nothing is judged, and no seat is filled.
        return Course((taken,), case)
    decided = [taken]
    now = after(definition, case, taken, context)
    fresh = {body.action}
    judging = now.judging and body.diverted is None and not definition.actions[body.action].returns
    while judging:
        judged = carry.judge(definition, now, context, fresh)
        if judged.voids:
            decided[-1] = _moving(decided[-1], voids=(*_move(decided[-1]).voids, *judged.voids))
        if judged.stands is None:
            break
        fresh.add(judged.stands.action)
        carried = DecisionCarried(
            action=judged.stands.action,
            event=judged.stands.event,
            stands_on=judged.stands.position,
            move=enter(definition, now, judged.stands.to, context, round=now.round),
        )
        decided.append(by_system(carried))
        now = after(definition, now, decided[-1], context)
    while (step := recognising.standing(definition, now, context)) is not None:
        move = enter(definition, now, definition.actions[step.action].to[now.state], context, round=now.round)
        decided.append(by_system(recognising.recognise(definition, now, step, move, context)))
        now = after(definition, now, decided[-1], context)
    return _seated(definition, now, decided, context)


def _seated(definition: Definition, now: Case, decided: list[Decided], context: Context) -> Course:
    action = panels.panel_of(definition, now.state)
    if action is None or action.panel is None:
        return Course(tuple(decided), now)
    seats = panels.seats_at_entry(definition, now, action, context)
    entering = max(n for n, one in enumerate(decided) if _move(one).to != _move(one).from_)
    decided[entering] = _moving(decided[entering], seats=seats)
    if len(seats) < action.panel.quorum:
        return Course(
            (),
            now,
            (sentences.too_few_seats(role_title((definition,), action.panel.role), action.panel.quorum, len(seats)),),
        )
    return Course(tuple(decided), now)


def _move(decided: Decided) -> Move:
    assert isinstance(decided.body, ActionTaken | DecisionCarried)
    return decided.body.move


def _moving(decided: Decided, **changes: object) -> Decided:
    """The same event with some parts of its move set."""
    assert isinstance(decided.body, ActionTaken | DecisionCarried)
    return replace(decided, body=replace(decided.body, move=replace(decided.body.move, **changes)))
