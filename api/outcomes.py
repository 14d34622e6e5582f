"""Outcomes over HTTP: figures for officials of any agency, each of which opens to the reports it is made of."""

from collections.abc import Callable
from datetime import UTC
from typing import Annotated, Any
from urllib.parse import urlencode

from flask import Response
from msgspec import Meta, Struct, to_builtins

from api.auth import check_official
from api.failures import bad_cursor
from api.lists import sight_of, wait_for
from api.moments import AsOf, as_of, check_reached
from api.operations import PREFIX, Call, Room
from api.paging import Cursor, PageSize, Position, link_next
from api.presenting import json_reply
from api.shapes import Moment
from workflow.domain.calendar import HOME_ZONE, local_date
from workflow.domain.regions import covers
from workflow.projections.cursors import BadCursor
from workflow.projections.items import ListSight
from workflow.projections.outcome_figures import Figure, Group, Report, figure
from workflow.projections.outcome_lists import NONE_NAMED, Counted, Scope

room = Room("outcomes")
Region = Annotated[str, Meta(pattern=r"^[1-9][0-9](\.[0-9]{2}){0,2}$", description="Kemendagri code")]
Year = Annotated[int, Meta(ge=2000, le=2100, description="The year in which groups began")]


class OutcomesQuery(Struct, frozen=True, kw_only=True):
    programme: str | None = None
    region: Region | None = None
    potential: str | None = None
    period: Year | None = None
    as_of: AsOf | None = None
    at_least: Position | None = None


class ReportsQuery(OutcomesQuery, frozen=True, kw_only=True):
    cursor: Cursor | None = None
    limit: PageSize = 50


class Row(Struct, frozen=True, kw_only=True):
    """One figure of a table; `reports` is the address of what it is made of."""

    name: str
    figure: Figure
    reports: str


class OutcomesShape(Struct, frozen=True, kw_only=True):
    total: Figure
    reports: str
    by_programme: list[Row]
    """People in two programmes are counted in both rows, and once in the total."""
    by_region: list[Row]
    """Cities and regencies."""
    by_potential: list[Row]
    """A dash: groups whose facts name none."""
    by_period: list[Row]
    moment: Moment
    """As of which groups are old enough for a figure of survival."""
    position: int
    address: str
    """Gives the same figures again."""


class ReportItem(Struct, frozen=True, kw_only=True):
    ref: str
    programme: str
    region: str
    potential: str | None
    position: int
    at: Moment
    workers: int
    revenue: int | None
    loan: int | None
    entrepreneurs: int | None


class ReportList(Struct, frozen=True, kw_only=True):
    items: list[ReportItem]
    hidden: int
    """Reports that figures count but that are of cases which are not yours to know of."""
    position: int


@room("GET", "/outcomes", {200: OutcomesShape}, query=OutcomesQuery, refuses=(403,))
def read_outcomes(call: Call) -> Response:
    """Workers, jobs, new entrepreneurs, survival and cost, by programme, region, potential and year. For officials."""
    check_official(call.who, call.engine)
    query: OutcomesQuery = call.query
    counted = _counted(call)
    day = local_date(counted.moment, HOME_ZONE)
    asked = _asked(query, counted)

    def rows(name: str, key: Callable[[Group], Any]) -> list[Row]:
        found: dict[Any, list[Group]] = {}
        for group in counted.groups:
            found.setdefault(key(group), []).append(group)
        return [
            Row(name=str(one), figure=figure(groups, day), reports=_address("/outcomes/reports", {**asked, name: one}))
            for one, groups in sorted(found.items())
        ]

    return json_reply(
        OutcomesShape(
            total=figure(counted.groups, day),
            reports=_address("/outcomes/reports", asked),
            by_programme=rows("programme", lambda group: group.programme),
            by_region=rows("region", lambda group: ".".join(group.region.split(".")[:2])),
            by_potential=rows("potential", lambda group: group.potential or NONE_NAMED),
            by_period=rows("period", lambda group: group.year),
            moment=counted.moment,
            position=counted.position,
            address=_address("/outcomes", asked),
        )
    )


@room("GET", "/outcomes/reports", {200: ReportList}, query=ReportsQuery, refuses=(403,), headers=("Link",))
def list_reports(call: Call) -> Response:
    """The reports that figures are counted from, newest first, of the cases that you may see. For officials."""
    check_official(call.who, call.engine)
    counted = _counted(call)
    sight = sight_of(call)
    seen = [group for group in counted.groups if _sees(sight, group)]
    items = sorted((_item(group, report) for group in seen for report in group.reports), key=lambda one: -one.position)
    total = sum(len(group.reports) for group in counted.groups)
    before = _before(call.query.cursor)
    rest = [item for item in items if item.position < before]
    page = rest[: call.query.limit]
    reply = json_reply(ReportList(items=page, hidden=total - len(items), position=counted.position))
    link_next(call.request, reply, str(page[-1].position) if len(rest) > len(page) else None)
    return reply


def _counted(call: Call) -> Counted:
    query: OutcomesQuery = call.query
    when = None if query.as_of is None else as_of(query.as_of)
    if isinstance(when, int):
        check_reached(call, when, "as_of")
    wait_for(call, "outcomes", when if isinstance(when, int) else query.at_least)
    return call.read_models.outcomes.counted(_scope(query), when)


def _scope(query: OutcomesQuery) -> Scope:
    return Scope(programme=query.programme, region=query.region, potential=query.potential, period=query.period)


def _asked(query: OutcomesQuery, counted: Counted) -> dict[str, Any]:
    """The question with the position of its answer, or the moment that was asked for."""
    return {**to_builtins(_scope(query)), "as_of": query.as_of or counted.position}


def _address(path: str, asked: dict[str, Any]) -> str:
    given = {name: value for name, value in asked.items() if value is not None}
    return f"{PREFIX}{path}?{urlencode(given)}"


def _sees(sight: ListSight, group: Group) -> bool:
    return any(
        covers(area.region, group.region) and (area.programmes is None or group.programme in area.programmes)
        for area in sight.areas
    )


def _item(group: Group, report: Report) -> ReportItem:
    return ReportItem(
        ref=group.ref,
        programme=group.programme,
        region=group.region,
        potential=group.potential,
        position=report.position,
        at=report.at.astimezone(UTC),
        workers=report.workers,
        revenue=report.revenue,
        loan=report.loan,
        entrepreneurs=report.entrepreneurs,
    )


def _before(cursor: str | None) -> int:
    if cursor is None:
        return 1 << 62
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) <= 16):
        raise bad_cursor(BadCursor())
    return int(cursor)
