"""The feed for other agencies' systems: CloudEvents of their region and programmes, from a position on."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

from flask import Response
from msgspec import UNSET, Meta, Struct, UnsetType
from msgspec.structs import replace

from api.failures import in_query
from api.moments import check_reached
from api.operations import Call, Room
from api.paging import PageSize, Position
from api.presenting import json_reply
from api.problems import Problem
from api.shapes import ReleasedData, Sha256
from workflow.domain import sentences
from workflow.domain.refusal import Refused
from workflow.domain.releasing import INTEGRATOR, Withheld
from workflow.feed import FeedReader, Reach, Slice, reaches_of, unread
from workflow.projections.feed import Feed

room = Room("feed")
LOOK_AGAIN = 0.05
"""Seconds between two looks of a reader who waits."""
LONGEST_WAIT = 25


class FeedQuery(Struct, frozen=True, kw_only=True):
    after: Annotated[Position, Meta(description="The `position` of the last answer; 0 for all there ever was")] = 0
    programme: str | None = None
    limit: PageSize = 100
    wait: Annotated[int, Meta(ge=0, le=LONGEST_WAIT, description="Seconds to wait for an event, if there is none")] = 0


class ReleasedToYou(ReleasedData, frozen=True, kw_only=True):
    """What was released; where it was to your agency, with the values or why they are withheld."""

    terms: Sha256
    facts: dict[str, Any] | UnsetType = UNSET
    """As in the case, the fields and no others; those of an erased person read `erased`."""
    withheld: Withheld | UnsetType = UNSET


class Happened(Struct, frozen=True, kw_only=True):
    """What a CloudEvent of a case says."""

    ref: str
    programme: str
    region: str
    event: str
    action: str | None
    state: str
    phase: str
    round: int
    ended: bool
    due: str | None
    office: str | None
    version: int
    position: int
    imported: bool
    released: ReleasedToYou | UnsetType = UNSET
    """Of `DataReleased`."""
    release: int | UnsetType = UNSET
    """Of `DeletionConfirmed`: the position of the release."""


class CloudEvent(Struct, frozen=True, kw_only=True):
    """CloudEvents 1.0. `source` and `id` together name the event for ever."""

    specversion: str
    id: str
    source: str
    type: str
    subject: str
    time: str
    datacontenttype: str
    data: Happened


class FeedPage(Struct, frozen=True, kw_only=True):
    items: list[CloudEvent]
    position: int
    """Ask on `after` this one."""


@room("GET", "/feed", {200: FeedPage}, query=FeedQuery, refuses=(403,))
def read_feed(call: Call) -> Response:
    """Events of cases that your agency's system may read, oldest first; `wait` holds the answer until there is one."""
    reaches = reaches_for(call)
    _check_programme(call, reaches)
    check_reached(call, call.query.after, "after", "feed-beyond")
    found = _read(call, reaches)
    if not found.items and call.query.wait:
        with call.limits.waiting():
            found = _waited(call, reaches)
    return json_reply({"items": found.items, "position": found.position})


def reaches_for(call: Call) -> tuple[Reach, ...]:
    """What the caller may read. Raises Refused where that is nothing."""
    found = reaches_of(call.engine.directory.current(), call.engine.registry, call.who, datetime.now(UTC))
    if not found:
        raise Refused((sentences.no_role((), (INTEGRATOR,), ()),))
    return found


def check_owned(call: Call, reaches: Sequence[Reach], programmes: Sequence[str], pointer: str | None = None) -> None:
    """`pointer`: of the list that names them. Raises Refused where the caller would never get anything of one."""
    engine = call.engine
    refusals = [
        replace(refusal, pointer=pointer and f"{pointer}/{index}")
        for index, name in enumerate(programmes)
        for refusal in unread(
            engine.registry, engine.alignments.current(), engine.directory.current().titles, reaches, name
        )
    ]
    if refusals:
        raise Refused(tuple(refusals))


def _check_programme(call: Call, reaches: Sequence[Reach]) -> None:
    """A misspelt name would be answered with nothing for ever, as would another agency's. Raises Problem, Refused."""
    name = call.query.programme
    if name and all(one.programme != name for one in call.engine.registry.programmes()):
        said = in_query("programme", "Program itu tidak dikenal", "There is no such programme")
        raise Problem("invalid", errors=[said])
    check_owned(call, reaches, [name] if name else ())


def _read(call: Call, reaches: Sequence[Reach]) -> Slice:
    wanted = [call.query.programme] if call.query.programme else None
    return FeedReader(call.engine.pool, call.engine.released).after(
        call.query.after, reaches, call.query.limit, programmes=wanted
    )


def _waited(call: Call, reaches: Sequence[Reach]) -> Slice:
    """What comes within the time asked for; the read model is brought level by whoever waits for it."""
    runner, end = call.read_models.runner, time.monotonic() + call.query.wait
    while True:
        runner.catch_up(Feed.name, max(0.0, end - time.monotonic()))
        found = _read(call, reaches)
        if found.items or time.monotonic() >= end:
            return found
        time.sleep(LOOK_AGAIN)
