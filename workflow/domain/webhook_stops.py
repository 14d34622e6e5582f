"""A webhook that is stopped: nothing more is sent to it until its owner says so."""

from workflow.domain.events import Kind
from workflow.domain.words import Text


class WebhookStopped(Kind, frozen=True, kw_only=True, tag=True):
    webhook: str
    person: str
    """Whose subscription it is."""
    why: Text
    """Codes and our own words: nothing that a receiver wrote."""


WEBHOOK_KINDS: tuple[type[Kind], ...] = (WebhookStopped,)


def stream_of(webhook: str) -> str:
    return f"webhook/{webhook}"
