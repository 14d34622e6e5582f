"""Harmonisation: places and groups by programme and region, and what is not in tune, as of any moment."""

from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import urlencode

from flask import Response
from msgspec import Meta, Struct

from api.auth import ZONE
from api.lists import sight_of, wait_for
from api.moments import AsOf, as_of, check_reached
from api.operations import PREFIX, Call, Room
from api.paging import Position, link_next
from api.presenting import json_reply
from api.problems import Problem
from api.shapes import Moment
from workflow.domain.calendar import local_date
from workflow.domain.findings.comparing import touch
from workflow.domain.findings.figures import Key
from workflow.domain.findings.finding import Finding, Picture
from workflow.domain.findings.finding_rules import findings, free
from workflow.domain.findings.parts import ClausePart, clauses_of, keys_of
from workflow.domain.findings.sentences import HOW, said
from workflow.domain.regions import covers
from workflow.domain.words import Text
from workflow.projections.harmonised import NAME
from workflow.projections.items import ListSight

room = Room("harmonisation")
COUNTED = ("groups", "waiting", "held", "used")
PAGE = 200

Region = Annotated[str, Meta(pattern=r"^[1-9][0-9](\.[0-9]{2})?$", description="Kemendagri code: 72, or 72.71")]
Year = Annotated[int, Meta(ge=2000, le=2100, description="Year of the places; this year unless given")]


class HarmonisationQuery(Struct, frozen=True, kw_only=True):
    region: Region | None = None
    period: Year | None = None
    as_of: AsOf | None = None
    at_least: Position | None = None


class CasesQuery(HarmonisationQuery, frozen=True, kw_only=True):
    cursor: Annotated[str, Meta(max_length=100, description="The last reference of the page before")] = ""


class MatrixCell(Struct, frozen=True, kw_only=True):
    programme: str
    region: str
    quota: int | None
    """null where no places were set."""
    held: int
    """Places of running cases."""
    used: int
    """Places that ended cases keep."""
    waiting: int
    """Groups that wait for a place."""
    groups: int
    """All that ever proposed."""
    free: int | None
    """`quota` less `held` and `used`; negative where more are in use than were set."""
    made_of: dict[str, str]
    """Figure to the address of its cases."""


class FindingShape(Struct, frozen=True, kw_only=True):
    id: str
    kind: str
    parties: list[str]
    region: str
    period: int
    dimension: str
    figure: int
    unit: str
    """What the figure counts: groups, persons, places, cases, clauses; `version` names one."""
    unknown: int
    """Groups of which it cannot be told: a fact is missing or erased."""
    transferable: int | None
    say: Text
    how: Text
    cases: str | None
    """Address of the cases it is made of."""
    clauses: list[ClausePart]


class HarmonisationShape(Struct, frozen=True, kw_only=True):
    period: int
    region: str | None
    as_of: str | None
    at: Moment
    matrix: list[MatrixCell]
    findings: list[FindingShape]
    position: int


class CaseRefs(Struct, frozen=True, kw_only=True):
    items: list[str]
    """References of cases that the caller may see."""
    position: int


class Asked(Struct, frozen=True):
    """What was asked for, as the projection has it."""

    picture: Picture
    position: int
    sight: ListSight
    when: datetime | int | None


@room("GET", "/harmonisation", {200: HarmonisationShape}, query=HarmonisationQuery)
def read_harmonisation(call: Call) -> Response:
    """Programmes by region with places and groups, and every finding, for who may see them."""
    query: HarmonisationQuery = call.query
    asked = ask(call, query)
    shape = HarmonisationShape(
        period=asked.picture.period,
        region=query.region,
        as_of=query.as_of,
        at=asked.picture.at,
        matrix=matrix(asked, query),
        findings=[_shown(asked, query, one) for one in seen(asked, query.region)],
        position=asked.position,
    )
    return json_reply(shape)


@room("GET", "/harmonisation/figures/<figure>/<programme>", {200: CaseRefs}, query=CasesQuery, headers=("Link",))
def list_cases_of_figure(call: Call, figure: str, programme: str) -> Response:
    """The cases that a figure of the matrix is made of, in pages."""
    query: CasesQuery = call.query
    asked = ask(call, query)
    if figure not in COUNTED:
        raise Problem("not-found")
    keys = [
        key
        for key in sorted(asked.picture.figures)
        if key[:2] == (figure, programme)
        and key.year == asked.picture.period
        and may_see(asked.sight, programme, key.region)
        and (query.region is None or covers(query.region, key.region))
    ]
    return _refs(call, asked, keys)


@room("GET", "/findings/<id>/cases", {200: CaseRefs}, query=CasesQuery, headers=("Link",))
def list_cases_of_finding(call: Call, id: str) -> Response:
    """The cases that a finding is made of, in pages, so far as the caller may see them."""
    query: CasesQuery = call.query
    asked = ask(call, query)
    found = next((one for one in seen(asked, query.region) if one.id == id), None)
    if found is None:
        raise Problem("not-found")
    return _refs(call, asked, keys_of(asked.picture, found))


def ask(call: Call, query: HarmonisationQuery) -> Asked:
    """Raises Problem 422 for an as_of that cannot be, NotCaughtUp."""
    when = None if query.as_of is None else as_of(query.as_of)
    if isinstance(when, int):
        check_reached(call, when, "as_of")
        wait_for(call, NAME, when)
    wait_for(call, NAME, query.at_least)
    moment = when if isinstance(when, datetime) else datetime.now(UTC)
    period = query.period or local_date(moment, ZONE).year
    told = call.read_models.harmonised.told(period, moment, when)
    return Asked(told.picture, told.position, sight_of(call), when)


def may_see(sight: ListSight, programme: str, region: str) -> bool:
    """True for an office of the programme over the region; who reads all of a programme sees it everywhere."""
    return any(covers(area.region, region) and programme in (area.programmes or ()) for area in sight.areas)


def seen(asked: Asked, region: str | None) -> list[Finding]:
    """The findings of a region, of which the caller has an office of one of the parties there."""
    return [
        one
        for one in findings(asked.picture)
        if (region is None or touch(region, one.region))
        and any(
            touch(area.region, one.region) and set(one.parties) & set(area.programmes or ())
            for area in asked.sight.areas
        )
    ]


def matrix(asked: Asked, query: HarmonisationQuery) -> list[MatrixCell]:
    picture = asked.picture
    cells = {
        (key.a, key.region)
        for key in picture.figures
        if key.kind in (*COUNTED, "quota") and key.year == picture.period and key.region
    }
    return [
        _cell(asked, query, programme, region)
        for programme, region in sorted(cells)
        if (query.region is None or covers(query.region, region)) and may_see(asked.sight, programme, region)
    ]


def _cell(asked: Asked, query: HarmonisationQuery, programme: str, region: str) -> MatrixCell:
    picture = asked.picture

    def of(kind: str) -> int:
        return picture.figures.get(Key(kind, programme, "", region, picture.period), 0)

    return MatrixCell(
        programme=programme,
        region=region,
        quota=picture.figures.get(Key("quota", programme, "", region, picture.period)),
        held=of("held"),
        used=of("used"),
        waiting=of("waiting"),
        groups=of("groups"),
        free=free(picture, programme, region),
        made_of={
            kind: _address(f"/harmonisation/figures/{kind}/{programme}", asked, query.as_of, region) for kind in COUNTED
        },
    )


def _address(path: str, asked: Asked, when: str | None, region: str) -> str:
    parts = {"region": region, "period": asked.picture.period, **({"as_of": when} if when else {})}
    return f"{PREFIX}{path}?{urlencode(parts)}"


def _shown(asked: Asked, query: HarmonisationQuery, finding: Finding) -> FindingShape:
    opens = bool(keys_of(asked.picture, finding))
    return FindingShape(
        id=finding.id,
        kind=finding.kind,
        parties=list(finding.parties),
        region=finding.region,
        period=finding.period,
        dimension=finding.dimension,
        figure=finding.figure,
        unit=finding.unit,
        unknown=finding.unknown,
        transferable=finding.transferable,
        say=said(finding),
        how=HOW[finding.kind],
        cases=_address(f"/findings/{finding.id}/cases", asked, query.as_of, finding.region) if opens else None,
        clauses=list(clauses_of(asked.picture, finding)),
    )


def _refs(call: Call, asked: Asked, keys: list[Key] | tuple[Key, ...]) -> Response:
    query: CasesQuery = call.query
    part = call.read_models.harmonised.made_of(keys, asked.when, query.cursor, PAGE)
    items = [one.ref for one in part.cases if may_see(asked.sight, one.programme, one.region)]
    reply = json_reply(CaseRefs(items=items, position=asked.position))
    link_next(call.request, reply, part.next)
    return reply
