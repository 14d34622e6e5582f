"""Tells the workers that the log has grown: never waits, never fails, and a lost nudge costs only time."""

import logging
import os
import threading
import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import redis

from workers import queues
from workers.app import app

REST = 1.0
"""Seconds without a try after the broker did not answer."""
GAP = 0.002
"""Seconds between two nudges of a process: what comes in between is covered by the later one."""
PENDING = 500
"""Milliseconds for which a nudge counts as on its way, where its task does not say that it began."""

log = logging.getLogger(__name__)


class Nudger:
    """One thread a process, started at the first nudge after the fork; many nudges become one message."""

    def __init__(self) -> None:
        self._wanted = threading.Event()
        self._owner = 0
        self._lock = threading.Lock()
        self._broken = False

    def __call__(self, position: int) -> None:
        """Say that the log has reached `position`. Returns at once, whatever the broker does."""
        if self._owner != os.getpid():
            self._begin()
        self._wanted.set()

    def _begin(self) -> None:
        with self._lock:
            if self._owner != os.getpid():
                self._wanted = threading.Event()
                threading.Thread(target=self._run, args=[self._wanted], daemon=True, name="nudge").start()
                self._owner = os.getpid()

    def _run(self, wanted: threading.Event) -> None:
        while True:
            wanted.wait()
            wanted.clear()
            try:
                send()
                self._broken = False
                time.sleep(GAP)
            except Exception as error:
                if not self._broken:
                    log.warning("nudges do not reach the broker: %s", type(error).__name__)
                self._broken = True
                time.sleep(REST)


nudge = Nudger()
"""Called by the API after each commit."""


def send(task: str = queues.CATCH_UP) -> None:
    """One message for a task, unless one is on its way that nobody has begun. Raises where the broker is away."""
    if _broker().set(_flag(task), 1, nx=True, px=PENDING):
        app.send_task(task, queue=queues.OF_TASK[task], retry=False, expires=30)


def taken(task: str) -> None:
    """A nudge's task has begun: what comes from now on needs another one."""
    try:
        _broker().delete(_flag(task))
    except redis.RedisError:
        log.debug("the broker is away")


def _flag(task: str) -> str:
    return f"{task}.nudged"


_clients: dict[tuple[int, str], Any] = {}


def _broker() -> Any:
    """A client of this process for the broker's address."""
    url = str(app.conf.broker_url)
    key = (os.getpid(), url)
    if key not in _clients:
        _clients[key] = redis.Redis.from_url(redis_url(url), socket_timeout=2, socket_connect_timeout=1)
    return _clients[key]


def redis_url(url: str) -> str:
    """A Celery address as redis-py reads it: `redis+socket://PATH?virtual_host=N` is `unix://PATH?db=N` there."""
    parts = urlsplit(url)
    if parts.scheme != "redis+socket":
        return url
    number = parse_qs(parts.query).get("virtual_host", ["0"])[0]
    return f"unix://{parts.path}?db={number}"
