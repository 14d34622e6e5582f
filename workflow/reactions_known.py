"""All reactions, by name: what the workers and the command line drive beside the read models."""

from typing import TYPE_CHECKING

from workflow.promotion import Promotion
from workflow.reactions import Reacting, Reaction
from workflow.realigned import Realigning
from workflow.recounting import Recounting
from workflow.releasing import Releasing
from workflow.restitution import Restitution

if TYPE_CHECKING:
    from workflow.engine import Engine

REACTIONS: tuple[Reaction, ...] = (
    Promotion(),
    Realigning(),
    Recounting(),
    Releasing(),
    Restitution(),
)
NAMES = tuple(reaction.name for reaction in REACTIONS)


def reacting(engine: "Engine") -> tuple[Reacting, ...]:
    """The reactions of an engine, for a runner."""
    return tuple(Reacting(reaction, engine) for reaction in REACTIONS)
