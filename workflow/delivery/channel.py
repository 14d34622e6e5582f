"""What a channel is: something that carries a parcel to a person, or says whether trying again is of use."""

from typing import Protocol

from msgspec import Struct

LONGEST_TITLE = 150


class Line(Struct, frozen=True, kw_only=True):
    """One notice as it leaves the system: nothing in it is personal."""

    title: str
    ref: str
    link: str


class Parcel(Struct, frozen=True, kw_only=True):
    """What goes out as one: a notice, or a day's."""

    name: str
    """The same at every attempt, so that a receiver can drop a repeat."""
    address: str
    language: str
    lines: tuple[Line, ...]


def one_line(text: str) -> str:
    """A title that can stand in a header: printable signs only, on one line, not too long."""
    printable = "".join(sign if sign.isprintable() else " " for sign in text)
    return " ".join(printable.split())[:LONGEST_TITLE] or "Selaras"


class Later(Exception):
    """The receiver did not take it now; the message says why, without any address."""

    def __init__(self, why: str, seconds: float = 0.0) -> None:
        """`seconds`: for how long it asks to be left alone, at least."""
        super().__init__(why)
        self.seconds = seconds


class Away(Later):
    """The carrier itself is out of reach: whatever else waits would fare the same."""


class Hung(Away):
    """It was in reach, and said no more over this parcel: it may be away since, or fail at this one alone."""


class Never(Exception):
    """The receiver will not take it; the message says why, without any address."""


class Carrier(Protocol):
    """A channel's way out. Used by one thread; `close` ends what it keeps open."""

    @property
    def channel(self) -> str:
        """`mail` or `phone`, as preferences name it."""

    def carry(self, parcel: Parcel) -> None:
        """Return once the receiver has taken it. Raises Later, Away, Never."""

    def close(self) -> None: ...
