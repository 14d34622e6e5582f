"""Gathers what a briefing tells: findings, places, alignments, potentials and outcomes, all of one position."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from msgspec import Struct

from workflow.directory import DirectoryApp
from workflow.domain.calendar import HOME_ZONE, local_date
from workflow.domain.definition.model import Definition
from workflow.domain.findings.finding import Finding, Picture
from workflow.domain.findings.finding_rules import findings
from workflow.domain.potentials import Potential, takers
from workflow.domain.regions import covers
from workflow.domain.words import Text
from workflow.potentials import PotentialsApp
from workflow.projections.ahead import Log
from workflow.projections.harmonised import Harmonised
from workflow.projections.moments import moment_of
from workflow.projections.outcome_figures import Figure, figure
from workflow.projections.outcome_lists import Holding, OutcomeLists, Scope
from workflow.regions import regions

API = "/api/v1"
PLACES = ("quota", "held", "used", "waiting", "groups")
"""Figures of the matrix."""


class Reader(Struct, frozen=True, kw_only=True):
    """What somebody may be told; the operator everything."""

    finding: Callable[[Finding], bool] = lambda finding: True
    region: Callable[[str], bool] = lambda region: True
    """Whether the places and groups of programmes there may be told."""


class Hidden(Struct, frozen=True, kw_only=True):
    """What there is of the region and the reader may not see."""

    regions: tuple[str, ...] = ()
    """Those of whose places the reader is not told."""
    findings: int = 0
    programmes: frozenset[str] = frozenset()
    """Those that have places or groups in one of these regions."""


class Gathered(Struct, frozen=True, kw_only=True):
    """Everything as of one position or moment, as far as the reader may see it."""

    region: str
    when: datetime | int
    """What was asked for: a position, or a moment by the events' own times."""
    position: int
    moment: datetime
    picture: Picture
    findings: tuple[Finding, ...]
    definitions: dict[str, Definition]
    """Programme to its definition in force then."""
    cells: tuple[tuple[str, str], ...]
    """(programme, region) of places and groups that the reader may see."""
    unnamed: tuple[tuple[Potential, int], ...]
    """Potentials that no programme names, with how many groups build on them."""
    outcomes: Figure
    agencies: Mapping[str, Text] = {}
    """Agency to what it was called then."""
    hidden: Hidden = Hidden()

    @property
    def programmes(self) -> frozenset[str]:
        """Those of whose places the reader is told."""
        return frozenset(programme for programme, _ in self.cells)

    @property
    def as_of(self) -> int | str:
        """`when` as an address says it."""
        return self.when if isinstance(self.when, int) else self.when.astimezone(UTC).isoformat()

    def address(self, path: str, **more: Any) -> str:
        """The address that gives a number again."""
        asked = {"region": self.region, "period": self.picture.period, "as_of": self.as_of, **more}
        given = {name: value for name, value in asked.items() if value not in (None, "")}
        return f"{API}{path}?{urlencode(given)}"


class Briefings:
    """Gathers for readers. Safe to share between threads."""

    def __init__(
        self,
        log: Log,
        directory: DirectoryApp,
        potentials: PotentialsApp,
        harmonised: Harmonised,
        outcomes: OutcomeLists,
    ) -> None:
        self._log, self._directory, self._potentials = log, directory, potentials
        self._harmonised, self._outcomes = harmonised, outcomes

    def gather(self, region: str, when: datetime | int, period: int | None, reader: Reader) -> Gathered:
        """All of a region and a year (None: that of the moment) as it stood after a position or at a moment.

        The read models must have reached it.
        """
        counted = self._outcomes.counted(Scope(region=region or None), when)
        moment = when if isinstance(when, datetime) else moment_of(when, self._log, self._outcomes)
        day = local_date(moment, HOME_ZONE)
        picture = self._harmonised.told(period or day.year, moment, when).picture
        definitions = dict(picture.world.definitions)
        standing = [
            one for one in findings(picture) if one.resolved is None and regions().within(region or None, one.region)
        ]
        seen = tuple(one for one in standing if reader.finding(one))
        cells = {
            (key.a, key.region)
            for key in picture.figures
            if key.kind in PLACES and key.year == picture.period and covers(region, key.region) and key.a in definitions
        }
        told = {cell for cell in cells if reader.region(cell[1])}
        return Gathered(
            region=region,
            when=when,
            position=counted.position,
            moment=moment,
            picture=picture,
            findings=seen,
            definitions=definitions,
            cells=tuple(sorted(told)),
            unnamed=tuple(self._unnamed(region, when, definitions)),
            outcomes=figure(counted.groups, day),
            agencies=self._directory.as_of(when).titles,
            hidden=Hidden(
                regions=tuple(sorted({place for _, place in cells - told})),
                findings=len(standing) - len(seen),
                programmes=frozenset(programme for programme, _ in cells - told),
            ),
        )

    def _unnamed(
        self, region: str, when: datetime | int, definitions: dict[str, Definition]
    ) -> Iterator[tuple[Potential, int]]:
        holdings = self._outcomes.holdings(region, when)
        for potential in self._potentials.as_of(when).of(region):
            named, _ = takers(potential, definitions.values())
            if not named:
                yield potential, _building_on(potential, holdings)


def _building_on(potential: Potential, holdings: Iterable[Holding]) -> int:
    return sum(one.groups for one in holdings if one.potential == potential.key and covers(potential.region, one.city))
