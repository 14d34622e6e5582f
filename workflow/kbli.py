"""The lists of classes of business as an application: read as they stand, adopted by an operator."""

from functools import partial

from workflow.domain import kbli
from workflow.domain.kbli import STREAM, UNLISTED, AdoptClasses, Classes
from workflow.store.log import Log
from workflow.streams import FoldedStream, Saved


class KbliApp:
    """Safe to share between threads; construct after the fork."""

    def __init__(self, log: Log) -> None:
        self._state = FoldedStream(log, STREAM, UNLISTED, kbli.fold)

    def current(self) -> Classes:
        """The lists as they stand in the log now."""
        return self._state.current()

    def adopt(self, order: AdoptClasses, *, by: str) -> Saved:
        """Adopt a list. Raises Refused, Busy."""
        return self._state.save(partial(kbli.adopt, order=order), by=by)
