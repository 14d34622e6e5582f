"""The task that minds deadlines: the beat only wakes it, what is due stands in a table."""

import logging
from datetime import UTC, datetime

from workers import queues, room
from workers.app import app

TURN = 60.0
"""Seconds a task may work; what is left is due to the next."""

log = logging.getLogger(__name__)


@app.task(name=queues.SWEEP_CLOCK, queue=queues.CLOCK)
def sweep_clock() -> None:
    """Do what is due; doing it again, or in several workers at once, changes nothing."""
    from workflow.adopting import adopt_holidays
    from workflow.sweep import sweep

    parts = room.parts()
    if parts.engine is None:
        return
    adopt_holidays(parts.engine, datetime.now(UTC))
    if done := sweep(parts.engine, parts.follower.runner, turn=TURN):
        log.info("deadlines minded: %d", len(done))
