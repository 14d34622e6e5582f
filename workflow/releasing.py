"""The reaction that shares data: an event that a data clause names releases the clause's fields to its recipient."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from workflow.asks import ReleaseAsk
from workflow.domain.events import ActionTaken, DeadlinePassed, DecisionCarried, Recorded
from workflow.domain.releasing import shared
from workflow.evidence.replay import name_of
from workflow.reactions import Order
from workflow.regions import regions

if TYPE_CHECKING:
    from workflow.engine import Engine


class Releasing:
    """Judged on case and alignments as they stood with the event; what is no longer in force when it is told, is not
    released."""

    name = "releasing"

    def react(self, engine: "Engine", event: Recorded) -> Iterator[Order]:
        # Only these bear a name that a definition gives; what another system did was under no terms of ours.
        if event.imported or not isinstance(event.body, ActionTaken | DecisionCarried | DeadlinePassed):
            return
        name = name_of(event)
        if all(clause.event != name for terms in engine.alignments.current().agreed.values() for clause in terms.data):
            return
        ref = event.stream.removeprefix("case/")
        case = engine.casework.as_of(ref, event.position)
        assert case is not None
        definition = engine.registry.definition(case.definition)
        then = engine.alignments.as_of(event.position)
        if found := shared(definition, case, event, name, then, regions().formerly):
            yield Order(ref, ReleaseAsk(shared=found, stands_on=event.position), ref)
