"""Cases: opening one, reading one (also as it stood), listing and searching."""

from datetime import datetime
from typing import Annotated

from flask import Response
from msgspec import Meta, Struct

from api.commands import ask
from api.lists import sight_of, wait_for
from api.moments import AsOf, as_of, check_reached
from api.operations import PREFIX, Call, Room
from api.paging import Cursor, PageSize, Position, link_next
from api.presenting import answer_reply, case_reply, json_reply, seen_case
from api.problems import Problem
from api.shapes import CaseShape
from workflow.asks import OpenAsk
from workflow.domain.case import Case
from workflow.projections.items import CaseItem, Filters

room = Room("cases")


class CaseQuery(Struct, frozen=True, kw_only=True):
    as_of: AsOf | None = None
    at_least: Position | None = None


class CasesQuery(Struct, frozen=True, kw_only=True):
    programme: str | None = None
    state: str | None = None
    phase: str | None = None
    region: str | None = None
    q: Annotated[str, Meta(max_length=100, description="Words in the group's name or the reference")] | None = None
    imported: bool | None = None
    ended: bool | None = None
    sort: Annotated[str, Meta(description="opened, entered, changed, due, waited; a minus turns it")] = "-opened"
    cursor: Cursor | None = None
    limit: PageSize = 50
    at_least: Position | None = None


class CaseList(Struct, frozen=True, kw_only=True):
    items: list[CaseItem]
    position: int


@room(
    "POST",
    "/cases",
    {201: CaseShape},
    body=OpenAsk,
    key="required",
    if_match="none",
    refuses=(403, 409),
    headers=("Location", "ETag"),
)
def open_case(call: Call) -> Response:
    """Open a case of a programme; an officer names the leader as applicant."""
    answer = ask(call, None, call.body, facts_at="/facts")
    reply = answer_reply(call, answer, 201)
    reply.headers["Location"] = f"{PREFIX}/cases/{answer.case.ref}"
    return reply


@room("GET", "/cases/<ref>", {200: CaseShape}, query=CaseQuery, headers=("ETag",))
def read_case(call: Call, ref: str) -> Response:
    """One case, always as new as the log; `as_of` shows it as it stood."""
    check_reached(call, call.query.at_least)
    case, definition, sight = seen_case(call, ref)
    when = None if call.query.as_of is None else as_of(call.query.as_of)
    if when is not None:
        case = _as_it_stood(call, ref, when)
    return case_reply(call, case, definition, sight, as_of=when)


def _as_it_stood(call: Call, ref: str, when: datetime | int) -> Case:
    if isinstance(when, int):
        check_reached(call, when, "as_of")
    then = call.engine.casework.as_of(ref, when)
    if then is None:
        raise Problem("not-yet")
    return then


@room("GET", "/cases", {200: CaseList}, query=CasesQuery, headers=("Link",))
def list_cases(call: Call) -> Response:
    """Cases that you may see, in pages: by programme, state, region, words."""
    query: CasesQuery = call.query
    wait_for(call, "cases", query.at_least)
    filters = Filters(
        programme=query.programme,
        state=query.state,
        phase=query.phase,
        region=query.region,
        q=query.q,
        imported=query.imported,
        ended=query.ended,
    )
    page = call.read_models.lists.cases(sight_of(call), filters, query.sort, query.cursor, query.limit)
    reply = json_reply(CaseList(items=list(page.items), position=page.position))
    link_next(call.request, reply, page.next)
    return reply
