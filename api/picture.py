"""Harmonisation's picture as a caller may see it: which year and moment, whose programmes and regions."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import urlencode

from flask import Response
from msgspec import Meta, Struct
from msgspec.structs import replace

from api.failures import in_query
from api.lists import sight_of, wait_for
from api.moments import AsOf, as_of, check_reached
from api.operations import PREFIX, Call
from api.paging import Position, link_next
from api.presenting import json_reply
from api.problems import Problem
from workflow.domain.calendar import HOME_ZONE, local_date
from workflow.domain.findings.about import Names
from workflow.domain.findings.comparing import touch
from workflow.domain.findings.figures import Key
from workflow.domain.findings.finding import Finding, Picture
from workflow.domain.findings.finding_rules import findings
from workflow.domain.regions import covers
from workflow.domain.words import Text
from workflow.projections.harmonised import NAME
from workflow.projections.items import ListSight
from workflow.projections.moments import moment_of
from workflow.projections.outcome_lists import NAME as OUTCOMES
from workflow.projections.places import Places
from workflow.regions import regions

PAGE = 200
READ = (NAME, Places.name, OUTCOMES)
"""The read models that a picture is made of."""
Region = Annotated[str, Meta(pattern=r"^[1-9][0-9](\.[0-9]{2})?$", description="Kemendagri code: 72, or 72.71")]
Year = Annotated[int, Meta(ge=2000, le=2100, description="Year of the places; this year unless given")]


class MomentQuery(Struct, frozen=True, kw_only=True):
    as_of: AsOf | None = None
    at_least: Position | None = None


class HarmonisationQuery(MomentQuery, frozen=True, kw_only=True):
    region: Region | None = None
    period: Year | None = None


class CasesQuery(HarmonisationQuery, frozen=True, kw_only=True):
    cursor: Annotated[str, Meta(max_length=100, description="The last reference of the page before")] = ""


class CaseRefs(Struct, frozen=True, kw_only=True):
    items: list[str]
    """References of cases that the caller may see."""
    hidden: int
    """How many more there are, on all pages together, that are not yours to know of."""
    position: int


class MemberItem(Struct, frozen=True, kw_only=True):
    pointer: str
    """JSON Pointer into the case's facts."""
    name: str | None
    """null where personal values are not yours to read."""


class CaseMembers(Struct, frozen=True, kw_only=True):
    ref: str
    members: list[MemberItem]
    """Empty where whom it is about is no longer in the facts: the case's next action lets go of them."""


class CaseMemberList(Struct, frozen=True, kw_only=True):
    items: list[CaseMembers]
    hidden: int
    """How many more cases there are, on all pages together, that are not yours to know of."""
    position: int


class Asked(Struct, frozen=True, kw_only=True):
    """What was asked for, as the projection has it."""

    picture: Picture
    position: int
    sight: ListSight
    when: datetime | int | None
    """None: now."""
    said: str | None
    """`when` as the caller wrote it."""
    agencies: Mapping[str, Text]
    """Agency to what it was called then."""


def ask(call: Call, query: HarmonisationQuery) -> Asked:
    """The picture of the year asked for. Raises Problem 422 for what cannot be asked, NotCaughtUp."""
    check_region(query.region)
    when = moment(call, query)
    return picture_of(call, query.period or local_date(day_of(call, when), HOME_ZONE).year, when, query.as_of)


def day_of(call: Call, when: datetime | int | None) -> datetime:
    """The moment whose day counts: that of a position stays the same however late somebody asks."""
    if isinstance(when, int):
        return moment_of(when, call.engine.log, call.read_models.outcomes)
    return when or datetime.now(UTC)


def moment(call: Call, query: MomentQuery) -> datetime | int | None:
    """The moment asked for, once the projection has come so far. Raises Problem 422, NotCaughtUp."""
    when = None if query.as_of is None else as_of(query.as_of)
    if isinstance(when, int):
        check_reached(call, when, "as_of")
        reach(call, when)
    reach(call, query.at_least)
    return when


def reach(call: Call, position: int | None) -> None:
    """Return once all that a picture is made of holds every event up to a position. Raises NotCaughtUp."""
    for name in READ:
        wait_for(call, name, position)


def picture_of(call: Call, period: int, when: datetime | int | None = None, said: str | None = None) -> Asked:
    told = call.read_models.harmonised.told(period, day_of(call, when), when)
    listed = call.engine.potentials.current() if when is None else call.engine.potentials.as_of(when)
    picture = replace(told.picture, potentials=listed.of(""))
    position = when if isinstance(when, int) else told.position
    directory = call.engine.directory.current() if when is None else call.engine.directory.as_of(when)
    return Asked(
        picture=picture, position=position, sight=sight_of(call), when=when, said=said, agencies=directory.titles
    )


def check_region(region: str | None) -> None:
    """Raises Problem 422 for a code that is not and never was a region's."""
    known = regions()
    if region is None or region in known.names or region in known.succeeded:
        return
    said = in_query(
        "region",
        f"Tidak ada wilayah dengan kode {region}; lihat kode Kemendagri",
        f"There is no region with the code {region}; see the Kemendagri codes",
    )
    raise Problem("invalid", errors=[said])


def may_see(sight: ListSight, programme: str, region: str) -> bool:
    """True for an office of the programme over the region; who reads all of a programme sees it everywhere."""
    return any(covers(area.region, region) and programme in (area.programmes or ()) for area in sight.areas)


def may_compare(sight: ListSight, region: str) -> bool:
    """True for an office of any programme over the region: figures hold nothing personal, and stand side by side."""
    return any(covers(area.region, region) and area.programmes for area in sight.areas)


def seen(asked: Asked, region: str | None) -> tuple[list[Finding], int]:
    """The findings of a region that lie in the region of an office of the caller, or around it; how many more are."""
    there = [one for one in findings(asked.picture) if regions().within(region, one.region)]
    shown = [one for one in there if shown_to(asked.sight, one)]
    return shown, len(there) - len(shown)


def shown_to(sight: ListSight, finding: Finding) -> bool:
    return any(touch(area.region, finding.region) and area.programmes for area in sight.areas)


def names_in(asked: Asked) -> Names:
    """Where the words of findings come from."""
    picture = asked.picture
    return Names(world=picture.world, place=regions().name, potentials=picture.potentials, agencies=asked.agencies)


def address(path: str, asked: Asked, region: str) -> str:
    """Where something of this picture is, as of the same moment."""
    parts = {"region": region, "period": asked.picture.period, **({"as_of": asked.said} if asked.said else {})}
    return f"{PREFIX}{path}?{urlencode(parts)}"


def places_address(asked: Asked, programme: str, region: str, standing: str) -> str:
    """Where the cases are that hold, use or wait for places."""
    parts = {
        "standing": standing,
        "region": region,
        "year": asked.picture.period,
        "as_of": asked.said or asked.position,
    }
    return f"{PREFIX}/programmes/{programme}/quotas/cases?{urlencode(parts)}"


def in_use(call: Call, asked: Asked, finding: Finding) -> Response:
    """The cases that hold or use the places of a finding, so far as the caller may see them, in pages."""
    programme, after = finding.parties[0], call.query.cursor
    behind = [
        one
        for standing in ("held", "used")
        for one in call.read_models.accounts.behind(
            programme, standing, finding.region, finding.period, asked.position if asked.when is None else asked.when
        )[0]
    ]
    ours = {one.ref for one in behind if may_see(asked.sight, one.programme, one.region)}
    found = sorted(ref for ref in ours if ref > after)
    hidden = len({one.ref for one in behind} - ours)
    reply = json_reply(CaseRefs(items=found[:PAGE], hidden=hidden, position=asked.position))
    link_next(call.request, reply, found[PAGE - 1] if len(found) > PAGE else None)
    return reply


def refs(call: Call, asked: Asked, keys: Sequence[Key]) -> Response:
    """The cases that count in one of the figures, so far as the caller may see them, in pages."""
    part = call.read_models.harmonised.made_of(keys, asked.when, call.query.cursor, PAGE)
    items = [one.ref for one in part.cases if may_see(asked.sight, one.programme, one.region)]
    reply = json_reply(CaseRefs(items=items, hidden=_hidden(call, asked, keys), position=asked.position))
    link_next(call.request, reply, part.next)
    return reply


def members(call: Call, asked: Asked, keys: Sequence[Key], persons: Sequence[Key]) -> Response:
    """The cases as `refs` gives them, and which of their members count in figures of persons.

    Nothing is said of where else a person is: that is told by the other case, to who may see it.
    """
    models = call.read_models.harmonised
    part, doubled = models.made_of(keys, asked.when, call.query.cursor, PAGE), models.persons(persons, asked.when)
    items = []
    for ref in (one.ref for one in part.cases if may_see(asked.sight, one.programme, one.region)):
        case, definition = call.engine.casework.case(ref)
        sight = call.engine.reading.sight(case, definition, call.who)
        then = case if asked.when is None else call.engine.casework.as_of(ref, asked.when)
        if sight is not None and then is not None:
            known = call.engine.reading.members(then, definition, sight, doubled)
            told = [MemberItem(pointer=pointer, name=name) for pointer, name in known]
            items.append(CaseMembers(ref=ref, members=told))
    reply = json_reply(CaseMemberList(items=items, hidden=_hidden(call, asked, keys), position=asked.position))
    link_next(call.request, reply, part.next)
    return reply


def _hidden(call: Call, asked: Asked, keys: Sequence[Key]) -> int:
    """How many cases count in the figures that the caller may not see."""
    return sum(
        one.cases
        for one in call.read_models.harmonised.spread(keys, asked.when)
        if not may_see(asked.sight, one.programme, one.region)
    )
