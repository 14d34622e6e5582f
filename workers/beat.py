"""The beat's schedule: in memory alone, and begun anew where the clock was set back.

Celery's own waits for the moments that it worked out before: after a clock was set back by a day, for a day.
"""

import time
from typing import Any

from celery.beat import Scheduler

JUMP = 1.0
"""Seconds by which a clock is set back, not merely slowed."""


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
