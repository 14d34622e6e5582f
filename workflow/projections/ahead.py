"""What was read last from the log, for the next read model that stands at the same place: one reading serves all."""

import threading
from collections import OrderedDict
from typing import Protocol

from workflow.domain.events import Recorded

KEPT = 4
"""Readings: those who are level read the same ones, a straggler its own."""


class Log(Protocol):
    """The part of the store that read models need."""

    def select(self, after: int, limit: int) -> list[Recorded]: ...

    def head(self) -> int: ...


class Ahead:
    """Reads a log by position. An event never changes, so that what is kept is right, if perhaps not all there is."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._kept: OrderedDict[tuple[int, int], list[Recorded]] = OrderedDict()
        self._lock = threading.Lock()

    def select(self, after: int, limit: int) -> list[Recorded]:
        """At most `limit` events beyond a position; none only where there are none."""
        with self._lock:
            found = self._kept.get((after, limit))
        if found is None:
            found = self._log.select(after, limit)
            if found:
                with self._lock:
                    self._kept[after, limit] = found
                    if len(self._kept) > KEPT:
                        self._kept.popitem(last=False)
        return found
