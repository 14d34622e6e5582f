"""What is said of a group that takes a route: where it came from, and which of its steps count on."""

from datetime import date, datetime

from msgspec import Struct, field

from workflow.domain.events import Binding, DecisionCarried, Kind, Move


class StepTaken(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A step that was taken in the other programme's case."""

    action: str
    """The action of this programme that it counts as."""
    taken: str
    """The action that was taken."""
    by: str
    persons: tuple[str, ...]
    """Natural persons who took it, with those in whose stead."""
    office: str | None = None
    role: str
    at: datetime
    position: int
    """Of the taking in the log."""
    until: date
    """The last day on which it counts."""


class GroupRouted(Kind, frozen=True, kw_only=True, tag=True):
    """Follows the opening of a case that began as another programme's; its move stays and takes the group's claims."""

    case: str
    """The other programme's case."""
    version: int
    """Of that case: the taking that routed the group here, stored in the same save."""
    programme: str
    alignment: str | None = None
    """Whose terms mapped the facts."""
    terms: str | None = None
    """Their hash."""
    facts: str
    """Hash of the facts with which the group came: its steps count only while they stay so."""
    steps: tuple[StepTaken, ...] = ()
    move: Move


class StepRecognised(DecisionCarried, frozen=True, kw_only=True, tag=True):
    """A step of the other programme's case that counts as this action; `stands_on` is its taking's position."""

    step: StepTaken
    covers: dict[str, str] = field(default_factory=dict)
    """As in a taking."""
    binds: tuple[Binding, ...] = ()
    """As in a taking."""


ROUTE_KINDS: tuple[type[Kind], ...] = (GroupRouted, StepRecognised)
