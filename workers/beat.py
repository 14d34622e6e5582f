"""The beat's schedule: in memory alone, and begun anew where the clock was set back.

Celery's own waits for the moments that it worked out before: after a clock was set back by a day, for a day. And it
looks for a lost broker at pauses that grow to half a minute.
"""

import logging
import time
from typing import Any

from celery.beat import Scheduler

from workers.consumer import FIRST, MORE, MOST

JUMP = 1.0
"""Seconds by which a clock is set back, not merely slowed."""


log = logging.getLogger(__name__)


class Schedule(Scheduler):
    _seen = 0.0
    data: dict[str, Any]

    def tick(self, *args: Any, **kwargs: Any) -> float:
        now = time.time()
        if now < self._seen - JUMP:
            self.data, self._heap = {}, None
            self.setup_schedule()
        self._seen = now
        return float(super().tick(*args, **kwargs))

    def _ensure_connected(self) -> Any:
        return self.connection.ensure_connection(_away, interval_start=FIRST, interval_step=MORE, interval_max=MOST)


def _away(error: Exception, interval: float) -> None:
    log.warning("the broker is away (%s); again in %.1f s", type(error).__name__, interval)
