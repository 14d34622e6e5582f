"""One rule for each kind of finding."""

from collections.abc import Iterator
from datetime import date

from msgspec.structs import replace

from workflow.domain.alignments import Alignment
from workflow.domain.calendar import local_date
from workflow.domain.findings.comparing import touch
from workflow.domain.findings.figures import Key
from workflow.domain.findings.finding import UNITS, Finding, Picture, finding_of
from workflow.domain.findings.keeping import overdue
from workflow.domain.findings.mentoring import BREACHES
from workflow.domain.findings.presence import gone, unnamed


def findings(picture: Picture) -> tuple[Finding, ...]:
    """Every finding of the picture's year, also those resolved, in the order of kinds, regions and parties."""
    order = list(UNITS)
    found = {one.id: one for one in gone(picture.ended, picture.world.definitions)}
    for rule in (_of_clauses, _gaps, _unnamed, _doubles, _places, _breaches, overdue):
        found.update((one.id, one) for one in rule(picture))

    def place(one: Finding) -> tuple[int, str, tuple[str, ...], str]:
        return order.index(one.kind), one.region, one.parties, one.dimension

    return tuple(sorted(found.values(), key=place))


def _of_clauses(picture: Picture) -> Iterator[Finding]:
    for kind, a, b, region, year, dimension in picture.clauses:
        if year != picture.period:
            continue
        if kind in ("overlap", "unaligned"):
            found = finding_of(kind, (a, b), region, year, dimension, picture.sum("both", a, b, region))
            yield replace(found, unknown=picture.sum("both_unknown", a, b, region))
        elif kind == "stale":
            yield finding_of(kind, (a, b), region, year, dimension, _named_version(picture, a, b, region, dimension))
        elif kind == "conflict":
            yield finding_of(kind, (a, b), region, year, dimension, 2)


def _named_version(picture: Picture, a: str, b: str, region: str, programme: str) -> int:
    """The version that terms name though it is no longer current; the oldest where several do."""
    named = [
        party.version
        for alignment in picture.world.between(a, b, region, picture.period)
        for party in alignment.terms.parties
        if party.programme == programme and party.version != picture.world.definitions[programme].version
    ]
    return min(named, default=0)


def _gaps(picture: Picture) -> Iterator[Finding]:
    for key, value in picture.figures.items():
        if key.kind == "gap" and value > 0 and key.year == picture.period:
            found = finding_of("gap", (key.a,), key.region, key.year, key.b, value)
            yield replace(found, unknown=picture.figures.get(Key("gap_unknown", key.a, "", key.region, key.year), 0))


def _unnamed(picture: Picture) -> Iterator[Finding]:
    """Leading potentials that no programme open in their region names."""
    for kind, _, _, region, year, key in picture.clauses:
        if kind == "unnamed" and year == picture.period:
            yield unnamed(region, year, key, picture.world.definitions)


def _doubles(picture: Picture) -> Iterator[Finding]:
    for key, value in picture.figures.items():
        if key.kind != "double" or value <= 0 or key.year != picture.period:
            continue
        agreed = picture.world.aligned(key.a, key.b, key.region, key.year)
        allowed = [one.position for one in agreed if one.terms.persons.rule == "cumulative"]
        found = finding_of("double", (key.a, key.b), key.region, key.year, "person", 0 if allowed else value)
        yield replace(found, resolved=min(allowed, default=None))


def free(picture: Picture, programme: str, region: str) -> int | None:
    """Places neither held nor used, negative where more are than were set; None where none were ever set."""
    quota = picture.figures.get(Key("quota", programme, "", region, picture.period))
    if quota is None:
        return None
    gone = (picture.figures.get(Key(kind, programme, "", region, picture.period), 0) for kind in ("held", "used"))
    return quota - sum(gone)


def _places(picture: Picture) -> Iterator[Finding]:
    for key in picture.figures:
        if key.kind != "quota" or key.year != picture.period:
            continue
        left = free(picture, key.a, key.region)
        if left is not None and left < 0:
            yield finding_of("over-committed", (key.a,), key.region, key.year, "places", -left)
        if left is not None and left > 0 and _may_be_idle(picture, key):
            found = finding_of("idle", (key.a,), key.region, key.year, "places", left)
            yield replace(found, transferable=_transferable(picture, key, left))


def _touching(picture: Picture, programme: str, region: str) -> tuple[Alignment, ...]:
    """The alignments in force of a programme that reach a region on the picture's day."""
    return tuple(
        alignment
        for alignment in picture.world.alignments.values()
        if alignment.standing == "in_force"
        and alignment.terms.side_of(programme) is not None
        and alignment.terms.since <= _day(picture, programme) <= alignment.terms.until
        and any(touch(code, region) for code in alignment.terms.regions)
    )


def _day(picture: Picture, programme: str) -> date:
    return local_date(picture.at, picture.world.definitions[programme].calendar.zone)


def _may_be_idle(picture: Picture, cell: Key) -> bool:
    """True once the day is past from which terms call free places idle; at once where no terms say so."""
    return cell.a in picture.world.definitions and postponed(picture, cell.a, cell.region) is None


def postponed(picture: Picture, programme: str, region: str) -> int | None:
    """The position of the terms by which free places of a known programme are not idle yet; None where they may be."""
    told = [
        (alignment.terms.quota.idle_after, alignment.position)
        for alignment in _touching(picture, programme, region)
        if alignment.terms.quota.idle_after is not None
    ]
    if not told or min(day for day, _ in told) < _day(picture, programme):
        return None
    return min(position for _, position in told)


def _transferable(picture: Picture, cell: Key, idle: int) -> int:
    """Idle places that groups waiting elsewhere could use: they pass the profile, and terms leave room for it."""
    waiting = {
        key: value
        for key, value in picture.figures.items()
        if key.kind == "fitting"
        and key.a == cell.a
        and key.year == cell.year
        # Who waits for this very place is not elsewhere.
        and (key.b, key.region) != (cell.a, cell.region)
    }
    day, reached, usable = _day(picture, cell.a), set[Key](), 0
    for alignment in _touching(picture, cell.a, cell.region):
        terms, transfer = alignment.terms, alignment.terms.quota.transfer
        if transfer is None or day > transfer.until or not terms.reaches(cell.region, day):
            continue
        # Places move between the parties and within the regions of the terms, nowhere else.
        ours = {key for key in waiting if terms.side_of(key.b) is not None and terms.reaches(key.region, day)}
        reached |= ours
        room = max(transfer.cap - _transferred(picture, alignment.ref), 0)
        usable += min(room, sum(waiting[key] for key in ours))
    return min(idle, usable, sum(waiting[key] for key in reached))


def _transferred(picture: Picture, alignment: str) -> int:
    """Places of any year that were moved under an alignment and have not gone back."""
    return sum(value for key, value in picture.figures.items() if key.kind == "transferred" and key.a == alignment)


def _breaches(picture: Picture) -> Iterator[Finding]:
    """Groups in the hands of mentors who have more of them than terms allow, and groups visited less than they ask."""
    for key, value in picture.figures.items():
        if key.kind in BREACHES and value > 0 and key.year == picture.period:
            yield finding_of("breach", (key.a, key.b), key.region, key.year, BREACHES[key.kind], value)
