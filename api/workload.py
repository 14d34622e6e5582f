"""Workload for heads: what waits at each office for each role, how late it is, and which steps take longest."""

from datetime import UTC, datetime
from typing import Annotated

from flask import Response
from msgspec import Meta, Struct

from api.failures import in_query
from api.lists import sight_of, wait_for
from api.operations import Call, Room
from api.paging import Position
from api.presenting import json_reply
from api.problems import Problem
from workflow.domain.definition.entries import spelled
from workflow.domain.words import Text
from workflow.projections.inbox import Inbox
from workflow.projections.stays import Stays
from workflow.projections.workload import Days, Load, SlowStep

room = Room("workload")


class WorkloadQuery(Struct, frozen=True, kw_only=True):
    office: Annotated[str, Meta(max_length=100)] | None = None
    role: Annotated[str, Meta(max_length=100)] | None = None
    at_least: Position | None = None


class SlowStepItem(Struct, frozen=True, kw_only=True):
    programme: str
    state: str
    title: Text
    cases: int
    """How many left it within a year."""
    days: Days


class WorkloadShape(Struct, frozen=True, kw_only=True):
    """Lengths are in working days of each programme's calendar and its agency; the day of entry does not count."""

    items: list[Load]
    slowest: list[SlowStepItem]
    position: int


@room("GET", "/workload", {200: WorkloadShape}, query=WorkloadQuery)
def read_workload(call: Call) -> Response:
    """By office and role: open, due this week, late, stopped by an inquiry; and the slowest steps of the past year."""
    query: WorkloadQuery = call.query
    for name in (Inbox.name, Stays.name):
        wait_for(call, name, query.at_least)
    directory, sight, at = call.engine.directory.current(), sight_of(call), datetime.now(UTC)
    under = None
    if query.office is not None:
        if query.office not in directory.offices:
            said = in_query("office", "Kantor itu tidak dikenal", "There is no such office")
            raise Problem("invalid", errors=[said])
        under = directory.offices[query.office].region
    workload = call.read_models.workload
    days_off = call.engine.days_off.current()
    loads, reached = workload.loads(sight, directory, days_off, at, query.office, query.role)
    steps, also = workload.slowest(sight, at, under)
    shape = WorkloadShape(items=list(loads), slowest=[_step(call, s) for s in steps], position=min(reached, also))
    return json_reply(shape)


def _step(call: Call, step: SlowStep) -> SlowStepItem:
    state = call.engine.registry.definition(step.definition).states.get(step.state)
    title = state.title if state and state.title else spelled(step.state)
    return SlowStepItem(programme=step.programme, state=step.state, title=title, cases=step.cases, days=step.days)
