"""The task that keeps house: removes documents that no event names."""

import logging

from workers import queues, room
from workers.app import app

log = logging.getLogger(__name__)


@app.task(name=queues.SWEEP_DOCUMENTS, queue=queues.KEEP, acks_late=False)
def sweep_documents() -> None:
    """Acknowledged at once: it reads the whole log, and what a worker's death cuts short is done the next day."""
    from workflow.orphans import sweep_documents

    engine = room.parts().engine
    if engine is not None and (removed := sweep_documents(engine.log, engine.documents)):
        log.warning("documents that no event names, removed: %d", removed)
