"""Breaches of terms on data: what a recipient kept beyond the last day, and what it then deleted late."""

from collections.abc import Iterator
from datetime import date

from msgspec.structs import replace

from workflow.domain.calendar import HOME_ZONE, local_date
from workflow.domain.findings.comparing import ordered
from workflow.domain.findings.figures import FURTHER, KEPT, LATE, Key
from workflow.domain.findings.finding import DATA, Finding, Picture, finding_of
from workflow.domain.terms import DataClause


def overdue(picture: Picture) -> Iterator[Finding]:
    """A finding for each clause and region, in each year from that of the last day on; resolved where all is deleted.

    It stands whatever became of the alignment: who got the data has them still.
    """
    standing: dict[tuple[tuple[str, str], str, str], int] = {}
    ended: dict[tuple[tuple[str, str], str, str], int] = {}
    for key, value in picture.figures.items():
        if value <= 0 or key.kind not in (KEPT, LATE) or key.a not in picture.world.alignments:
            continue
        if not _over(picture, last_day(key)):
            continue
        named = _parties(picture, key), key.region, DATA + key.b.partition(" ")[2]
        if key.kind == KEPT:
            standing[named] = standing.get(named, 0) + value
        else:
            ended[named] = max(ended.get(named, 0), picture.ended[key, ""])
    for named in sorted(standing.keys() | ended.keys()):
        parties, region, dimension = named
        found = finding_of("breach", parties, region, picture.period, dimension, standing.get(named, 0))
        yield found if named in standing else replace(found, resolved=ended[named])


def last_day(key: Key) -> date:
    """Of a figure of released data: the day after which what counts in it is kept too long."""
    return date.fromisoformat(key.b[:10])


def _parties(picture: Picture, key: Key) -> tuple[str, str]:
    return ordered(*(party.programme for party in picture.world.alignments[key.a].terms.parties))


def _over(picture: Picture, until: date) -> bool:
    today = local_date(picture.at, HOME_ZONE)
    return until < today and until.year <= picture.period <= today.year


def kept_by(picture: Picture, finding: Finding) -> tuple[Key, ...]:
    """The figures that a breach of terms on data is made of: each release kept too long is in one, each case in one of
    `KEPT`."""
    return tuple(
        key
        for key, value in sorted(picture.figures.items())
        if key.kind in (KEPT, FURTHER)
        and value > 0
        and key.region == finding.region
        and DATA + key.b[11:] == finding.dimension
        and key.a in picture.world.alignments
        and _parties(picture, key) == finding.parties
        and _over(picture, last_day(key))
    )


def agreed(picture: Picture, finding: Finding) -> Iterator[tuple[str, DataClause]]:
    """The clause that was broken, as the parties' alignments have it now, each with its reference."""
    for ref, alignment in sorted(picture.world.alignments.items()):
        if {party.programme for party in alignment.terms.parties} == set(finding.parties):
            for clause in alignment.terms.data:
                if f"{DATA}{clause.event}.{clause.recipient}" == finding.dimension:
                    yield ref, clause
