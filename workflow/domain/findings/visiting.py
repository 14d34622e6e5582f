"""Visits that terms on mentoring ask for: which month they are counted in, and which groups had too few."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple

from workflow.domain.alignments import Alignment
from workflow.domain.calendar import end_of, local_date
from workflow.domain.findings.clauses import World
from workflow.domain.findings.comparing import ordered
from workflow.domain.findings.finding import Finding, Picture, finding_of


class Month(NamedTuple):
    """The last full month before a moment, in a zone."""

    name: str
    """As 2026-10."""
    year: int
    begins: datetime
    """UTC."""


def last_month(at: datetime, zone: str) -> Month:
    last = local_date(at, zone).replace(day=1) - timedelta(days=1)
    first = date(last.year, last.month, 1)
    return Month(last.isoformat()[:7], last.year, end_of(first - timedelta(days=1), zone))


def asked_for(world: World, at: datetime, period: int) -> Iterator[tuple[Alignment, Month, int]]:
    """The alignments in force that ask for visits, the month that is judged, and how many visits they ask for.

    A month is judged in the picture of its own year, and only if the terms held in all of it.
    """
    for _, alignment in sorted(world.alignments.items()):
        terms = alignment.terms
        definition = world.definitions.get(terms.parties[0].programme)
        if alignment.standing != "in_force" or terms.mentoring is None or definition is None:
            continue
        month = last_month(at, definition.calendar.zone)
        begins = local_date(month.begins, definition.calendar.zone)
        if month.year == period and terms.since <= begins and alignment.changed <= month.begins:
            yield alignment, month, terms.mentoring.visits_per_month


def unvisited(picture: Picture) -> Iterator[Finding]:
    """Groups that were mentored all month with fewer reports than terms ask for."""
    for ref, cases in picture.unvisited.items():
        a, b = ordered(*(party.programme for party in picture.world.alignments[ref].terms.parties))
        for region in sorted({region for _, _, region in cases}):
            few = sum(1 for case in cases if case[2] == region)
            yield finding_of("breach", (a, b), region, picture.period, "visits_per_month", few)
