"""What a worker's child process works with: opened after the fork, followed by the loop that needs no broker."""

import logging
import os
import threading
from typing import TYPE_CHECKING, Any, NamedTuple

from celery import signals
from psycopg_pool import ConnectionPool

from workers import queues
from workflow.projections.following import Follower
from workflow.projections.models import ReadModels
from workflow.reactions_known import reacting
from workflow.settings import Settings

if TYPE_CHECKING:
    from workflow.engine import Engine

ORPHANED = 1.0
"""Seconds between two looks whether the worker that forked this process still lives."""

log = logging.getLogger(__name__)
_stop = threading.Event()
_lock = threading.Lock()


class Parts(NamedTuple):
    """What tasks need."""

    pool: ConnectionPool
    follower: Follower
    engine: "Engine | None" = None
    """Whose pool this is; None over another log."""


_parts: Parts | None = None


def parts() -> Parts:
    """Those of this process; opened once, tried again by the next task where that failed."""
    global _parts
    with _lock:
        if _parts is None:
            _parts = open_parts(Settings.from_environment())
        return _parts


def open_parts(settings: Settings) -> Parts:
    """The engine is loaded here, so that the process that forks stays light."""
    from workflow.engine import Engine

    engine = Engine.open(settings, pool_size=6)
    models = ReadModels(engine.pool, engine.log, engine.registry.definition, settings.master_key, reacting(engine))
    return Parts(engine.pool, models.follower, engine)


@signals.worker_process_init.connect
def enter(**rest: Any) -> None:
    """Begin to follow the log, where that is its work, and to watch the worker that this process belongs to."""
    if queues.PROJECT in queues.CHOSEN:
        threading.Thread(target=_follow, daemon=True, name="follow").start()
    threading.Thread(target=_outlive_nobody, args=[os.getppid()], daemon=True, name="orphan").start()


@signals.worker_process_shutdown.connect
def leave(**rest: Any) -> None:
    _stop.set()


def _follow() -> None:
    while not _stop.is_set():
        try:
            parts().follower.run(_stop)
        except Exception as error:
            # The database may be away, also when the process starts.
            log.warning("the follower begins anew: %s", type(error).__name__)
            _stop.wait(1)


def _outlive_nobody(parent: int) -> None:
    """A worker that is killed leaves its children behind; they end themselves, or they would work on unseen."""
    while not _stop.wait(ORPHANED):
        if os.getppid() != parent:
            os._exit(1)
