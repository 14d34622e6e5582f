"""The figures that a group counts in, by what is remembered of its case."""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from msgspec import Struct

from workflow.domain.events import Facts
from workflow.domain.findings.comparing import ordered
from workflow.domain.findings.verdicts import Verdicts, fails, passes

KEPT, FURTHER, LATE = "kept", "kept_further", "late"
"""Released data of an alignment, by last day and clause: of each case what is kept with the earliest last day, and with
any later one; and what was deleted late."""


class Key(NamedTuple):
    """One figure: its kind, one or two programmes (or what the kind compares), a city or regency, a year."""

    kind: str
    a: str
    b: str
    region: str
    year: int


class Kept(NamedTuple):
    """Data of a case that were released to an agency."""

    alignment: str
    clause: str
    """As CityRecommended.AGENCY: the event and the recipient."""
    until: str
    """The last day on which they may be kept, as 2026-10-31."""


class Group(Struct, kw_only=True):
    """What is remembered of a case; changed in place while events are folded."""

    ref: str
    programme: str
    definition: str
    region: str
    """City or regency; empty where the facts name none."""
    year: int
    """Of its places; until it holds one, of its opening."""
    phase: str
    ended: bool = False
    imported: bool = False
    facts: Facts = {}
    """In stored form: personal values are sealed."""
    day: str
    """The local day of the event that last changed the facts: verdicts are of that day."""
    verdicts: dict[str, Verdicts] = {}
    """By programme, of its definition in force."""
    places: tuple[str, ...] = ()
    """Keys of the places that it holds."""
    turns: tuple[str, ...] = ()
    """Keys of the places for which it waits."""
    persons: tuple[str, ...] = ()
    """Keys of persons, as digests, that the case holds."""
    mentors: tuple[str, ...] = ()
    """Who the case is assigned to in a role that reports on mentoring."""
    kept: dict[int, Kept] = {}
    """By position of the release: what its recipient has not confirmed as deleted."""
    late: tuple[Kept, ...] = ()
    """What was confirmed after the last day."""
    unvisited: tuple[tuple[str, str, int], ...] = ()
    """Pairs of programmes whose terms asked for more visits in the last full month, with its year."""


def figures_of(group: Group, programmes: Iterable[str]) -> frozenset[Key]:
    """Every figure that a group counts in; `programmes`: those that are compared."""
    compared = tuple(programmes)
    return frozenset(_figures(group, compared)) if group.programme in compared else frozenset()


def _figures(group: Group, compared: tuple[str, ...]) -> Iterator[Key]:
    def here(kind: str, a: str = "", b: str = "") -> Key:
        return Key(kind, a or group.programme, b, group.region, group.year)

    yield here("groups")
    yield from _released(group)
    if group.ended and not group.places:
        return
    own = group.verdicts.get(group.programme, {})
    for other in compared:
        if other == group.programme:
            continue
        theirs = group.verdicts.get(other, {})
        a, b = ordered(group.programme, other)
        if passes(own) and passes(theirs):
            yield here("both", a, b)
        elif not fails(own) and not fails(theirs):
            yield here("both_unknown", a, b)
    if group.ended:
        return
    yield from _left_out(group, compared, here)
    if group.turns:
        for other in compared:
            if passes(group.verdicts.get(other, {})):
                yield here("fitting", other, group.programme)
    if group.phase == "mentoring":
        yield here("mentoring")
        for mentor in group.mentors:
            yield here("mentored", group.programme, mentor)
        for a, b, year in group.unvisited:
            yield Key("unvisited", a, b, group.region, year)


def _released(group: Group) -> Iterator[Key]:
    """Once for each clause, by its earliest last day: a case counts once, however often the clause was met."""

    def until_day(kind: str, kept: Kept) -> Key:
        return Key(kind, kept.alignment, f"{kept.until} {kept.clause}", group.region, int(kept.until[:4]))

    told: set[tuple[str, str]] = set()
    for kept in sorted(group.kept.values()):
        clause = (kept.alignment, kept.clause)
        yield until_day(FURTHER if clause in told else KEPT, kept)
        told.add(clause)
    for kept in group.late:
        yield until_day(LATE, kept)


def _left_out(group: Group, compared: tuple[str, ...], here: Callable[..., Key]) -> Iterator[Key]:
    """Where no programme takes the group: the dimensions of its own that it fails."""
    verdicts = [group.verdicts.get(name, {}) for name in compared]
    if all(fails(one) for one in verdicts):
        for dimension, verdict in group.verdicts[group.programme].items():
            if verdict == "fail":
                yield here("gap", group.programme, dimension)
    elif not any(passes(one) for one in verdicts):
        yield here("gap_unknown")
