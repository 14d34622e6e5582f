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
    nudge.taken(queues.CATCH_UP)
    began, level = time.monotonic(), False
    while not level and time.monotonic() - began < TURN:
        level = not follower.look()
        if not level:
            # At once, for under a steady load it may be long until all are level.
            for task in (queues.PUSH, queues.SEND_MAIL, queues.SEND_TO_PHONES):
                nudge.send(task)
    if not level:
        nudge.send()
