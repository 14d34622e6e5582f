"""Moments as people type them at the command line."""

from datetime import UTC, datetime

import click


def moment_of(text: str, option: str) -> datetime:
    """An ISO 8601 time; UTC where it does not say otherwise. Raises click.BadParameter, which names the option."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter("not an ISO 8601 time, as 2026-11-25T08:00:00+08:00", param_hint=option) from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
