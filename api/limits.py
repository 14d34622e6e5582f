"""How much one person, and all together, may ask of a process at once; beyond it 429 with Retry-After."""

import os
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager

from api.problems import Problem

PER_SECOND = 1000.0
"""Requests a person may make of a process on average; `REQUESTS_PER_SECOND` in the environment changes it."""
BURST_SECONDS = 2.0
WAITERS = 8
"""Requests that wait for a list to reach a position: each holds a thread."""
UPLOADS = 8
PEOPLE = 10_000


class Limits:
    """A bucket of tokens for each person, and places for what holds a thread long. Safe to share between threads."""

    def __init__(self, per_second: float | None = None, waiters: int = WAITERS, uploads: int = UPLOADS) -> None:
        self._rate = per_second or float(os.environ.get("REQUESTS_PER_SECOND") or PER_SECOND)
        self._burst = max(1.0, self._rate * BURST_SECONDS)
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()
        self._waiters = threading.BoundedSemaphore(waiters)
        self._uploads = threading.BoundedSemaphore(uploads)

    def count(self, who: str) -> None:
        """One more request of a person. Raises Problem 429."""
        now = time.monotonic()
        with self._lock:
            left, since = self._buckets.pop(who, (self._burst, now))
            left = min(self._burst, left + (now - since) * self._rate)
            enough = left >= 1
            self._buckets[who] = (left - 1 if enough else left, now)
            if len(self._buckets) > PEOPLE:
                self._buckets.popitem(last=False)
        if not enough:
            raise _too_many()

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """A place among those who wait. Raises Problem 429."""
        with _place(self._waiters):
            yield

    @contextmanager
    def uploading(self) -> Iterator[None]:
        """A place among those who send documents. Raises Problem 429."""
        with _place(self._uploads):
            yield


@contextmanager
def _place(places: threading.BoundedSemaphore) -> Iterator[None]:
    if not places.acquire(blocking=False):
        raise _too_many()
    try:
        yield
    finally:
        places.release()


def _too_many() -> Problem:
    return Problem("too-many", headers={"Retry-After": "1"})
