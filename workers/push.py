"""The task that sends the feed to the subscriptions that are behind; sending again changes nothing for them."""

import time

from workers import nudge, queues, room
from workers.app import app

TURN = 2.0
"""Seconds for one subscription, and after which a task takes up no other one."""


@app.task(name=queues.PUSH, queue=queues.WEBHOOK)
def push() -> None:
    """One turn for each subscription that is due."""
    from workflow.webhooks.pushing import Pusher

    engine = room.parts().engine
    if engine is None:
        return
    nudge.taken(queues.PUSH)
    began, pusher = time.monotonic(), Pusher(engine)
    while pusher.push(TURN) and time.monotonic() - began < TURN:
        pass
