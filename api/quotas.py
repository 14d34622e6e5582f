"""Places of a programme: the account of each quota as of now or then, who stands behind a figure, and the queue."""

from datetime import datetime
from typing import Annotated, Literal
from urllib.parse import urlencode

from flask import Response
from msgspec import Meta, Struct

from api.lists import sight_of, wait_for
from api.moments import AsOf, as_of, check_reached
from api.operations import PREFIX, Call, Room
from api.paging import Position
from api.presenting import json_reply
from api.problems import Problem
from api.shapes import Moment
from workflow.domain.regions import covers
from workflow.domain.words import Text
from workflow.projections.accounts import Account, Behind
from workflow.projections.items import ListSight
from workflow.projections.places import Places

room = Room("places")

Region = Annotated[str, Meta(max_length=13, description="A region's code: those under it")]
Year = Annotated[int, Meta(ge=2000, le=2100)]


class AccountQuery(Struct, frozen=True, kw_only=True):
    region: Region | None = None
    year: Year | None = None
    as_of: AsOf | None = None
    at_least: Position | None = None


class BehindQuery(AccountQuery, frozen=True, kw_only=True):
    standing: Literal["held", "used", "waiting"]


class QueueQuery(Struct, frozen=True, kw_only=True):
    region: Region | None = None
    year: Year | None = None
    at_least: Position | None = None


class Figures(Struct, frozen=True, kw_only=True):
    """Addresses of the cases behind each figure."""

    held: str
    used: str
    waiting: str


class AccountItem(Struct, frozen=True, kw_only=True):
    """quota = held + used + free - excess, and quota = allotted + moved."""

    region: str
    year: int
    quota: int
    allotted: int | None
    """As last set; null: only transfers brought places."""
    moved: int
    """By transfers: what came less what left."""
    held: int
    """By running cases."""
    used: int
    """Kept by cases that ended."""
    waiting: int
    """Groups in the queue."""
    free: int
    excess: int
    """Held or used beyond a quota that was lowered: nobody is evicted, nobody comes in."""
    cases: Figures


class AccountList(Struct, frozen=True, kw_only=True):
    items: list[AccountItem]
    position: int


class BehindItem(Struct, frozen=True, kw_only=True):
    ref: str
    region: str
    year: int
    since: int
    """Position at which it began to."""
    at: Moment


class BehindList(Struct, frozen=True, kw_only=True):
    items: list[BehindItem]
    hidden: int
    """How many more there are that are not yours to know of."""
    position: int


class QueueItem(Struct, frozen=True, kw_only=True):
    place: int
    """From 1: the next one to be taken up."""
    of: int
    ref: str | None
    """null where the case is not yours to know of."""
    region: str
    year: int
    claim: str
    waits_for: Text
    """What it lacks, in the definition's words."""
    since: int
    at: Moment


class QueueList(Struct, frozen=True, kw_only=True):
    items: list[QueueItem]
    position: int


@room("GET", "/programmes/<programme>/quotas", {200: AccountList}, query=AccountQuery)
def list_quotas(call: Call, programme: str) -> Response:
    """The account of each quota: places, held, used, waiting, free; `as_of` a position or a moment."""
    query: AccountQuery = call.query
    _known(call, programme)
    when = _as_of(call, query)
    found, position = call.read_models.accounts.accounts(programme, query.region, query.year, when)
    items = [_account(one, position if when is None else when) for one in found]
    return json_reply(AccountList(items=items, position=position))


@room("GET", "/programmes/<programme>/quotas/cases", {200: BehindList}, query=BehindQuery)
def list_quota_cases(call: Call, programme: str) -> Response:
    """The cases behind a figure of the account, as far as they are yours to know of."""
    query: BehindQuery = call.query
    _known(call, programme)
    when = _as_of(call, query)
    found, position = call.read_models.accounts.behind(programme, query.standing, query.region, query.year, when)
    sight = sight_of(call)
    seen = [
        BehindItem(ref=one.ref, region=one.region, year=one.year, since=one.since, at=one.since_at)
        for one in found
        if _may_see(sight, one)
    ]
    return json_reply(BehindList(items=seen, hidden=len(found) - len(seen), position=position))


@room("GET", "/programmes/<programme>/queue", {200: QueueList}, query=QueueQuery)
def list_queue(call: Call, programme: str) -> Response:
    """Who waits for a place, in the order in which they are taken up."""
    query: QueueQuery = call.query
    known = _known(call, programme)
    wait_for(call, Places.name, query.at_least)
    found, position = call.read_models.accounts.behind(programme, "waiting", query.region, query.year)
    claims = call.engine.registry.definition(known).claims
    sight = sight_of(call)
    queues: dict[str, list[Behind]] = {}
    for one in found:
        queues.setdefault(one.key, []).append(one)
    items = [
        QueueItem(
            place=place,
            of=len(queue),
            ref=one.ref if _may_see(sight, one) else None,
            region=one.region,
            year=one.year,
            claim=one.claim,
            waits_for=claims[one.claim].say if one.claim in claims else Text(one.claim, one.claim),
            since=one.since,
            at=one.since_at,
        )
        for queue in queues.values()
        for place, one in enumerate(queue, start=1)
    ]
    return json_reply(QueueList(items=items, position=position))


def _known(call: Call, name: str) -> str:
    """The hash of the programme's present definition. Raises Problem 404."""
    programme = call.engine.registry.current(name)
    if programme is None or programme.current_hash is None:
        raise Problem("not-found")
    return programme.current_hash


def _as_of(call: Call, query: AccountQuery) -> datetime | int | None:
    """The position or moment asked for, once the account has read that far."""
    when = None if query.as_of is None else as_of(query.as_of)
    if isinstance(when, int):
        check_reached(call, when, "as_of")
        wait_for(call, Places.name, when)
    wait_for(call, Places.name, query.at_least)
    return when


def _account(found: Account, when: datetime | int) -> AccountItem:
    def address(standing: str) -> str:
        moment = when if isinstance(when, int) else when.isoformat().replace("+00:00", "Z")
        asked = urlencode({"standing": standing, "region": found.region, "year": found.year, "as_of": moment})
        return f"{PREFIX}/programmes/{found.programme}/quotas/cases?{asked}"

    return AccountItem(
        region=found.region,
        year=found.year,
        quota=found.quota,
        allotted=found.allotted,
        moved=found.moved,
        held=found.held,
        used=found.used,
        waiting=found.waiting,
        free=found.free,
        excess=found.excess,
        cases=Figures(held=address("held"), used=address("used"), waiting=address("waiting")),
    )


def _may_see(sight: ListSight, one: Behind) -> bool:
    if sight.applicant is not None and sight.applicant == one.applicant:
        return True
    return any(
        covers(area.region, one.region) and (area.programmes is None or one.programme in area.programmes)
        for area in sight.areas
    )
