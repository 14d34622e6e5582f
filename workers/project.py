"""The task that brings a read model level with the log; doing it again changes nothing."""

import time

from workers import nudge, queues, room
from workers.app import app

TURN = 2.0
"""Seconds a task may work before it makes room for others; what is left is asked for anew."""


@app.task(name=queues.CATCH_UP, queue=queues.PROJECT)
def catch_up(name: str) -> None:
    """Apply what the log holds beyond the read model's position."""
    parts = room.parts()
    nudge.taken(name)
    began = time.monotonic()
    reached = parts.runner.catch_up(name, turn=TURN)
    if time.monotonic() - began >= TURN and parts.log.head() > reached:
        nudge.send(name)
