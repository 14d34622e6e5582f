"""What is asked of the log, and why it says no: the values that go into a save and the reasons that come back."""

from eventsourcing.persistence import IntegrityError
from msgspec import Struct

from workflow.domain.events import Recorded


class CommandKey(Struct, frozen=True):
    """An idempotency key, with the hash of the request that came with it."""

    actor: str
    key: str
    request: str


class ClaimWrite(Struct, frozen=True):
    """A unique key taken or released. Taking what one holds, or releasing what one does not, changes nothing."""

    key: str
    holder: str
    taken: bool
    seen: int | None = None
    """For a key taken as terms allow: the position at which who holds it last changed, as far as the decision knew.
    None: nobody else may hold it."""


class CounterWrite(Struct, frozen=True):
    """A counter that moves by `delta`. Unless it falls it may not stand beyond `limit` afterwards; by 0, with a limit,
    it is only looked at."""

    key: str
    delta: int
    limit: int | None = None


class Write(Struct, frozen=True):
    """One save: all of it is stored, or none."""

    events: tuple[Recorded, ...]
    """At least one; those of a stream have consecutive versions."""
    command: CommandKey | None = None
    claims: tuple[ClaimWrite, ...] = ()
    counters: tuple[CounterWrite, ...] = ()
    reads: tuple[tuple[str, int], ...] = ()
    """(stream, version) pairs that the decision stands on; 0 for a stream without events."""


class Held(Struct, frozen=True):
    """Somebody who holds a key, or held it."""

    key: str
    holder: str
    position: int
    """Since which event; where `ended`, until which."""
    ended: bool


class KeyUsed(Struct, frozen=True, tag=True):
    """The command was stored before; stands alone."""

    position: int
    """Of the last event that it led to."""
    request: str


class VersionMoved(Struct, frozen=True, tag=True):
    stream: str
    version: int
    """The present one; 0 for a stream without events."""


class ReadMoved(Struct, frozen=True, tag=True):
    stream: str
    version: int
    """The present one; 0 for a stream without events."""


class ClaimHeld(Struct, frozen=True, tag=True):
    key: str
    holder: str


class ClaimMoved(Struct, frozen=True, tag=True):
    """Who holds a key has changed since the decision that stood on it."""

    key: str
    position: int
    """Of the change."""


class CounterFull(Struct, frozen=True, tag=True):
    key: str
    used: int
    limit: int


Reason = KeyUsed | VersionMoved | ReadMoved | ClaimHeld | ClaimMoved | CounterFull


class Rejected(IntegrityError):
    """A save was refused and left no trace; `reasons` are all that apply."""

    def __init__(self, reasons: tuple[Reason, ...]) -> None:
        super().__init__(", ".join(sorted({type(reason).__name__ for reason in reasons})))
        self.reasons = reasons


class Unstorable(ValueError):
    """A save holds something that no database text can: it fails alone, before anything is sent."""
