"""Commands on a programme to events: which version may follow, and how many places a region has."""

import re
from collections.abc import Mapping

from msgspec import Struct

from workflow.domain.definition.model import Definition
from workflow.domain.events import Kind
from workflow.domain.reasons import stated, why
from workflow.domain.refusal import Refusal, Refused, Unchanged
from workflow.domain.registry import DefinitionPublished, Programme, QuotaSet

MOST_PLACES = 1_000_000
YEARS = range(2000, 2101)
REGION = re.compile(r"[1-9][0-9](\.[0-9]{2})?")
"""Kemendagri code of a province, a city or a regency."""


class SetQuota(Struct, frozen=True, kw_only=True):
    region: str
    year: int
    places: int
    legal_basis: str


def publish(programme: Programme, definition: Definition, source: str, texts: Mapping[str, str]) -> tuple[Kind, ...]:
    """The event that puts a definition in force. Raises Refused with every reason, Unchanged where it is already."""
    if programme.versions.get(definition.version) == definition.hash:
        raise Unchanged
    current = programme.current
    following = (current or 0) + 1
    reasons: list[Refusal] = []
    if definition.version in programme.versions:
        reasons.append(why("version.taken", "version", version=definition.version, next=following))
    elif definition.version != following:
        reasons.append(why("version.next", "version", version=definition.version, next=following))
    elif current is not None and (definition.supersedes is None or definition.supersedes.version != current):
        reasons.append(why("version.supersedes", "supersedes", current=current))
    if reasons:
        raise Refused(tuple(reasons))
    return (
        DefinitionPublished(
            programme=definition.id,
            version=definition.version,
            hash=definition.hash,
            source=source,
            texts=dict(texts),
        ),
    )


def set_quota(programme: Programme, order: SetQuota) -> tuple[Kind, ...]:
    """The event that sets places. Raises Refused with every reason, Unchanged where it is set so already."""
    before = programme.quotas.get((order.region, order.year))
    if before and (before[-1].places, before[-1].legal_basis) == (order.places, order.legal_basis):
        raise Unchanged
    reasons = stated(order.legal_basis, "legal_basis")
    if programme.current is None:
        reasons.append(why("programme.unknown", "programme", programme=programme.programme))
    if not REGION.fullmatch(order.region):
        reasons.append(why("region.code", "region", region=order.region[:20], level="city"))
    if order.year not in YEARS:
        reasons.append(why("quota.year", "year", year=order.year))
    if not 0 <= order.places <= MOST_PLACES:
        reasons.append(why("quota.places", "places", places=order.places, most=MOST_PLACES))
    if reasons:
        raise Refused(tuple(reasons))
    return (QuotaSet(region=order.region, year=order.year, places=order.places, legal_basis=order.legal_basis),)
