"""Dead letters for operators: what could not be delivered and why, and having it sent again."""

from typing import Annotated

from flask import Response
from msgspec import Meta, Struct

from api.auth import check_admin
from api.failures import bad_cursor
from api.operations import Call, Room
from api.paging import Cursor, PageSize, link_next
from api.presenting import json_reply
from api.problems import Problem
from api.shapes import Moment
from workflow.delivery.dead_letters import DeadLetter, DeadLetters
from workflow.projections.cursors import BadCursor

room = Room("dead letters")


class DeadLettersQuery(Struct, frozen=True, kw_only=True):
    channel: Annotated[str, Meta(max_length=40)] | None = None
    cursor: Cursor | None = None
    limit: PageSize = 50


class DeadLetterItem(Struct, frozen=True, kw_only=True):
    id: int
    channel: str
    receiver: str
    message: str
    ref: str
    reason: str
    attempts: int
    died: Moment
    wanted: Moment | None
    """Since when it waits to be sent again; null: it rests until somebody has it sent."""
    by: str | None


class DeadLetterList(Struct, frozen=True, kw_only=True):
    items: list[DeadLetterItem]


class RetryAsk(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    channel: Annotated[str, Meta(max_length=40)] | None = None


class Retried(Struct, frozen=True, kw_only=True):
    retried: int


@room("GET", "/dead-letters", {200: DeadLetterList}, query=DeadLettersQuery, refuses=(403,), headers=("Link",))
def list_dead_letters(call: Call) -> Response:
    """What could not be delivered, the youngest first. For admins."""
    check_admin(call.who, call.engine)
    query: DeadLettersQuery = call.query
    before = None if query.cursor is None else _number(query.cursor)
    if query.cursor is not None and before is None:
        raise bad_cursor(BadCursor())
    found = DeadLetters(call.engine.pool).page(query.channel, before, query.limit)
    reply = json_reply(DeadLetterList(items=[_item(letter) for letter in found]))
    link_next(call.request, reply, str(found[-1].id) if len(found) == query.limit else None)
    return reply


@room("POST", "/dead-letters/<id>/retry", {200: Retried}, key="honoured", refuses=(403, 404))
def retry_dead_letter(call: Call, id: str) -> Response:
    """Have one sent again. For admins."""
    check_admin(call.who, call.engine)
    number = _number(id)
    if number is None or not DeadLetters(call.engine.pool).retry(number, call.who):
        raise Problem("not-found")
    return json_reply(Retried(retried=1))


@room("POST", "/dead-letters/retry", {200: Retried}, body=RetryAsk, key="honoured", refuses=(403,))
def retry_dead_letters(call: Call) -> Response:
    """Have all that rest sent again, of one channel where named. For admins."""
    check_admin(call.who, call.engine)
    return json_reply(Retried(retried=DeadLetters(call.engine.pool).retry_all(call.body.channel, call.who)))


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None


def _item(letter: DeadLetter) -> DeadLetterItem:
    return DeadLetterItem(
        id=letter.id,
        channel=letter.channel,
        receiver=letter.receiver,
        message=letter.message,
        ref=letter.ref,
        reason=letter.reason,
        attempts=letter.attempts,
        died=letter.died,
        wanted=letter.wanted,
        by=letter.by,
    )
