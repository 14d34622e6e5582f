"""The history of a case: every event, what the decider saw and in which role they acted."""

from typing import Annotated

from flask import Response
from msgspec import Meta, Struct

from api.failures import bad_cursor
from api.operations import Call, Room
from api.paging import link_next
from api.presenting import history_item, json_reply, seen_case
from api.shapes import History
from workflow.projections.cursors import BadCursor

PAGE = 500

room = Room("history")


class HistoryQuery(Struct, frozen=True, kw_only=True):
    cursor: str | None = None
    """Version of the case after which the page begins."""
    limit: Annotated[int, Meta(ge=1, le=PAGE, description="Events a page")] = PAGE


@room("GET", "/cases/<ref>/history", {200: History}, query=HistoryQuery, headers=("Link",))
def read_history(call: Call, ref: str) -> Response:
    """Every event of a case in order, imported ones marked with their source."""
    cursor = call.query.cursor or "0"
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) <= 9):
        raise bad_cursor(BadCursor())
    case, definition, _ = seen_case(call, ref)
    heard = call.engine.reading.heard(case, definition, call.who)
    events = [event for event in call.engine.casework.history(ref) if event.version > int(cursor)]
    page = events[: call.query.limit]
    position = max(case.position, events[-1].position if events else 0)
    items = [history_item(event, heard, call.engine.routing.cause(event)) for event in page]
    reply = json_reply(History(items=items, position=position))
    link_next(call.request, reply, str(page[-1].version) if len(events) > len(page) else None)
    return reply
