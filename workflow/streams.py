"""A state folded from one stream: cached, read forward, changed by decisions that are tried again if others move."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from threading import Lock
from typing import Generic, Protocol, TypeVar

from msgspec import Struct

from workflow.domain.events import Kind, Recorded
from workflow.domain.refusal import Refused, Unchanged
from workflow.store.log import CommandKey, KeyUsed, Log, Rejected, VersionMoved, Write

ATTEMPTS = 4
"""The first decision and three more after others moved first."""


class KeyReused(Exception):
    """An idempotency key came again with another request."""


class Busy(Exception):
    """Others moved first, again and again; ask later."""


class Versioned(Protocol):
    @property
    def version(self) -> int: ...


S = TypeVar("S", bound=Versioned)


class Saved(Struct, frozen=True):
    position: int
    """Position from which reads show what was asked for."""
    changed: bool = True
    """False where all was so already."""
    repeated: bool = False
    """True where an earlier command with the same key is answered again."""


class FoldedStream(Generic[S]):
    """The state of one stream. Safe to share between threads."""

    def __init__(self, log: Log, stream: str, start: S, fold: Callable[[Iterable[Recorded], S], S]) -> None:
        self.stream = stream
        self._log, self._fold = log, fold
        self._state = start
        self._read = False
        self._lock = Lock()

    def cached(self) -> S:
        """The state as it was last read: it may be behind, so nothing may be refused from it alone."""
        return self._state if self._read else self.current()

    def current(self) -> S:
        """The state as it stands in the log now."""
        known = self._state
        events = self._log.read(self.stream, after=known.version)
        state = self._fold(events, known) if events else known
        with self._lock:
            if state.version >= self._state.version:
                self._state = state
            self._read = True
        return state

    def save(
        self,
        decide: Callable[[S], Sequence[Kind]],
        *,
        by: str,
        command: CommandKey | None = None,
        at: datetime | None = None,
    ) -> Saved:
        """Decide on the present state and append what follows. Raises Refused, KeyReused, Busy."""
        if command and (repeated := self._repeated(command)):
            return repeated
        for _ in range(ATTEMPTS):
            state = self.current()
            try:
                kinds = decide(state)
            except Unchanged:
                return Saved(self._log.head(), changed=False)
            except Refused:
                # Another attempt of the same command may have gone through while this one was deciding.
                if command and (repeated := self._repeated(command)):
                    return repeated
                raise
            try:
                position = self._log.append(self._write(state, kinds, by, command, at or datetime.now(UTC)))
            except Rejected as rejected:
                for reason in rejected.reasons:
                    if isinstance(reason, KeyUsed):
                        assert command is not None
                        return _again(command, reason)
                if not any(isinstance(reason, VersionMoved) for reason in rejected.reasons):
                    raise
            else:
                return Saved(position)
        raise Busy

    def _write(self, state: S, kinds: Sequence[Kind], by: str, command: CommandKey | None, at: datetime) -> Write:
        return Write(
            events=tuple(
                Recorded(
                    stream=self.stream,
                    version=state.version + number,
                    at=at,
                    actor=by,
                    command=command.key if command else None,
                    body=kind,
                )
                for number, kind in enumerate(kinds, start=1)
            ),
            command=command,
        )

    def _repeated(self, command: CommandKey) -> Saved | None:
        found = self._log.command(command.actor, command.key)
        return _again(command, found) if found else None


def _again(command: CommandKey, found: KeyUsed) -> Saved:
    if found.request != command.request:
        raise KeyReused
    return Saved(found.position, repeated=True)
