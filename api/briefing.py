"""The briefing over HTTP: as JSON, plain text, workbook and one page of PDF, each at an address of its own."""

from datetime import datetime
from functools import partial

from flask import Response
from msgspec import Struct

from api.auth import check_official
from api.failures import in_query
from api.lists import sight_of, wait_for
from api.moments import AsOf, as_of, check_reached
from api.operations import Call, Room
from api.picture import READ, Year, may_compare, shown_to
from api.picture import Region as RegionCode
from api.presenting import json_reply
from api.problems import Problem
from workflow.briefing import papers
from workflow.briefing.composing import compose
from workflow.briefing.gathering import Briefings, Reader
from workflow.briefing.parts import Briefing
from workflow.regions import regions

room = Room("briefing")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class BriefingQuery(Struct, frozen=True, kw_only=True):
    region: RegionCode | None = None
    period: Year | None = None
    as_of: AsOf | None = None
    since: AsOf | None = None
    """Tells what has changed since a position or moment."""


@room("GET", "/harmonisation/briefing", {200: Briefing}, query=BriefingQuery, refuses=(403,))
def read_briefing(call: Call) -> Response:
    """Where a region stands, what is not in tune and what each side can do, with addresses. For officials."""
    return json_reply(_briefing(call))


@room("GET", "/harmonisation/briefing.txt", {200: "text/plain"}, query=BriefingQuery, refuses=(403,))
def read_briefing_as_text(call: Call) -> Response:
    """The briefing as plain text, in Indonesian. For officials."""
    return Response(papers.text(_briefing(call)), content_type="text/plain; charset=utf-8")


@room("GET", "/harmonisation/briefing.xlsx", {200: XLSX}, query=BriefingQuery, refuses=(403,))
def read_briefing_as_workbook(call: Call) -> Response:
    """The briefing as a workbook, in Indonesian. For officials."""
    return _file(papers.workbook(_briefing(call)), XLSX, "briefing.xlsx")


@room("GET", "/harmonisation/briefing.pdf", {200: "application/pdf"}, query=BriefingQuery, refuses=(403,))
def read_briefing_as_page(call: Call) -> Response:
    """The briefing as one page of PDF, in Indonesian; the same position gives the same bytes. For officials."""
    return _file(papers.page(_briefing(call)), "application/pdf", "briefing.pdf")


def _briefing(call: Call) -> Briefing:
    check_official(call.who, call.engine)
    query: BriefingQuery = call.query
    region = query.region or ""
    if region and not regions().exists(region):
        said = in_query("region", f"Wilayah {region} tidak dikenal", f"There is no region {region}")
        raise Problem("invalid", errors=[said])
    when: datetime | int = call.engine.log.head() if query.as_of is None else _reached(call, query.as_of, "as_of")
    since = None if query.since is None else _reached(call, query.since, "since")
    if isinstance(when, int):
        for name in READ:
            wait_for(call, name, when)
    sight = sight_of(call)

    reader = Reader(finding=partial(shown_to, sight), region=partial(may_compare, sight))
    models = call.read_models
    briefings = Briefings(
        call.engine.log, call.engine.directory, call.engine.potentials, models.harmonised, models.outcomes
    )
    found = briefings.gather(region, when, query.period, reader)
    before = None if since is None else briefings.gather(region, since, found.picture.period, reader)
    return compose(found, before)


def _reached(call: Call, given: str, name: str) -> datetime | int:
    """A position or a moment. Raises Problem 422 for one that is not there, or not yet."""
    found = as_of(given, name)
    if isinstance(found, int):
        check_reached(call, found, name)
    return found


def _file(content: bytes, media_type: str, name: str) -> Response:
    reply = Response(content, content_type=media_type)
    reply.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return reply
