"""Days between which proposals are taken, as set by a programme for a region and year."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import TypeVar

from msgspec import Struct


class Window(Struct, frozen=True, kw_only=True):
    opens: date
    closes: date
    """Both inclusive."""


class Intake(Window, frozen=True, kw_only=True):
    """A window as it was set."""

    region: str
    """Kemendagri code of a province, a city or a regency; empty: the whole nation."""
    year: int
    legal_basis: str
    at: datetime
    by: str


Some = TypeVar("Some", bound=Window)


def window_of(windows: Mapping[tuple[str, int], Some], region: str, year: int) -> Some | None:
    """A region's own window of a year, or that of the nearest region that it lies in; None where none is set.

    `windows`: (region, year) to the window set for it.
    """
    codes = region.split(".") if region else []
    above = (".".join(codes[:length]) for length in range(len(codes), -1, -1))
    return next((windows[code, year] for code in above if (code, year) in windows), None)
