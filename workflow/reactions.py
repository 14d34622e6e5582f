"""Reactions: what the engine itself asks because something happened, read from the log by position.

A reaction is a process manager: its output is commands. Each is named by the event that caused it, so that a crash
half-way, or two workers at once, change nothing; where a reaction has come to stands beside the read models' places.
"""

import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from eventsourcing.persistence import OperationalError
from msgspec import Struct
from psycopg import Connection

from workflow.asks import Ask
from workflow.domain.definition.model import SYSTEM
from workflow.domain.events import Recorded
from workflow.domain.refusal import Refused
from workflow.projections.projection import Projection
from workflow.streams import Busy

if TYPE_CHECKING:
    from workflow.engine import Engine

log = logging.getLogger(__name__)


class Errand(Protocol):
    """Something that the engine does once for an event; done again with the same key it changes nothing."""

    @property
    def suffix(self) -> str:
        """Tells the errands of one event apart; it is part of the key."""

    def send(self, engine: "Engine", key: str, cause: int) -> None:
        """Do it in the name of `system`. Raises the library's OperationalError where it has to be tried again."""


class Order(Struct, frozen=True):
    """One command of the engine itself to a case."""

    ref: str
    ask: Ask
    suffix: str
    """Tells the orders of one event apart; it is part of the command's key."""

    def send(self, engine: "Engine", key: str, cause: int) -> None:
        """Ask the casework as `system`; what is refused has lost its occasion."""
        # Loaded with the first order: the process that forks the workers reads the names of reactions only.
        from workflow.casework import NoSuchCase, Stale

        try:
            engine.casework.handle(self.ref, self.ask, SYSTEM, key=key, cause=cause)
        except (Refused, NoSuchCase) as error:
            log.debug("order %s: %s", key, error)
        except (Busy, Stale) as error:
            # A crowd at the log is told as the database being busy: asked again, and counted as no failure.
            raise OperationalError("others moved first") from error


class Reaction(Protocol):
    """What follows from an event. Stateless; judged on the log as it stands when it is asked."""

    @property
    def name(self) -> str:
        """Lower-case letters; no read model's."""

    def react(self, engine: "Engine", event: Recorded) -> Iterable[Errand]:
        """The orders, or other errands, that an event leads to; asked again after a failure, for the same event."""


class Reacting(Projection):
    """One reaction as the runner of read models drives it: batches, back-off, and a stop that is seen.

    It has no tables, is never built anew, and each order is a transaction of its own before the position moves.
    """

    version: ClassVar[int] = 1
    prompt: ClassVar[bool] = True
    tables: ClassVar[str] = ""
    indexes: ClassVar[str] = ""

    def __init__(self, reaction: Reaction, engine: "Engine") -> None:
        self.name = reaction.name  # type: ignore[misc]
        self._reaction, self._engine = reaction, engine

    def apply(self, connection: Connection[Any], events: Iterable[Recorded]) -> None:
        """Send the orders of each event in turn."""
        for event in events:
            for order in self._reaction.react(self._engine, event):
                order.send(self._engine, f"{self.name}/{event.position}/{order.suffix}", event.position)
