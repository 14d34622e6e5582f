"""The task that brings all that follows the log level with it; doing it again changes nothing."""

import time

from workers import nudge, queues, room
from workers.app import app

TURN = 2.0
"""Seconds a task may work before it makes room for others; what is left is asked for anew."""


@app.task(name=queues.CATCH_UP, queue=queues.PROJECT)
def catch_up() -> None:
    """One turn after the other for every read model and reaction that is behind, until all are level."""
    follower = room.parts().follower
    nudge.taken()
    began = time.monotonic()
    while follower.look():
        if time.monotonic() - began >= TURN:
            nudge.send()
            return
