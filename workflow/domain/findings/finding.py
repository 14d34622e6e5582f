"""Findings at one moment: what is not in tune, from figures, definitions and alignments."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime

from msgspec import Struct

from workflow.domain.findings.clauses import Clause, World
from workflow.domain.findings.comparing import touch
from workflow.domain.findings.figures import Key
from workflow.domain.potentials import Potential

UNITS = {
    "overlap": "groups",
    "unaligned": "groups",
    "gap": "groups",
    "conflict": "clauses",
    "double": "persons",
    "idle": "places",
    "over-committed": "places",
    "stale": "version",
    "breach": "cases",
}
"""Every kind of finding, in the order in which they are told, to what its figure counts."""
DATA = "data."
"""Begins the dimension of a breach of terms on data: data.EVENT.RECIPIENT."""
POTENTIAL = "potential."
"""Begins the dimension of a gap that is a leading potential which no programme names."""


class Finding(Struct, frozen=True, kw_only=True):
    id: str
    """SHA-256, hex, of kind, parties, region, period and dimension: the same finding keeps it. Of a potential without
    parties: programmes that might name it come and go."""
    kind: str
    parties: tuple[str, ...]
    """Programmes."""
    region: str
    period: int
    """Year."""
    dimension: str
    figure: int
    unknown: int = 0
    """Groups of which it cannot be told: a fact is missing or erased."""
    transferable: int | None = None
    """Of idle places: how many could be used today by groups that wait elsewhere, under the terms in force."""
    resolved: int | None = None
    """Position of the event that ended it; None while it stands."""

    @property
    def unit(self) -> str:
        return "potentials" if self.dimension.startswith(POTENTIAL) else UNITS[self.kind]


def finding_id(kind: str, parties: Iterable[str], region: str, period: int, dimension: str) -> str:
    named = json.dumps([kind, *parties, region, period, dimension], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(named.encode()).hexdigest()


def finding_of(kind: str, parties: tuple[str, ...], region: str, period: int, dimension: str, figure: int) -> Finding:
    parties = tuple(dict.fromkeys(parties))
    return Finding(
        id=finding_id(kind, parties, region, period, dimension),
        kind=kind,
        parties=parties,
        region=region,
        period=period,
        dimension=dimension,
        figure=figure,
    )


class Picture(Struct, frozen=True, kw_only=True):
    """All that findings are made from, as of one moment."""

    figures: Mapping[Key, int]
    """Of one year."""
    clauses: frozenset[Clause]
    ended: Mapping[tuple[Key, str], int] = {}
    """What stood and is gone, as `presence` names it, to the position of the event that ended it."""
    potentials: tuple[Potential, ...] = ()
    """The regions' leading potentials."""
    world: World
    at: datetime
    """UTC."""
    period: int

    def sum(self, kind: str, a: str, b: str, region: str) -> int:
        """A figure over all cities and regencies under a region."""
        exact = self.figures.get(Key(kind, a, b, region, self.period))
        if exact is not None:
            return exact
        return sum(
            value
            for key, value in self.figures.items()
            if key[:3] == (kind, a, b) and key.year == self.period and touch(region, key.region)
        )
