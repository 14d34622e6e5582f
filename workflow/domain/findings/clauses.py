"""What follows from definitions, places, alignments and lists of potentials alone, whatever the cases are."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import combinations
from typing import NamedTuple

from msgspec import Struct

from workflow.domain.alignments import Alignment
from workflow.domain.definition.model import Definition
from workflow.domain.findings.comparing import comparable, ordered, overlap, payers, shared_benefits, touch
from workflow.domain.findings.terms_conflicts import conflicts, outlast
from workflow.domain.potentials import Potential, takers
from workflow.domain.promised import Orders, Promised, beyond
from workflow.domain.regions import covers
from workflow.domain.terms import Terms, years_of
from workflow.domain.windows import Window, window_of


class Clause(NamedTuple):
    """A finding that holds whatever the cases are."""

    kind: str
    a: str
    b: str
    region: str
    year: int
    dimension: str = ""


class World(Struct, frozen=True, kw_only=True):
    """What programmes are and agree on at one position."""

    definitions: Mapping[str, Definition] = {}
    """Programme to its definition in force; only programmes that are compared."""
    alignments: Mapping[str, Alignment] = {}
    """By reference of the alignment's case."""
    places: Mapping[tuple[str, str, int], int] = {}
    """(programme, region, year) to the places set."""
    orders: Orders = {}
    """What set them, without what transfers brought or took."""
    windows: Mapping[tuple[str, str, int], Window] = {}
    """(programme, region, year) to when proposals are taken, as set last."""
    potentials: tuple[Potential, ...] = ()
    """The regions' leading potentials."""

    def aligned(self, a: str, b: str, region: str, year: int) -> tuple[Alignment, ...]:
        """The alignments in force between two programmes that reach a region in some part of a year."""
        return tuple(one for one in self.between(a, b, region, year) if one.standing == "in_force")

    def between(self, a: str, b: str, region: str, year: int) -> tuple[Alignment, ...]:
        """All alignments between two programmes for a region and year that have not ended, by reference."""
        return tuple(
            one
            for _, one in sorted(self.alignments.items())
            if one.standing != "ended"
            and ordered(*(party.programme for party in one.terms.parties)) == (a, b)
            and one.terms.since <= date(year, 12, 31)
            and one.terms.until >= date(year, 1, 1)
            and any(touch(region, code) for code in one.terms.regions)
        )

    def intakes(self, programme: str, region: str, year: int) -> dict[str, Window]:
        """Region to window, of all windows that hold somewhere in a region in a year: its own, and those below it."""
        own = {(code, y): one for (name, code, y), one in self.windows.items() if (name, y) == (programme, year)}
        here = window_of(own, region, year)
        below = {code: one for (code, _), one in own.items() if code != region and covers(region, code)}
        return {**({region: here} if here else {}), **below}

    def runs(self, programme: str) -> dict[tuple[str, int], int]:
        """(region, year) to the places that a programme offers there."""
        return {(region, year): n for (name, region, year), n in self.places.items() if name == programme and n > 0}


def compared(definitions: Mapping[str, Definition]) -> dict[str, Definition]:
    return {name: one for name, one in sorted(definitions.items()) if comparable(one)}


def clauses(world: World) -> frozenset[Clause]:
    """Every finding of these alone, for each region and year in which programmes run."""
    return frozenset((*_between(world), *_of_terms(world), *_unnamed(world)))


def _between(world: World) -> Iterator[Clause]:
    for a, b in combinations(sorted(world.definitions), 2):
        one, other = world.definitions[a], world.definitions[b]
        for region, year in sorted(world.runs(a).keys() & world.runs(b).keys()):
            if not overlap(one, other, region):
                continue
            yield Clause("overlap", a, b, region, year)
            agreed = world.aligned(a, b, region, year)
            if not agreed:
                yield Clause("unaligned", a, b, region, year)
            settled = {item.item for alignment in agreed for item in alignment.terms.budget.items}
            for item in shared_benefits(one, other):
                if item not in settled and len(payers((one, other), item)) > 1:
                    yield Clause("conflict", a, b, region, year, f"payer.{item}")


def _of_terms(world: World) -> Iterator[Clause]:
    for _, alignment in sorted(world.alignments.items()):
        if alignment.standing == "ended":
            continue
        terms = alignment.terms
        a, b = ordered(*(party.programme for party in terms.parties))
        years = years_of(terms)
        for party in terms.parties:
            definition = world.definitions.get(party.programme)
            if definition is not None and definition.version != party.version:
                for region in terms.regions:
                    for year in years:
                        yield Clause("stale", a, b, region, year, party.programme)
            if definition is not None:
                yield from _late(world, terms, definition, years)
        for dimension in conflicts(terms, world.definitions):
            for region in terms.regions:
                for year in years:
                    yield Clause("conflict", a, b, region, year, dimension)

        for promised in beyond(terms, world.orders, years):
            region = promised.clause.region
            yield Clause("conflict", a, b, region, promised.year, f"places.{region}")


def _late(world: World, terms: Terms, definition: Definition, years: Iterable[int]) -> Iterator[Clause]:
    """Where a programme takes proposals for which the terms' dates leave no time."""
    a, b = ordered(*(party.programme for party in terms.parties))
    for year in years:
        for region in terms.regions:
            if outlast(terms, definition, world.intakes(definition.id, region, year).values()):
                yield Clause("conflict", a, b, region, year, f"window.{definition.id}")


def promises(
    world: World, agreed: Iterable[Alignment], region: str, year: int
) -> tuple[tuple[Alignment, Promised], ...]:
    """Which terms promise more places in a region and year than there are."""
    return tuple(
        (alignment, promised)
        for alignment in agreed
        for promised in beyond(alignment.terms, world.orders, [year])
        if promised.clause.region == region
    )


def _unnamed(world: World) -> Iterator[Clause]:
    """Potentials that no programme open in their region names, in the years in which one has places there."""
    running = {(region, year) for (_, region, year), places in world.places.items() if places > 0}
    for potential in world.potentials:
        named, others = takers(potential, world.definitions.values())
        if others and not named:
            for year in sorted({year for region, year in running if touch(potential.region, region)}):
                yield Clause("unnamed", "", "", potential.region, year, potential.key)
