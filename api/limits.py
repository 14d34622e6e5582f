"""How much one person, and all together, may ask of a process at once; beyond it 429 with Retry-After."""

import ipaddress
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
KNOCKS_PER_SECOND = 1.0
"""Requests without a name from one network on average; `KNOCKS_PER_SECOND` in the environment changes it."""
KNOCK_SECONDS = 20.0
"""Seconds' worth of them that may come at once."""
WAITERS = 8
"""Requests that wait for a list to reach a position: each holds a thread."""
UPLOADS = 8
PEOPLE = 10_000


class Buckets:
    """A bucket of tokens for each name: `rate` a second flow in, `most` fit. Safe to share between threads."""

    def __init__(self, rate: float, most: float) -> None:
        self._rate, self._most = rate, max(1.0, most)
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, name: str) -> None:
        """Take one. Raises Problem 429."""
        now = time.monotonic()
        with self._lock:
            left, since = self._left.pop(name, (self._most, now))
            left = min(self._most, left + (now - since) * self._rate)
            enough = left >= 1
            self._left[name] = (left - 1 if enough else left, now)
            if len(self._left) > PEOPLE:
                self._left.popitem(last=False)
        if not enough:
            raise _too_many()


class Limits:
    """Buckets of people and of strangers, and places for what holds a thread long. Safe to share between threads."""

    def __init__(
        self,
        per_second: float | None = None,
        waiters: int = WAITERS,
        uploads: int = UPLOADS,
        knocks_per_second: float | None = None,
    ) -> None:
        rate = per_second or float(os.environ.get("REQUESTS_PER_SECOND") or PER_SECOND)
        self._people = Buckets(rate, rate * BURST_SECONDS)
        knocks = knocks_per_second or float(os.environ.get("KNOCKS_PER_SECOND") or KNOCKS_PER_SECOND)
        self._strangers = Buckets(knocks, knocks * KNOCK_SECONDS)
        self._waiters = threading.BoundedSemaphore(waiters)
        self._uploads = threading.BoundedSemaphore(uploads)

    def count(self, who: str) -> None:
        """One more request of a person. Raises Problem 429."""
        self._people.take(who)

    def knock(self, address: str) -> None:
        """One more request of an address that says nobody's name. Raises Problem 429."""
        self._strangers.take(_network(address))

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


def _network(address: str) -> str:
    """Whose address it is: an IPv6 customer has a whole /64 of them (RFC 6177)."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((found, 64), strict=False)) if found.version == 6 else address


def _too_many() -> Problem:
    return Problem("too-many", headers={"Retry-After": "1"})
