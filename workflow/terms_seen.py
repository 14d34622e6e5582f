"""Nobody signs or is bound by terms that they did not see: what changed in them since somebody looked."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from msgspec.structs import replace

from workflow.alignments import AlignmentsApp
from workflow.domain.alignments import AlignmentChanged
from workflow.domain.binding import bindings, touching
from workflow.domain.case import Case
from workflow.domain.context import Context
from workflow.domain.decided import Decided
from workflow.domain.definition.model import Definition
from workflow.domain.events import ActionTaken, Recorded
from workflow.domain.evolve import evolve
from workflow.domain.signing import terms_of
from workflow.store.log import ReadMoved, Rejected


def changed_since(
    named: str,
    definition: Definition,
    case: Case,
    context: Context,
    alignments: AlignmentsApp,
    history: Callable[[], Iterable[Recorded]],
) -> tuple[Recorded, ...] | None:
    """What changed since the terms were those of the hash `named`; None while they still are.

    Of an alignment: its own terms; of another case: those of the alignments that reach it. `history` is the case's.
    """
    if definition.alignment is not None:
        terms = terms_of(definition, case.facts)
        return None if terms is not None and terms.hash == named else _since(history(), definition, named)
    reaching = touching(definition, case, context)
    if any(one.hash == named for one in reaching):
        return None
    events = [event for event in alignments.history() if isinstance(event.body, AlignmentChanged)]
    refs = {_body(event).ref for event in events if _body(event).hash == named} or {one.ref for one in reaching}
    told = [event for event in events if _body(event).ref in refs]
    last = max((index for index, event in enumerate(told) if _body(event).hash == named), default=-1)
    return tuple(told[last + 1 :])


def overtook(
    rejected: Rejected,
    definition: Definition,
    case: Case | None,
    decided: Sequence[Decided],
    context: Context,
    alignments: AlignmentsApp,
) -> tuple[Recorded, ...]:
    """What moved in the alignments between a binding decision and its append; empty where that binds as it did."""
    moved = any(isinstance(reason, ReadMoved) and reason.stream == alignments.stream for reason in rejected.reasons)
    if case is None or not moved:
        return ()
    now = replace(context, alignments=alignments.current())
    refs: set[str] = set()
    for one in decided:
        if isinstance(one.body, ActionTaken):
            before, after = set(one.body.binds), set(bindings(definition, case, one.body.action, now))
            refs |= {binding.alignment for binding in before ^ after}
    return tuple(
        event
        for event in (alignments.history() if refs else ())
        if event.version > context.alignments.version and _body(event).ref in refs
    )


def _since(history: Iterable[Recorded], definition: Definition, named: str) -> tuple[Recorded, ...]:
    """The events after the last version of an alignment's case whose terms had this hash; empty where none had."""
    events = list(history)
    case: Case | None = None
    last = None
    for index, event in enumerate(events):
        case = evolve(case, event)
        terms = terms_of(definition, case.facts)
        if terms is not None and terms.hash == named:
            last = index
    return tuple(events[last + 1 :]) if last is not None else ()


def _body(event: Recorded) -> Any:
    return event.body
