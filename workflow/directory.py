"""The directory as an application: who serves where, read from the log and changed by orders."""

from datetime import datetime

from workflow.domain import appointing
from workflow.domain.directory import EMPTY, STREAM, Directory, Order, fold
from workflow.evidence.replay import until
from workflow.store.log import CommandKey, Log
from workflow.streams import FoldedStream, Saved


class DirectoryApp:
    """Safe to share between threads; construct after the fork."""

    stream = STREAM

    def __init__(self, log: Log) -> None:
        self._log = log
        self._state = FoldedStream(log, STREAM, EMPTY, fold)

    def current(self) -> Directory:
        """The directory as it stands in the log now; `(stream, version)` is what a decision read."""
        return self._state.current()

    def cached(self) -> Directory:
        """The directory as last read in this process: it may be behind, so nothing may be refused from it alone."""
        return self._state.cached()

    def as_of(self, when: datetime | int) -> Directory:
        """The directory as it stood after a position or at a moment."""
        return fold(until(self._log.read(STREAM), when))

    def handle(self, order: Order, *, by: str, command: CommandKey | None = None, at: datetime | None = None) -> Saved:
        """Carry out an order. Raises Refused with every reason, KeyReused, Busy."""
        return self._state.save(lambda directory: appointing.decide(directory, order), by=by, command=command, at=at)
