"""The event of a document supplied with the answer to an inquiry, before the answer is given."""

from workflow.domain.events import Kind


class AnswerDocumentAttached(Kind, frozen=True, kw_only=True, tag=True):
    number: int
    """Of the inquiry."""
    sha256: str
    """SHA-256 of the bytes as stored (encrypted), hex."""
    type: str
    size: int
    """Bytes as supplied."""


ANSWER_KINDS: tuple[type[Kind], ...] = (AnswerDocumentAttached,)
