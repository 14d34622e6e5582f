"""One event that a decision led to, with whose it is."""

from msgspec import Struct

from workflow.domain.authority import Standing
from workflow.domain.case import Case
from workflow.domain.context import Context
from workflow.domain.definition.model import SYSTEM, Definition
from workflow.domain.events import Kind, Recorded
from workflow.domain.evolve import evolve


class Decided(Struct, frozen=True, kw_only=True):
    """An event's body, and who acted, in which office and in whose stead."""

    body: Kind
    actor: str
    office: str | None = None
    on_behalf_of: str | None = None


def by(body: Kind, context: Context, standing: Standing) -> Decided:
    """An event of the actor, in the standing in which they act."""
    return Decided(body=body, actor=context.actor, office=standing.office, on_behalf_of=standing.on_behalf_of)


def by_system(body: Kind) -> Decided:
    return Decided(body=body, actor=SYSTEM)


def after(definition: Definition, case: Case, decided: Decided, context: Context) -> Case:
    """The case as the event will leave it; the event has no position yet."""
    event = Recorded(
        stream=f"case/{case.ref}",
        version=case.version + 1,
        at=context.at,
        actor=decided.actor,
        office=decided.office,
        on_behalf_of=decided.on_behalf_of,
        definition=definition.hash,
        body=decided.body,
    )
    return evolve(case, event)
