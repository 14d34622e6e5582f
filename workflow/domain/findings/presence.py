"""Which kept figure a finding stands on, and which finding stood on a figure that is gone."""

from collections.abc import Mapping

from msgspec.structs import replace

from workflow.domain.findings.figures import LATE, Key
from workflow.domain.findings.finding import Finding, finding_of

CLAUSES = ("overlap", "unaligned", "conflict", "stale")
"""Kinds that are kept as clauses: what counts in them is the finding's dimension."""
FIGURES = ("gap", "double")
PLACES = ("idle", "over")
"""Kinds that follow from the account of places."""

Presence = tuple[Key, str]
"""A figure, and of a clause its dimension."""


def presence_of(finding: Finding) -> Presence | None:
    """What has to be more than nothing for a finding to stand; None for a breach, which is counted anew each time."""
    a, b = finding.parties[0], finding.parties[-1]
    region, year = finding.region, finding.period
    match finding.kind:
        case "overlap" | "unaligned" | "conflict" | "stale":
            return Key(finding.kind, a, b, region, year), finding.dimension
        case "gap":
            return Key("gap", a, finding.dimension, region, year), ""
        case "double":
            return Key("double", a, b, region, year), ""
        case "idle":
            return Key("idle", a, "", region, year), ""
        case "over-committed":
            return Key("over", a, "", region, year), ""
        case _:
            return None


def gone(ended: Mapping[Presence, int]) -> tuple[Finding, ...]:
    """The findings that no longer stand, each with the position of the event that ended it."""
    return tuple(
        replace(_named(key, dimension), resolved=position)
        for (key, dimension), position in ended.items()
        if key.kind != LATE
    )


def _named(key: Key, dimension: str) -> Finding:
    kind, a, b, region, year = key
    match kind:
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
