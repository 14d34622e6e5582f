"""Which kept figure a finding stands on, and which finding stood on a figure that is gone."""

from collections.abc import Mapping

from msgspec.structs import replace

from workflow.domain.definition.model import Definition
from workflow.domain.findings.figures import LATE, Key
from workflow.domain.findings.finding import POTENTIAL, Finding, finding_of
from workflow.domain.findings.mentoring import BREACHES
from workflow.domain.potentials import open_in

CLAUSES = ("overlap", "unaligned", "conflict", "stale", "unnamed")
"""Kinds that are kept as clauses: what counts in them is the finding's dimension."""
FIGURES = ("gap", "double", *BREACHES)
PLACES = ("idle", "over")
"""Kinds that follow from the account of places."""

Presence = tuple[Key, str]
"""A figure, and of a clause its dimension."""


def presence_of(finding: Finding) -> Presence | None:
    """What has to be more than nothing for a finding to stand; None where that is kept nowhere."""
    a, b = finding.parties[0], finding.parties[-1]
    region, year = finding.region, finding.period
    match finding.kind:
        case "overlap" | "unaligned" | "conflict" | "stale":
            return Key(finding.kind, a, b, region, year), finding.dimension
        case "gap" if finding.dimension.startswith(POTENTIAL):
            return Key("unnamed", "", "", region, year), finding.dimension.removeprefix(POTENTIAL)
        case "gap":
            return Key("gap", a, finding.dimension, region, year), ""
        case "breach":
            kept = next((kind for kind, named in BREACHES.items() if named == finding.dimension), None)
            return None if kept is None else (Key(kept, a, b, region, year), "")
        case "double":
            return Key("double", a, b, region, year), ""
        case "idle":
            return Key("idle", a, "", region, year), ""
        case "over-committed":
            return Key("over", a, "", region, year), ""
        case _:
            return None


def gone(ended: Mapping[Presence, int], definitions: Mapping[str, Definition]) -> tuple[Finding, ...]:
    """The findings that no longer stand, each with the position of the event that ended it."""
    return tuple(
        replace(_named(key, dimension, definitions), figure=0, resolved=position)
        for (key, dimension), position in ended.items()
        if key.kind != LATE
    )


def unnamed(region: str, year: int, key: str, definitions: Mapping[str, Definition]) -> Finding:
    """A leading potential that none of the programmes open in its region names: those are its parties."""
    found = finding_of("gap", (), region, year, POTENTIAL + key, 1)
    return replace(found, parties=tuple(name for name, one in definitions.items() if open_in(one, region)))


def _named(key: Key, dimension: str, definitions: Mapping[str, Definition]) -> Finding:
    kind, a, b, region, year = key
    match kind:
        case "unnamed":
            return unnamed(region, year, dimension, definitions)
        case "overload" | "unvisited":
            return finding_of("breach", (a, b), region, year, BREACHES[kind], 0)
        case "gap":
            return finding_of(kind, (a,), region, year, b, 0)
        case "double":
            return finding_of(kind, (a, b), region, year, "person", 0)
        case "idle":
            return finding_of(kind, (a,), region, year, "places", 0)
        case "over":
            return finding_of("over-committed", (a,), region, year, "places", 0)
        case _:
            return finding_of(kind, (a, b), region, year, dimension, 0)
