"""What a briefing is made of: sentences in Indonesian, each with the address that gives its number again."""

from datetime import datetime

from msgspec import Struct


def number(value: int) -> str:
    """A whole number as Indonesian writes it: 1.234."""
    return f"{value:,}".replace(",", ".")


class Line(Struct, frozen=True, kw_only=True):
    say: str
    """In Indonesian."""
    figure: int | None
    """The number that the sentence turns on."""
    address: str


class Places(Struct, frozen=True, kw_only=True):
    """One programme's places under the region, all cities and regencies together."""

    programme: str
    title: str
    quota: int | None
    held: int
    used: int
    waiting: int
    free: int | None
    groups: int
    address: str


class Side(Struct, frozen=True, kw_only=True):
    """What one programme's agency can do."""

    programme: str
    title: str
    agency: str
    agency_title: str
    lines: tuple[Line, ...]


class Briefing(Struct, frozen=True, kw_only=True):
    region: str
    name: str
    """What the region is called."""
    period: int
    position: int
    """Every number is of the log up to here."""
    moment: datetime
    """The latest of any event up to there, UTC."""
    address: str
    """Gives the briefing again."""
    left_out: str | None
    """What the reader may not see and is therefore not told here; None: nothing."""
    places: tuple[Places, ...]
    standing: tuple[Line, ...]
    """Where we stand."""
    out_of_tune: tuple[Line, ...]
    more: int
    """Findings beyond those that are told, counted as they would be told."""
    sides: tuple[Side, ...]
    since: int | str | None = None
    """The position or moment with which it is compared; None: with none."""
    changed: tuple[Line, ...] = ()
    """What is otherwise than it was then."""
