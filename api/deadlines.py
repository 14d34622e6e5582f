"""The deadlines of a case: due, warning, and each day counted or not with its reason."""

from flask import Response
from msgspec import Struct

from api.operations import Call, Room
from api.presenting import json_reply, seen_case
from api.shapes import Moment
from workflow.domain.deadlines import Day, Deadline

room = Room("deadlines")


class DeadlineItem(Struct, frozen=True, kw_only=True):
    of: str
    """`state`, or `inquiry`."""
    name: str
    """The state, or the inquiry's number."""
    since: Moment
    due: Moment | None
    """null while something stops the clock; then `days_left` counts what is left on it."""
    warn: Moment | None
    days_left: int | None
    escalated: str | None
    """The role to which it went when it passed."""
    counted: int
    """How many of `days` count."""
    days: list[Day]


class DeadlineList(Struct, frozen=True, kw_only=True):
    items: list[DeadlineItem]
    position: int


@room("GET", "/cases/<ref>/deadlines", {200: DeadlineList})
def list_deadlines(call: Call, ref: str) -> Response:
    """What is due on a case, and why each day between counts or does not; of inquiries those that concern you."""
    case, definition, _ = seen_case(call, ref)
    heard = call.engine.reading.heard(case, definition, call.who)
    found = call.engine.reading.deadlines(case, definition)
    items = [_item(one) for one in found if one.of == "state" or int(one.name) in heard]
    return json_reply(DeadlineList(items=items, position=case.position))


def _item(found: Deadline) -> DeadlineItem:
    return DeadlineItem(
        of=found.of,
        name=found.name,
        since=found.since,
        due=found.due,
        warn=found.warn,
        days_left=found.days_left,
        escalated=found.escalated,
        counted=sum(day.counted for day in found.days),
        days=list(found.days),
    )
