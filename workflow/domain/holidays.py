"""A year's holidays and collective leave as they were adopted: by the engine from the package, or by decree.

A list is an event, so that what a deadline was counted by is what stood in the log, whichever package is installed.
"""

import re
from collections.abc import Iterable
from datetime import date
from hashlib import sha256

from msgspec import Struct, to_builtins

from workflow.domain.dossier import canonical
from workflow.domain.events import Kind
from workflow.domain.words import Text


class Holiday(Struct, frozen=True, kw_only=True):
    date: date
    category: str
    """As definitions name it: `public`, or `government` for collective leave."""
    reason: Text


class HolidaysAdopted(Kind, frozen=True, kw_only=True, tag=True):
    """All days of a country's year, whichever of them a programme counts."""

    country: str
    year: int
    edition: str | None = None
    """Version of the `holidays` package that brought the list."""
    legal_basis: str | None = None
    """The decree that it stands in, where it was adopted by one."""
    estimated: bool = False
    """True where any of its days is not decreed yet: all of them may still be moved."""
    days: tuple[Holiday, ...]
    sha256: str

    def __hash__(self) -> int:
        # Calendars are remembered by their lists: what names a list is enough to find it.
        return hash((self.sha256, self.edition))

    @property
    def kept(self) -> frozenset[tuple[date, str]]:
        """Its days by category, whatever they are called."""
        return frozenset((day.date, day.category) for day in self.days)

    @property
    def say(self) -> Text:
        """Why days changed, as a deadline gives it."""
        if self.legal_basis is not None:
            return Text(f"hari libur {self.year} ({self.legal_basis})", f"holidays of {self.year} ({self.legal_basis})")
        mark = Text(", perkiraan", ", estimated") if self.estimated else Text("", "")
        return Text(
            f"daftar hari libur {self.year} diperbarui (edisi {self.edition}{mark.id})",
            f"list of the holidays of {self.year} brought up to date (edition {self.edition}{mark.en})",
        )


HOLIDAY_KINDS: tuple[type[Kind], ...] = (HolidaysAdopted,)


def hash_of(country: str, year: int, days: Iterable[Holiday]) -> str:
    """SHA-256 of a list's canonical form, hex."""
    return sha256(canonical({"country": country, "year": year, "days": to_builtins(tuple(days))})).hexdigest()


def is_news(held: HolidaysAdopted | None, brought: HolidaysAdopted) -> bool:
    """True where a list that the installed package brings is to take the place of the one that holds.

    It does not of a decree's, nor an older edition's of a newer one's: servers are brought up to date in turn.
    """
    if held is None:
        return True
    if held.edition is None or (held.sha256, held.estimated) == (brought.sha256, brought.estimated):
        return False
    return _order(brought.edition or "") > _order(held.edition)


def _order(edition: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"[0-9]+", edition)))
