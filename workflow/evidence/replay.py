"""A case told again, event by event, by the same `evolve`: what each event changed, with sealed values kept sealed."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from msgspec import Struct, to_builtins

from workflow.domain.case import Case
from workflow.domain.events import ActionTaken, DeadlineMoved, DeadlinePassed, DecisionCarried, Recorded, VoteCast
from workflow.domain.evolve import evolve

SEALED = "sealed:"
UNTOLD = frozenset({"version", "position", "changed", "tracking_code"})
"""Fields that change with every event, or that open a door."""


class Change(Struct, frozen=True):
    """A field of the state before and after; None: it was, or is, not there."""

    path: str
    before: Any
    after: Any


class Step(Struct, frozen=True):
    event: Recorded
    name: str
    """The field's own name of what happened, or the kind."""
    case: Case
    """The case after the event."""
    changes: tuple[Change, ...]


def until(history: Iterable[Recorded], when: datetime | int) -> Iterator[Recorded]:
    """The events of a case up to a moment or a position (inclusive).

    The clocks of two servers may disagree: the first event that lies beyond ends the past, whatever follows it.
    """
    for event in history:
        if isinstance(when, int) and event.position > when:
            return
        if isinstance(when, datetime) and event.at > when:
            return
        yield event


def replay(history: Iterable[Recorded], as_of: datetime | int | None = None) -> Iterator[Step]:
    """The steps of a history in order, up to a moment or a position (inclusive)."""
    case: Case | None = None
    for event in history if as_of is None else until(history, as_of):
        after = evolve(case, event)
        yield Step(event, name_of(event), after, changes(case, after))
        case = after


def name_of(event: Recorded) -> str:
    """The definition's name of what happened where it has one, else the kind."""
    if isinstance(event.body, ActionTaken | DecisionCarried):
        return event.body.event
    if isinstance(event.body, DeadlinePassed) and event.body.event:
        return event.body.event
    return type(event.body).__name__


def said(event: Recorded) -> str:
    """What was said beside the event: the decider's reason, why a deadline moved, or nothing."""
    match event.body:
        case ActionTaken() | VoteCast() as body:
            return body.reason or ""
        case DeadlineMoved() as body:
            return body.say.en
    return ""


def changes(before: Case | None, after: Case) -> tuple[Change, ...]:
    """Every field of the state that differs, by its path, in the order of the paths."""
    old, new = dict(_leaves(before)), dict(_leaves(after))
    return tuple(
        Change(path, old.get(path), new.get(path))
        for path in sorted(old.keys() | new.keys())
        if old.get(path) != new.get(path)
    )


def _leaves(case: Case | None) -> Iterator[tuple[str, Any]]:
    if case is not None:
        for name in case.__struct_fields__:
            if name not in UNTOLD:
                yield from _below(name, to_builtins(getattr(case, name)))


def _below(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from _below(f"{path}.{key}", item)
    elif isinstance(value, list) and value:
        for number, item in enumerate(value):
            yield from _below(f"{path}[{number}]", item)
    elif value not in (None, {}, []):
        yield path, "•••" if isinstance(value, str) and value.startswith(SEALED) else value
