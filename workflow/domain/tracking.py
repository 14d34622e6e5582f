"""The tracking code of a case: ended, and another given in its place."""

from msgspec.structs import replace

from workflow.domain.authority import scope_of, stand
from workflow.domain.case import Case
from workflow.domain.commands import RevokeTracking
from workflow.domain.context import Context
from workflow.domain.decided import Decided, by
from workflow.domain.definition.model import Definition
from workflow.domain.events import Kind, Recorded
from workflow.domain.evolve import apply
from workflow.domain.refusal import Refused, Unchanged


class TrackingCodeRevoked(Kind, frozen=True, kw_only=True, tag=True):
    next: str | None = None
    """The code that holds from now on; None: none does."""


TRACKING_KINDS: tuple[type[Kind], ...] = (TrackingCodeRevoked,)


@apply.register
def _(body: TrackingCodeRevoked, case: Case, event: Recorded) -> Case:
    return replace(case, tracking_code=body.next or "")


def revoke_tracking(
    definition: Definition, case: Case, command: RevokeTracking, context: Context
) -> tuple[Decided, ...]:
    """The event that ends the code; for those who bring the facts. Raises Refused, Unchanged."""
    standing, refused = stand(definition, context, definition.facts.by, scope_of(case), any_delegation=True)
    if refused:
        raise Refused(refused)
    assert standing is not None
    if command.next is None and not case.tracking_code:
        raise Unchanged
    return (by(TrackingCodeRevoked(next=command.next), context, standing),)
