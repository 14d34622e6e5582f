"""The task that brings a read model level with the log; doing it again changes nothing."""

from workers import nudge, queues, room
from workers.app import app

TURN = 2.0
"""Seconds a task may work before it makes room for others; what is left is asked for anew."""


@app.task(name=queues.CATCH_UP, queue=queues.PROJECT)
def catch_up(name: str) -> None:
    """Apply what the log holds beyond the read model's position."""
    engine = room.engine()
    nudge.taken(name)
    reached = engine.runner.catch_up(name, turn=TURN)
    if engine.log.head() > reached and not engine.runner.place(name).waits:
        nudge.send(name)
