"""Commands on a programme to events: which version may follow, a region's places, and when proposals are taken."""

import re
from collections.abc import Mapping
from datetime import date

from msgspec import Struct

from workflow.domain.definition.model import Definition
from workflow.domain.events import Kind
from workflow.domain.reasons import stated, why
from workflow.domain.refusal import Refusal, Refused, Unchanged
from workflow.domain.registry import DefinitionPublished, IntakeSet, Programme, QuotaSet

MOST_PLACES = 1_000_000
YEARS = range(2000, 2101)
REGION = re.compile(r"[1-9][0-9](\.[0-9]{2})?")
"""Kemendagri code of a province, a city or a regency."""


class SetQuota(Struct, frozen=True, kw_only=True):
    region: str
    year: int
    places: int
    legal_basis: str


class SetIntake(Struct, frozen=True, kw_only=True):
    region: str
    """A province, a city or a regency; empty: the whole nation."""
    year: int
    opens: date
    closes: date
    """The last day on which proposals are taken."""
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
    reasons = _stated_for(programme, order.legal_basis, order.year)
    if not REGION.fullmatch(order.region):
        reasons.append(why("region.code", "region", region=order.region[:20], level="city"))
    if not 0 <= order.places <= MOST_PLACES:
        reasons.append(why("quota.places", "places", places=order.places, most=MOST_PLACES))
    if reasons:
        raise Refused(tuple(reasons))
    return (QuotaSet(region=order.region, year=order.year, places=order.places, legal_basis=order.legal_basis),)


def set_intake(programme: Programme, order: SetIntake) -> tuple[Kind, ...]:
    """The event that sets when proposals are taken. Raises Refused with every reason, Unchanged where it is set so."""
    opens, closes, basis = order.opens, order.closes, order.legal_basis
    before = programme.intakes.get((order.region, order.year))
    if before and (before.opens, before.closes, before.legal_basis) == (opens, closes, basis):
        raise Unchanged
    reasons = _stated_for(programme, basis, order.year)
    if order.region and not REGION.fullmatch(order.region):
        reasons.append(why("day_off.region", "region", "region.code", region=order.region[:20]))
    if closes < opens:
        reasons.append(why("until.before_since", "closes", "intake.order", since=opens, until=closes))
    for name, day in (("opens", opens), ("closes", closes)):
        if day.year != order.year:
            reasons.append(why("intake.year", name, day=day, year=order.year))
    if reasons:
        raise Refused(tuple(reasons))
    return (IntakeSet(region=order.region, year=order.year, opens=opens, closes=closes, legal_basis=basis),)


def _stated_for(programme: Programme, legal_basis: str, year: int) -> list[Refusal]:
    """What is wrong with an order for a year of a programme, whatever it sets."""
    reasons = stated(legal_basis, "legal_basis")
    if programme.current is None:
        reasons.append(why("programme.unknown", "programme", programme=programme.programme))
    if year not in YEARS:
        reasons.append(why("quota.year", "year", year=year))
    return reasons
