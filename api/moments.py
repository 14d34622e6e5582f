"""`as_of` and `at_least`: a case as it stood, and reads that are as new as the caller asks."""

from datetime import UTC, datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from api.failures import in_query
from api.operations import Call
from api.problems import FieldError, Problem

AsOf = Annotated[str, Meta(max_length=40, description="A position, or an ISO 8601 time with its zone")]


def as_of(given: str, name: str = "as_of") -> datetime | int:
    """What a query of this name says. Raises Problem 422."""
    if given.isascii() and given.isdigit() and len(given) <= 16:
        return int(given)
    try:
        # A plus that was not escaped reads as a space.
        at = msgspec.convert(given.strip().replace(" ", "+"), datetime)
    except msgspec.ValidationError:
        at = None
    if at is None or at.tzinfo is None:
        raise Problem("invalid", errors=[_bad_as_of(name)])
    return at.astimezone(UTC)


def check_reached(call: Call, position: int | None, name: str = "at_least", kind: str = "beyond-head") -> None:
    """A case is read from the log itself, so it is enough that the position is there. Raises Problem 422.

    `kind`: the problem; of a reader of the feed, who would wait for ever, `feed-beyond`."""
    if position is not None:
        head = call.engine.log.head()
        if position > head:
            raise Problem(kind, name=name, head=head, extra={"position": head})


def _bad_as_of(name: str) -> FieldError:
    return in_query(
        name,
        f"{name} harus posisi (bilangan) atau waktu ISO 8601 dengan zona, seperti 2026-11-25T08:00:00Z",
        f"{name} has to be a position (a number) or an ISO 8601 time with its zone, as 2026-11-25T08:00:00Z",
    )
