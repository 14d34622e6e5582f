"""Alignments: which terms stand where, who signed them, how they became so, and what one version changed."""

from datetime import UTC, datetime
from typing import Annotated

import msgspec
from flask import Response
from msgspec import Meta, Struct

from api.failures import in_query
from api.moments import AsOf, as_of, check_reached
from api.operations import Call, Room
from api.presenting import json_reply
from api.problems import Problem
from api.shapes import Moment, Sha256
from workflow.alignment_readers import may_read
from workflow.alignments import Version
from workflow.casework import NoSuchCase
from workflow.domain.alignments import Alignment, AlignmentChanged, Alignments, Standing
from workflow.domain.events import ActionTaken
from workflow.domain.evolve import fold
from workflow.domain.regions import covers
from workflow.domain.terms import Terms
from workflow.domain.terms_difference import Difference, difference
from workflow.evidence.replay import until

room = Room("alignments")

Number = Annotated[int, Meta(ge=1, description="A version's number, or a position of the log from which it stood")]

Region = Annotated[str, Meta(max_length=13, description="Kemendagri code: terms that reach it or part of it")]


class AlignmentsQuery(Struct, frozen=True, kw_only=True):
    programme: str | None = None
    region: Region | None = None
    standing: Standing | None = None
    as_of: AsOf | None = None


class AlignmentQuery(Struct, frozen=True, kw_only=True):
    as_of: AsOf | None = None


class DifferenceQuery(Struct, frozen=True, kw_only=True):
    from_: Number | None = msgspec.field(default=None, name="from")
    to: Number | None = None


class AlignmentItem(Struct, frozen=True, kw_only=True):
    ref: str
    standing: Standing
    programmes: list[str]
    """Of the first and the second party."""
    regions: list[str]
    since: str
    until: str
    terms_hash: Sha256
    changed: Moment
    position: int
    """Of the event that made it so."""
    reason: str | None
    letter: str | None
    """SHA-256 of the document that says so."""


class AlignmentList(Struct, frozen=True, kw_only=True):
    items: list[AlignmentItem]
    position: int


class TermsVersion(Struct, frozen=True, kw_only=True):
    number: int
    position: int
    at: Moment
    terms_hash: Sha256


class Signature(Struct, frozen=True, kw_only=True):
    side: str
    by: str
    office: str | None
    on_behalf_of: str | None
    at: Moment
    position: int
    terms_hash: str
    stands: bool
    """False once the terms were changed."""


class StoodAs(Struct, frozen=True, kw_only=True):
    """What was said of the alignment at one time."""

    position: int
    at: Moment
    standing: Standing
    terms_hash: Sha256
    reason: str | None
    letter: str | None


class AlignmentShape(AlignmentItem, frozen=True, kw_only=True):
    terms: Terms
    versions: list[TermsVersion]
    signatures: list[Signature]
    history: list[StoodAs]


class DifferenceShape(Struct, frozen=True, kw_only=True):
    """Each clause that was added, changed or removed from one version to the other."""

    from_: TermsVersion = msgspec.field(name="from")
    to: TermsVersion
    items: list[Difference]


@room("GET", "/alignments", {200: AlignmentList}, query=AlignmentsQuery)
def list_alignments(call: Call) -> Response:
    """The alignments that you may read, as they stand or stood, by reference."""
    query: AlignmentsQuery = call.query
    known, position = _as_of(call, query.as_of)
    items = [
        _item(one)
        for _, one in sorted(known.known.items())
        if (query.programme is None or one.terms.side_of(query.programme) is not None)
        and (query.standing is None or one.standing == query.standing)
        and (query.region is None or _meets(one, query.region))
        and _may_read(call, one)
    ]
    return json_reply(AlignmentList(items=items, position=position))


@room("GET", "/alignments/<ref>", {200: AlignmentShape}, query=AlignmentQuery)
def read_alignment(call: Call, ref: str) -> Response:
    """One alignment: its terms, who signed them when, its versions, how it came to stand so."""
    _readable(call, ref)
    known, _ = _as_of(call, call.query.as_of)
    one = known.known.get(ref)
    if one is None:
        raise Problem("not-yet")
    events = [event for event in call.engine.alignments.events(ref) if event.position <= one.position]
    history = [(event, event.body) for event in events if isinstance(event.body, AlignmentChanged)]
    shape = AlignmentShape(
        **msgspec.structs.asdict(_item(one)),
        terms=one.terms,
        versions=[_version(v) for v in call.engine.alignments.versions(ref) if v.position <= one.position],
        signatures=_signatures(call, ref),
        history=[
            StoodAs(
                position=event.position,
                at=event.at.astimezone(UTC),
                standing=body.standing,
                terms_hash=body.hash,
                reason=body.reason,
                letter=body.letter,
            )
            for event, body in history
        ],
    )
    return json_reply(shape)


@room("GET", "/alignments/<ref>/difference", {200: DifferenceShape}, query=DifferenceQuery)
def read_difference(call: Call, ref: str) -> Response:
    """What changed from one version of the terms to another, clause by clause; by default in the last one."""
    _readable(call, ref)
    versions = call.engine.alignments.versions(ref)
    query: DifferenceQuery = call.query
    to = _named(versions, query.to, "to") if query.to is not None else versions[-1]
    before = max(to.number - 1, 1)
    from_ = _named(versions, query.from_, "from") if query.from_ is not None else versions[before - 1]
    items = difference(from_.terms, to.terms, call.engine.alignments.names_of)
    return json_reply(DifferenceShape(from_=_version(from_), to=_version(to), items=list(items)))


def _as_of(call: Call, given: str | None) -> tuple[Alignments, int]:
    """All alignments at a moment or position, or now, and the position of the log that they are level with."""
    head = call.engine.log.head()
    if given is None:
        return call.engine.alignments.current(), head
    when = as_of(given)
    if isinstance(when, int):
        check_reached(call, when, "as_of")
    found = call.engine.alignments.as_of(when)
    return found, when if isinstance(when, int) else max((one.position for one in found.known.values()), default=0)


def _meets(one: Alignment, region: str) -> bool:
    return any(covers(own, region) or covers(region, own) for own in one.terms.regions)


def _may_read(call: Call, one: Alignment) -> bool:
    engine = call.engine
    case, definition = engine.casework.case(one.ref)
    if engine.reading.sight(case, definition, call.who) is not None:
        return True
    return may_read(engine.registry, engine.directory.current(), call.who, one.terms, datetime.now(UTC))


def _readable(call: Call, ref: str) -> Alignment:
    """The alignment as it stands. Raises NoSuchCase, the same whether it is not there or not theirs."""
    one = call.engine.alignments.current().known.get(ref)
    if one is None or not _may_read(call, one):
        raise NoSuchCase
    return one


def _item(one: Alignment) -> AlignmentItem:
    return AlignmentItem(
        ref=one.ref,
        standing=one.standing,
        programmes=[party.programme for party in one.terms.parties],
        regions=list(one.terms.regions),
        since=one.terms.since.isoformat(),
        until=one.terms.until.isoformat(),
        terms_hash=one.hash,
        changed=one.changed.astimezone(UTC),
        position=one.position,
        reason=one.reason,
        letter=one.letter,
    )


def _version(version: Version) -> TermsVersion:
    return TermsVersion(
        number=version.number, position=version.position, at=version.at.astimezone(UTC), terms_hash=version.hash
    )


def _named(versions: tuple[Version, ...], number: int, field: str) -> Version:
    """The version of a number, or the one that stood at a position. Raises Problem 422."""
    if number <= len(versions):
        return versions[number - 1]
    stood = [version for version in versions if version.position <= number]
    if stood:
        return stood[-1]
    raise Problem(
        "invalid",
        errors=[
            in_query(
                field,
                f"{field} mendahului versi pertama; ada versi 1 sampai {len(versions)}",
                f"{field} is before the first version; there are versions 1 to {len(versions)}",
            )
        ],
    )


def _signatures(call: Call, ref: str) -> list[Signature]:
    """Every signature in order, and whether it stands, or stood as of the past that is asked for."""
    casework, given = call.engine.casework, call.query.as_of
    case, definition = casework.case(ref)
    events = casework.history(ref)
    if given is not None:
        events = list(until(events, as_of(given)))
        case = fold(events)
    assert definition.alignment is not None
    signed = [(event, event.body) for event in events if isinstance(event.body, ActionTaken) and event.body.terms]
    return [
        Signature(
            side=definition.alignment.signs[body.action],
            by=event.actor,
            office=event.office,
            on_behalf_of=event.on_behalf_of,
            at=event.at.astimezone(UTC),
            position=event.position,
            terms_hash=body.terms or "",
            stands=case.takings[body.action].position == event.position and not case.takings[body.action].void,
        )
        for event, body in signed
    ]
