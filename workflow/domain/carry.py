"""Carry: which earlier decisions stand after a return, and what a return voids."""

from collections.abc import Collection

from msgspec import Struct

from workflow.domain import binding
from workflow.domain.authority import Standing
from workflow.domain.case import Case, Taking
from workflow.domain.conditions import Asked, environment
from workflow.domain.context import Context
from workflow.domain.definition.model import Definition
from workflow.domain.dossier import covered
from workflow.domain.evolve import IMPORTED


class Judged(Struct, frozen=True, kw_only=True):
    """What became of the earlier decisions of a state that was entered."""

    stands: Taking | None = None
    voids: tuple[str, ...] = ()


def decisions_of(definition: Definition, case: Case, state: str) -> list[Taking]:
    """The decisions under `carry` that were taken in a state and are not void, the latest last."""
    found = [case.takings[name] for name in definition.carry if name in case.takings]
    return sorted((t for t in found if t.state == state and not t.void), key=lambda t: t.version)


def judge(definition: Definition, case: Case, context: Context, fresh: Collection[str]) -> Judged:
    """Judge the state in which the case now is: its latest decision stands, or all of them are void for good.

    `fresh`: actions taken or carried in this very save; they were not taken before and are left alone.
    """
    earlier = [t for t in decisions_of(definition, case, case.state) if t.action not in fresh]
    if not earlier:
        return Judged()
    latest = earlier[-1]
    if stands(definition, case, latest, context):
        return Judged(stands=latest)
    return Judged(voids=tuple(t.action for t in earlier))


def stands(definition: Definition, case: Case, taking: Taking, context: Context) -> bool:
    """True where nothing that a decision covers changed and its guards hold, with the counts of its own round."""
    action = definition.actions[taking.action]
    if action.panel is not None or taking.role == IMPORTED:
        return False
    if any(covered(definition, case, path) != seen for path, seen in taking.covers.items()):
        return False
    if not binding.stands(definition, case, taking.action, context):
        return False
    if not action.when:
        return True
    values = environment(
        definition,
        case,
        context,
        case.facts,
        _stood(taking, context),
        outcomes=taking.outcomes,
        counts=taking.counts,
        answers=taking.answers,
    )
    asked = Asked(definition, values, context.erased_fields(case.facts))
    return all(asked.holds(guard.if_) for guard in action.when)


def _stood(taking: Taking, context: Context) -> Standing:
    """The standing in which a decision was taken."""
    regions = [
        a.region for a in context.people.appointments(taking.by) if a.role == taking.role and a.office == taking.office
    ]
    return Standing(role=taking.role, office=taking.office, region=regions[-1] if regions else "")


def voided_by_return(definition: Definition, case: Case, redo: Collection[str]) -> tuple[str, ...]:
    """What a return from the case's state voids: the decision of that state, and those to be done again."""
    left = [t.action for t in decisions_of(definition, case, case.state)]
    return tuple(dict.fromkeys([*left, *redo]))


def redoable(definition: Definition, case: Case) -> list[str]:
    """The earlier decisions that a return may name to be done again."""
    return [name for name in definition.carry if name in case.takings and not case.takings[name].void]
