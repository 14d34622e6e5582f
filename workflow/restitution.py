"""The reaction that gives places back: what nobody uses of a transfer returns once its alignment has ended."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from eventsourcing.persistence import OperationalError
from msgspec import Struct

from workflow.domain.alignments import AlignmentChanged
from workflow.domain.definition.model import SYSTEM
from workflow.domain.events import Recorded
from workflow.domain.places import counter_of, freed
from workflow.domain.transfers import Transfer
from workflow.store.log import CommandKey
from workflow.streams import Busy

if TYPE_CHECKING:
    from workflow.engine import Engine


class GiveBack(Struct, frozen=True):
    """An errand of the engine: return what is unused of one transfer."""

    suffix: str
    """Reference of the transfer."""

    def send(self, engine: "Engine", key: str, cause: int) -> None:
        try:
            engine.transfers.give_back(self.suffix, command=CommandKey(SYSTEM, key, ""), cause=cause)
        except Busy as error:
            raise OperationalError("others moved first") from error


class Restitution:
    """The latest transfers give back first: when the alignment ends, and whenever a place becomes free after that."""

    name = "restitution"

    def react(self, engine: "Engine", event: Recorded) -> Iterable[GiveBack]:
        body = event.body
        if isinstance(body, AlignmentChanged):
            if body.standing == "ended":
                yield from (GiveBack(one.transfer) for one in _moved(engine) if one.order.alignment == body.ref)
        elif keys := freed(event):
            yield from (GiveBack(one.transfer) for one in _moved(engine) if _receives(engine, one) in keys)


def _moved(engine: "Engine") -> Iterator[Transfer]:
    """Transfers of which places are on the receiving side, the latest first."""
    return (one for one in reversed(engine.transfers.current().known.values()) if one.moved)


def _receives(engine: "Engine", transfer: Transfer) -> str | None:
    """The counter that a transfer whose alignment has ended brought places to; None while it has not."""
    known = engine.alignments.current().known.get(transfer.order.alignment)
    programme = engine.registry.current(transfer.order.receiving.programme)
    if known is None or known.standing != "ended" or programme is None or programme.current_hash is None:
        return None
    definition = engine.registry.definition(programme.current_hash)
    return counter_of(definition, transfer.order.receiving.region, transfer.order.year)
