"""Breaches of terms on mentoring: mentors with more groups than agreed, and groups visited less than agreed."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple

from workflow.domain.alignments import Alignment
from workflow.domain.calendar import end_of, local_date
from workflow.domain.findings.comparing import ordered, touch
from workflow.domain.terms import years_of

BREACHES = {"overload": "groups_per_mentor", "unvisited": "visits_per_month"}
"""Kept figure to the part of the terms that it breaks."""

Pair = tuple[str, str]
"""Two programmes in their order."""


class Month(NamedTuple):
    """A full month in a zone."""

    name: str
    """As 2026-10."""
    year: int
    begins: datetime
    """UTC."""


def last_month(at: datetime, zone: str) -> Month:
    """The last full month before a moment."""
    last = local_date(at, zone).replace(day=1) - timedelta(days=1)
    first = date(last.year, last.month, 1)
    return Month(last.isoformat()[:7], last.year, end_of(first - timedelta(days=1), zone))


def month_ends(at: datetime, zone: str) -> datetime:
    """When the month of a moment is over, UTC."""
    later = local_date(at, zone).replace(day=28) + timedelta(days=4)
    return end_of(later - timedelta(days=later.day), zone)


def pair_of(alignment: Alignment) -> Pair:
    return ordered(*(party.programme for party in alignment.terms.parties))


def on_mentoring(alignments: Iterable[Alignment]) -> dict[Pair, tuple[Alignment, ...]]:
    """The alignments in force whose terms say something on mentoring, by their pair."""
    found: dict[Pair, tuple[Alignment, ...]] = {}
    for one in alignments:
        if one.standing == "in_force" and one.terms.mentoring is not None:
            found[pair_of(one)] = (*found.get(pair_of(one), ()), one)
    return found


def reached(alignment: Alignment, region: str) -> bool:
    return any(touch(code, region) for code in alignment.terms.regions)


def overloaded(agreed: Iterable[Alignment], groups: Mapping[str, str]) -> frozenset[tuple[str, str, int]]:
    """(case, region, year) of one mentor's groups where they are more than terms allow; `groups`: case to region."""
    found: set[tuple[str, str, int]] = set()
    for one in agreed:
        mine = {ref: region for ref, region in groups.items() if reached(one, region)}
        if one.terms.mentoring is not None and len(mine) > one.terms.mentoring.groups_per_mentor:
            found.update((ref, region, year) for ref, region in mine.items() for year in years_of(one.terms))
    return frozenset(found)


def visits_asked(alignment: Alignment, month: Month, zone: str) -> int:
    """How many visits terms ask for in a month; 0 unless they held in all of it."""
    terms = alignment.terms
    if terms.mentoring is None or alignment.changed > month.begins or terms.since > local_date(month.begins, zone):
        return 0
    return terms.mentoring.visits_per_month
