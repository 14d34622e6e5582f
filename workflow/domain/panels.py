"""Panels: who is seated, whose votes count, and what the votes come to."""

from typing import Literal

from workflow.domain import sentences
from workflow.domain.authority import Standing, in_force, rules_for
from workflow.domain.case import Case, Vote
from workflow.domain.context import Context
from workflow.domain.definition.model import Action, Definition, Panel
from workflow.domain.refusal import Refusal
from workflow.domain.regions import covers
from workflow.domain.titles import role_title

Verdict = Literal["approve", "refuse"]


def panel_of(definition: Definition, state: str) -> Action | None:
    """The panel's action of a state, if it has one."""
    return next((a for a in definition.actions.values() if a.panel and state in a.from_), None)


def able(definition: Definition, case: Case, action: Action, context: Context) -> list[str]:
    """Those appointed now, in order of appointment, less those whom separation excludes."""
    assert action.panel is not None
    level = definition.roles[action.panel.role].level
    excluded = {
        case.applicant,
        *(p for _, other in rules_for(definition, action.name) for p in case.done_by.get(other, ())),
    }
    found: dict[str, None] = {}
    for a in sorted(context.people.holders(action.panel.role), key=lambda a: a.number):
        here = level in (a.level, "any") and covers(a.region, case.region)
        if here and a.person not in excluded and in_force(a, context.at, definition.calendar.zone):
            found[a.person] = None
    return list(found)


def seats_at_entry(definition: Definition, case: Case, action: Action, context: Context) -> tuple[str, ...]:
    """The seats of a panel formed now."""
    assert action.panel is not None
    return tuple(able(definition, case, action, context)[: action.panel.seats])


def valid_votes(case: Case, action: str, dossier: str) -> tuple[Vote, ...]:
    """The votes that count: not void, and cast on the dossier as it is."""
    return tuple(v for v in case.votes if v.action == action and not v.void and v.dossier == dossier)


def seated(
    definition: Definition, case: Case, action: Action, votes: tuple[Vote, ...], context: Context
) -> tuple[str | None, ...]:
    """Who holds each seat now. A seat that fell vacant before its vote goes to the next appointee; None: to nobody."""
    candidates = able(definition, case, action, context)
    voted = {v.seat for v in votes}
    kept = [p if seat in voted or p in candidates else None for seat, p in enumerate(case.seats)]
    sitting = {p for p in kept if p} | {v.person for v in votes}
    waiting = iter([p for p in candidates if p not in sitting])
    return tuple(p if p is not None else next(waiting, None) for p in kept)


def seat_of(
    definition: Definition,
    action: Action,
    seats: tuple[str | None, ...],
    votes: tuple[Vote, ...],
    actor: str,
    standing: Standing,
) -> tuple[int | None, tuple[Refusal, ...]]:
    """The seat in which somebody votes, and why they may not: no seat there, or it has voted."""
    assert action.panel is not None
    sitting = standing.on_behalf_of or actor
    if any(v.person == actor for v in votes):
        return None, (sentences.voted_already(),)
    if sitting not in seats:
        return None, (sentences.not_seated(role_title((definition,), action.panel.role), [p for p in seats if p]),)
    seat = seats.index(sitting)
    if any(v.seat == seat for v in votes):
        return None, (sentences.voted_already(),)
    return seat, ()


def verdict(panel: Panel, seats: tuple[str | None, ...], votes: tuple[Vote, ...], vote: Verdict) -> Verdict | None:
    """What the votes come to with one more: the quorum says yes, or can no longer be reached; None: still open."""
    cast = [*(v.vote for v in votes), vote]
    if cast.count("approve") >= panel.quorum:
        return "approve"
    filled = sum(1 for p in seats if p)
    return "refuse" if cast.count("refuse") > filled - panel.quorum else None


def joined_reasons(votes: tuple[Vote, ...], last: str | None) -> str:
    """The reasons of those who refused, in the order of their votes."""
    reasons = [v.reason for v in votes if v.vote == "refuse" and v.reason]
    return "; ".join([*reasons, *([last] if last else [])])
