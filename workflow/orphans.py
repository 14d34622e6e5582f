"""Documents that no event names: supplied and then refused, or left by a process that died in between."""

from datetime import timedelta

from workflow.domain.answer_documents import AnswerDocumentAttached
from workflow.domain.events import DocumentAttached
from workflow.store.documents import DocumentStore
from workflow.store.log import Log

YOUNG = timedelta(hours=24)
"""An event names a document within seconds of its arrival; none this young is ever swept."""
PAGE = 1000
"""Events held at once while the log is read."""


def sweep_documents(log: Log, documents: DocumentStore, page: int = PAGE) -> int:
    """Remove documents that no event names and that came longer ago than `YOUNG`; how many. Harmless to do again."""
    named = _named(log, page)
    return documents.sweep(lambda sha256: sha256 in named, YOUNG)


def _named(log: Log, page: int) -> set[str]:
    """The SHA-256 of every document that an event names, up to the head as it is now: what comes later is young."""
    named: set[str] = set()
    position, head = 0, log.head()
    while position < head:
        events = log.select(position, page)
        bodies = (event.body for event in events)
        named.update(body.sha256 for body in bodies if isinstance(body, DocumentAttached | AnswerDocumentAttached))
        position = events[-1].position
    return named
