"""The inbox: the cases that wait for me, and what stands in the way of the next step."""

from datetime import UTC, datetime
from typing import Annotated

from flask import Response
from msgspec import Meta, Struct

from api.lists import wait_for
from api.operations import Call, Room
from api.paging import Cursor, PageSize, Position, link_next
from api.presenting import json_reply
from api.problems import ShownRefusal, shown
from api.shapes import Moment
from workflow.domain.definition.model import Definition
from workflow.projections.desks import reader_of
from workflow.projections.items import AwaitedStep, Filters, InboxItem
from workflow.projections.standing import explain

room = Room("inbox")


class InboxQuery(Struct, frozen=True, kw_only=True):
    office: str | None = None
    state: str | None = None
    programme: str | None = None
    region: str | None = None
    due: Annotated[datetime, Meta(tz=True, description="Only what is due before this moment")] | None = None
    blocked: bool | None = None
    escalated: Annotated[bool | None, Meta(description="Whose deadline passed and went to a role of mine")] = None
    imported: bool | None = None
    q: Annotated[str, Meta(max_length=100, description="Words in the group's name or the reference")] | None = None
    sort: Annotated[str, Meta(description="due, entered or opened; a minus turns it round")] = "due"
    cursor: Cursor | None = None
    limit: PageSize = 50
    at_least: Position | None = None


class WaitingStep(Struct, frozen=True, kw_only=True):
    action: str
    role: str
    blocked_by: list[ShownRefusal]
    """Reasons that hold whoever asks; those that depend on the person are in GET …/actions."""


class WaitingCase(Struct, frozen=True, kw_only=True):
    ref: str
    programme: str
    state: str
    phase: str
    region: str
    label: str
    applicant: str
    opened: Moment
    entered: Moment
    due: Moment | None
    warn: Moment | None
    assigned: str | None
    blocked: bool
    escalated: bool
    """True where the deadline passed and the case went to a role of yours."""
    imported: bool
    steps: list[WaitingStep]


class WaitingList(Struct, frozen=True, kw_only=True):
    items: list[WaitingCase]
    position: int


@room("GET", "/inbox", {200: WaitingList}, query=InboxQuery, headers=("Link",))
def read_inbox(call: Call) -> Response:
    """What waits for me, in pages, the most urgent first."""
    query: InboxQuery = call.query
    wait_for(call, "inbox", query.at_least)
    engine = call.engine
    reader = reader_of(engine.directory.current(), call.who, datetime.now(UTC), query.office)
    filters = Filters(
        state=query.state,
        programme=query.programme,
        region=query.region,
        q=query.q,
        due_before=query.due,
        blocked=query.blocked,
        escalated=query.escalated,
        imported=query.imported,
    )
    page = call.read_models.lists.inbox(reader, filters, query.sort, query.cursor, query.limit)
    items = [_waiting(item, engine.registry.definition(item.definition)) for item in page.items]
    reply = json_reply(WaitingList(items=items, position=page.position))
    link_next(call.request, reply, page.next)
    return reply


def _waiting(item: InboxItem, definition: Definition) -> WaitingCase:
    return WaitingCase(
        ref=item.ref,
        programme=item.programme,
        state=item.state,
        phase=item.phase,
        region=item.region,
        label=item.label,
        applicant=item.applicant,
        opened=item.opened,
        entered=item.entered,
        due=item.due,
        warn=item.warn,
        assigned=item.assigned,
        blocked=item.blocked,
        escalated=item.escalated,
        imported=item.imported,
        steps=[_step(definition, step) for step in item.steps],
    )


def _step(definition: Definition, step: AwaitedStep) -> WaitingStep:
    reasons = [shown(explain(definition, step.action, code)) for code in step.blockers]
    return WaitingStep(action=step.action, role=step.role, blocked_by=reasons)
