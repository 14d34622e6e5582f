"""The reaction that gives places back: what nobody uses of a transfer returns when its alignment has ended."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from eventsourcing.persistence import OperationalError
from msgspec import Struct

from workflow.domain.alignments import AlignmentChanged
from workflow.domain.definition.model import SYSTEM
from workflow.domain.events import Recorded
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
    """The latest transfers give back first."""

    name = "restitution"

    def react(self, engine: "Engine", event: Recorded) -> Iterable[GiveBack]:
        body = event.body
        if not isinstance(body, AlignmentChanged) or body.standing != "ended":
            return
        for one in reversed(engine.transfers.current().known.values()):
            if one.order.alignment == body.ref and one.moved:
                yield GiveBack(one.transfer)
