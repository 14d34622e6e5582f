"""Classes of business (KBLI): which codes are one, by the lists adopted here or, before the first, by their form.

A class has five digits, of which the first two are its division. The statistics agency publishes the list (Peraturan
BPS 2/2020 and its successors); an operator adopts it. Until then five digits under one of the 88 divisions of
KBLI 2020, which are those of ISIC Rev. 4, count as a class.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping

from msgspec import Struct

from workflow.domain.events import Kind, Recorded
from workflow.domain.reasons import stated, why
from workflow.domain.refusal import Refused, Unchanged

STREAM = "kbli"
CLASS = re.compile(r"[0-9]{5}")
EDITION = re.compile(r"(19|20)[0-9]{2}")
LEAST = 1_000
"""Classes that a list must have: a part of one would refuse all that it lacks. KBLI 2020 has 1,790."""
_SECTIONS = (
    (1, 3), (5, 9), (10, 33), (35, 35), (36, 39), (41, 43), (45, 47), (49, 53), (55, 56), (58, 63), (64, 66),
    (68, 68), (69, 75), (77, 82), (84, 84), (85, 85), (86, 88), (90, 93), (94, 96), (97, 98), (99, 99),
)  # fmt: skip
"""First and last division of the sections A to U."""
DIVISIONS = tuple(f"{number:02d}" for first, last in _SECTIONS for number in range(first, last + 1))


class ClassesAdopted(Kind, frozen=True, kw_only=True, tag=True):
    """Adopts an edition's list, or puts it right."""

    edition: str
    """Year, as in KBLI 2020."""
    legal_basis: str
    sha256: str
    """Of the file that it was read from."""
    titles: dict[str, str]
    """Code to title."""


KBLI_KINDS: tuple[type[Kind], ...] = (ClassesAdopted,)


class AdoptClasses(Struct, frozen=True, kw_only=True):
    edition: str
    legal_basis: str
    sha256: str
    titles: dict[str, str]


class Classes(Struct, frozen=True, kw_only=True, eq=False):
    """The lists at one version of their stream. Told apart by identity, so that it can key what is made from it."""

    version: int = 0
    editions: dict[str, ClassesAdopted] = {}
    codes: frozenset[str] = frozenset()
    """Of every edition: what a newer one drops stays a class, for running cases hold it."""

    @property
    def newest(self) -> ClassesAdopted | None:
        return self.editions[max(self.editions)] if self.editions else None

    @property
    def name(self) -> str:
        """As sentences call it: `KBLI 2020`."""
        return f"KBLI {max(self.editions, default='2020')}"

    def has(self, code: str) -> bool:
        """True for a class of an adopted list, or, before the first, for five digits under a division that there is."""
        if CLASS.fullmatch(code) is None:
            return False
        return code in self.codes if self.codes else code[:2] in DIVISIONS

    def near(self, code: str) -> tuple[str, ...]:
        """What comes before and after a code that is none, by the list; without one, the divisions around its own."""
        if CLASS.fullmatch(code) is None or self.has(code):
            return ()
        known: Mapping[str, str] | tuple[str, ...] = self.newest.titles if self.newest else DIVISIONS
        listed, sought = sorted(known), code if self.newest else code[:2]
        place = bisect_left(listed, sought)
        return tuple(listed[max(place - 1, 0) : place + 1])


UNLISTED = Classes()
"""Before a list is adopted."""


def fold(events: Iterable[Recorded], classes: Classes) -> Classes:
    """The lists after more events, in order."""
    version, editions = classes.version, dict(classes.editions)
    for event in events:
        version = event.version
        if isinstance(event.body, ClassesAdopted):
            editions[event.body.edition] = event.body
    codes = frozenset(code for one in editions.values() for code in one.titles)
    return Classes(version=version, editions=editions, codes=codes)


def adopt(classes: Classes, order: AdoptClasses) -> tuple[Kind, ...]:
    """The event that adopts a list. Raises Refused with every reason, Unchanged where it is adopted so already."""
    reasons = stated(order.legal_basis, "legal_basis")
    if not EDITION.fullmatch(order.edition):
        reasons.append(why("kbli.edition", "edition", given=order.edition[:20]))
    if len(order.titles) < LEAST:
        reasons.append(why("kbli.part", "titles", count=len(order.titles), least=LEAST))
    if reasons:
        raise Refused(tuple(reasons))
    before = classes.editions.get(order.edition)
    if before and (before.titles, before.legal_basis) == (order.titles, order.legal_basis):
        raise Unchanged
    return (
        ClassesAdopted(edition=order.edition, legal_basis=order.legal_basis, sha256=order.sha256, titles=order.titles),
    )
