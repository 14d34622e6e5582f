"""When somebody wants to be reached: at once or once a day, and never in their quiet hours."""

from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from typing import Literal
from zoneinfo import ZoneInfo

from msgspec import Struct

from workflow.domain.calendar import HOME_ZONE

DIGEST = time(7)
"""Local time of the daily digest."""


class Quiet(Struct, frozen=True, kw_only=True):
    """From one local time to another, over midnight where `until` is the earlier one; alike: never quiet."""

    from_: time
    until: time


class Rhythm(Struct, frozen=True, kw_only=True):
    digest: Literal["immediate", "daily"] = "immediate"
    quiet: Quiet | None = None
    zone: str = HOME_ZONE


def due(rhythm: Rhythm, at: datetime) -> datetime:
    """The first moment at or after `at` (UTC) at which somebody wants to be reached, UTC."""
    zone = ZoneInfo(rhythm.zone)
    moment = at if rhythm.digest == "immediate" else _next(DIGEST, at, zone)
    if rhythm.quiet and _is_quiet(rhythm.quiet, moment.astimezone(zone).time()):
        moment = _next(rhythm.quiet.until, moment, zone)
    return moment.astimezone(UTC)


def digest_name(person: str, moment: datetime) -> str:
    """The name of what goes to a person at a moment as one; 32 hex digits."""
    return sha256(f"{person}/{moment.astimezone(UTC).isoformat()}".encode()).hexdigest()[:32]


def _is_quiet(quiet: Quiet, local: time) -> bool:
    if quiet.from_ <= quiet.until:
        return quiet.from_ <= local < quiet.until
    return local >= quiet.from_ or local < quiet.until


def _next(wanted: time, at: datetime, zone: ZoneInfo) -> datetime:
    """The first moment at or after `at` at which it is `wanted` in the zone."""
    day = at.astimezone(zone).date()
    today = _on(day, wanted, zone)
    return today if today >= at else _on(day + timedelta(days=1), wanted, zone)


def _on(day: date, wanted: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, wanted, zone).astimezone(UTC)
