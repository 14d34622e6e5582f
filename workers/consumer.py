"""Looks for a lost broker every second or two; Celery's own pause grows to half a minute."""

from functools import partial
from typing import Any

from celery.worker.consumer import Consumer

FIRST, MORE, MOST = 0.2, 0.3, 2.0
"""Seconds before the first try, added after each, and at most."""


class QuickConsumer(Consumer):
    def ensure_connected(self, conn: Any) -> Any:
        conn.ensure_connection = partial(
            conn.ensure_connection, interval_start=FIRST, interval_step=MORE, interval_max=MOST
        )
        return super().ensure_connected(conn)
