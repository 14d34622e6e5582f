"""Ends a worker that looks alive and consumes nothing, so that it is started anew.

After losing its connection a worker may say that it reconnected and take no message any more (celery/celery #8030,
#8384, #10205). Each worker sends canaries through a queue of its own; one that reached the broker and did not come
back in time is the proof.
"""

import logging
import mmap
import os
import signal
import struct
import threading
import time
from typing import Any

from celery import bootsteps, signals
from celery.worker.components import Pool

from workers import queues

EVERY = float(os.environ.get("SELARAS_CANARY_SECONDS", "5"))
"""Seconds between two canaries of a worker to itself."""
UNSEEN = 4
"""Canaries that reached the broker one after the other while no child worked on anything: then the worker ends."""
LONGEST = 300.0
"""Seconds after which a task at work proves nothing any more: it may hang."""
CLOCK = struct.Struct("d")

log = logging.getLogger(__name__)
_shared = mmap.mmap(-1, CLOCK.size)
"""`time.monotonic()` at which a child last worked; shared with the children it forks."""
_began: float | None = None
"""When this child began the task that it works on."""


def seen(queue: str) -> None:
    """Called by the canary's task."""
    if queue.startswith(queues.own("")):
        CLOCK.pack_into(_shared, 0, time.monotonic())


@signals.task_prerun.connect
def _begin(**rest: Any) -> None:
    global _began
    _began = time.monotonic()


@signals.task_postrun.connect
def _done(**rest: Any) -> None:
    global _began
    _began = None


@signals.worker_process_init.connect
def _tell(**rest: Any) -> None:
    threading.Thread(target=_tell_of_work, daemon=True, name="at work").start()


def _tell_of_work() -> None:
    """While all children wait for a slow receiver no canary gets its turn: that is work, not deafness."""
    while True:
        if (began := _began) is not None and time.monotonic() - began < LONGEST:
            CLOCK.pack_into(_shared, 0, time.monotonic())
        time.sleep(EVERY / 2)


class Watch(bootsteps.StartStopStep):
    """A thread of the worker's main process."""

    requires = (Pool,)

    def __init__(self, worker: Any, **options: Any) -> None:
        super().__init__(worker, **options)
        self._stop = threading.Event()

    def start(self, worker: Any) -> None:
        threading.Thread(target=self._watch, args=[worker.app, worker.hostname], daemon=True, name="canary").start()

    def stop(self, worker: Any) -> None:
        self._stop.set()

    def _watch(self, app: Any, hostname: str) -> None:
        queue, unseen, last = queues.own(hostname), 0, 0.0
        while not self._stop.wait(EVERY):
            (back,) = CLOCK.unpack_from(_shared, 0)
            if back != last:
                unseen, last = 0, back
            if unseen >= UNSEEN:
                log.critical("no message reaches this worker though the broker takes them: it ends to be started anew")
                self._end()
            try:
                with app.connection_for_write() as connection:
                    app.send_task(
                        queues.CANARY, [queue], queue=queue, connection=connection, retry=False, expires=EVERY * UNSEEN
                    )
                unseen += 1
            except Exception as error:
                # The broker is away: that is no fault of this worker.
                unseen = 0
                log.warning("the canary does not reach the broker: %s", type(error).__name__)

    def _end(self) -> None:
        """At once: what a broken connection holds up would hold up a farewell too. Children end on their own."""
        logging.shutdown()
        os.kill(os.getpid(), signal.SIGKILL)
