"""Kemendagri region codes as values: which exist, what one is called, what became of one that was changed or split."""

from collections.abc import Mapping
from datetime import date

from msgspec import Struct


def covers(office_region: str, region: str) -> bool:
    """True where a region lies under an office's own; empty is the whole nation, a code covers what begins with it."""
    return office_region == "" or region == office_region or region.startswith(office_region + ".")


class Succession(Struct, frozen=True, kw_only=True):
    """A code that is used no more, and those that took its place: one where it was renamed, several where split."""

    name: str
    since: date
    legal_basis: str
    successors: tuple[str, ...]


class Regions(Struct, frozen=True, kw_only=True):
    """All codes of provinces, regencies and cities, and districts."""

    names: Mapping[str, str]
    succeeded: Mapping[str, Succession] = {}
    """By the code that is used no more."""

    def exists(self, code: str) -> bool:
        """True for a code that is used now."""
        return code in self.names and code not in self.succeeded

    def name(self, code: str) -> str:
        """What a region is called; its code where nobody knows it."""
        former = self.succeeded.get(code)
        return former.name if former else self.names.get(code, code)

    def within(self, region: str | None, code: str) -> bool:
        """True where a code lies under a region or around it, or under one that took its place or was before it.

        None is the whole nation.
        """
        if region is None:
            return True
        became = self.succeeded.get(region)
        alike = (region, *self.formerly(region), *(became.successors if became else ()))
        return any(covers(one, code) or covers(code, one) for one in alike)

    def formerly(self, code: str) -> tuple[str, ...]:
        """The codes under which this region, or the one that it lies in, was known before."""
        return tuple(
            old for old, became in self.succeeded.items() if any(covers(new, code) for new in became.successors)
        )
