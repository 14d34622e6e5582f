"""The kinds of event that the log knows, by the tag that stands in it."""

from collections.abc import Iterable

from workflow.domain.alignments import ALIGNMENT_KINDS
from workflow.domain.answer_documents import ANSWER_KINDS
from workflow.domain.days_off import DAY_OFF_KINDS
from workflow.domain.directory import DIRECTORY_KINDS
from workflow.domain.events import CASE_KINDS, Kind
from workflow.domain.findings.answers import FINDING_KINDS
from workflow.domain.holidays import HOLIDAY_KINDS
from workflow.domain.kbli import KBLI_KINDS
from workflow.domain.potentials import POTENTIAL_KINDS
from workflow.domain.rebound import REBOUND_KINDS
from workflow.domain.registry import REGISTRY_KINDS
from workflow.domain.released import RELEASE_KINDS
from workflow.domain.routed import ROUTE_KINDS
from workflow.domain.tracking import TRACKING_KINDS
from workflow.domain.transfers import TRANSFER_KINDS
from workflow.domain.webhook_stops import WEBHOOK_KINDS


def by_tag(kinds: Iterable[type[Kind]]) -> dict[str, type[Kind]]:
    """Tag to class. Raises ValueError where two share one."""
    found: dict[str, type[Kind]] = {}
    for kind in kinds:
        tag = tag_of(kind)
        if tag in found:
            raise ValueError(f"two kinds of event are called {tag}")
        found[tag] = kind
    return found


def tag_of(kind: type[Kind]) -> str:
    """The stable name of a kind: never a Python path."""
    tag = kind.__struct_config__.tag
    if not isinstance(tag, str):
        raise ValueError(f"{kind.__name__} has no tag")
    return tag


KINDS = by_tag(
    (
        *CASE_KINDS,
        *FINDING_KINDS,
        *DIRECTORY_KINDS,
        *REGISTRY_KINDS,
        *ALIGNMENT_KINDS,
        *REBOUND_KINDS,
        *RELEASE_KINDS,
        *POTENTIAL_KINDS,
        *TRACKING_KINDS,
        *TRANSFER_KINDS,
        *ROUTE_KINDS,
        *DAY_OFF_KINDS,
        *HOLIDAY_KINDS,
        *ANSWER_KINDS,
        *KBLI_KINDS,
        *WEBHOOK_KINDS,
    )
)
