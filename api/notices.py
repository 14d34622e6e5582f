"""Notices: what I was told, and who was told what of a case."""

import re
from collections.abc import Container, Sequence
from datetime import UTC, datetime

from flask import Response
from msgspec import Struct

from api.lists import wait_for
from api.operations import Call, Room
from api.paging import Cursor, PageSize, Position, link_next
from api.presenting import json_reply, seen_case
from api.problems import Problem
from api.shapes import Moment
from workflow.delivery import receipts
from workflow.delivery.preferences import PHONE
from workflow.delivery.receipts import Noted, Status
from workflow.delivery.sent import Sending, ways
from workflow.domain.events import Recorded
from workflow.domain.inquiries import inquiry_of
from workflow.domain.words import Text
from workflow.notices import Told
from workflow.projections.notices import Notices

room = Room("notices")
ID = re.compile(r"[0-9a-f]{32}")


class NoticesQuery(Struct, frozen=True, kw_only=True):
    cursor: Cursor | None = None
    limit: PageSize = 50
    at_least: Position | None = None


class CaseNoticesQuery(Struct, frozen=True, kw_only=True):
    cursor: Cursor | None = None
    limit: PageSize = 50
    at_least: Position | None = None


class NoticeItem(Struct, frozen=True, kw_only=True):
    id: str
    ref: str
    """Of a case; of `WebhookStopped` the subscription's id."""
    programme: str
    """Empty where it is of no case."""
    event: str
    at: Moment
    role: str
    """In which I was told."""
    title: str
    """In my language, as is `text`."""
    text: str
    link: str
    read: Moment | None
    position: int


class NoticeList(Struct, frozen=True, kw_only=True):
    items: list[NoticeItem]
    unread: int
    position: int


class ReceiptItem(Struct, frozen=True, kw_only=True):
    status: Status
    at: Moment
    reason: str | None


class WayOut(Struct, frozen=True, kw_only=True):
    """What became of a notice on one channel."""

    channel: str
    """`app`: shown to its person here; `mail`, `phone`."""
    state: str
    """`unread` or `read` in the app; `waits`, `sent`, `dead` or `unwanted` (by its person) elsewhere."""
    at: Moment | None
    """When it was read, or sent, or given up; null: not yet."""
    attempts: int = 0
    reason: str | None = None
    """What the receiver said last, where it did not take it."""
    receipts: list[ReceiptItem] = []
    """What became of it after it was sent, as the gateway to phones says; the oldest first."""


class CaseNotice(Struct, frozen=True, kw_only=True):
    id: str
    person: str
    role: str
    event: str
    at: Moment
    title: Text
    ways: list[WayOut]
    position: int


class CaseNoticeList(Struct, frozen=True, kw_only=True):
    items: list[CaseNotice]
    position: int


@room("GET", "/notices", {200: NoticeList}, query=NoticesQuery, headers=("Link",))
def list_notices(call: Call) -> Response:
    """What I was told: unread first, then the youngest first, in my language."""
    query: NoticesQuery = call.query
    wait_for(call, Notices.name, query.at_least)
    page = call.engine.notices.page(call.who, query.cursor, query.limit)
    items = [_item(call, told) for told in page.items]
    reply = json_reply(NoticeList(items=items, unread=page.unread, position=page.position))
    link_next(call.request, reply, page.next)
    return reply


@room("POST", "/notices/<id>/read", {200: NoticeItem}, key="honoured")
def read_notice(call: Call, id: str) -> Response:
    """Mark one of my notices as read; once is for good."""
    told = call.engine.notices.read(id, call.who, datetime.now(UTC)) if ID.fullmatch(id) else None
    if told is None:
        raise Problem("not-found")
    return json_reply(_item(call, told))


@room("GET", "/cases/<ref>/notices", {200: CaseNoticeList}, query=CaseNoticesQuery, headers=("Link",))
def list_case_notices(call: Call, ref: str) -> Response:
    """Who was told what of a case, when, by which channel, and what came back; the youngest first.

    Of inquiries as far as they concern you.
    """
    query: CaseNoticesQuery = call.query
    case, definition, _ = seen_case(call, ref)
    wait_for(call, Notices.name, query.at_least)
    heard = call.engine.reading.heard(case, definition, call.who)
    unheard = {inquiry.number for inquiry in case.inquiries} - heard.keys()
    without = _about(call.engine.casework.history(ref), unheard) if unheard else ()
    found, position, next = call.engine.notices.of_case(ref, query.limit, query.cursor, without)
    with call.engine.pool.connection() as connection:
        sent = ways(connection, [told.row.id for told in found])
        parcels = {one.parcel for rows in sent.values() for one in rows if one.channel == PHONE}
        came = receipts.of(connection, parcels)
    items = [_of_case(call, told, sent.get(told.row.id, ()), came) for told in found]
    reply = json_reply(CaseNoticeList(items=items, position=position))
    link_next(call.request, reply, next)
    return reply


def _about(history: Sequence[Recorded], inquiries: Container[int]) -> list[int]:
    """The positions of the events of these inquiries."""
    numbers = ((event.position, inquiry_of(event.body)) for event in history)
    return [position for position, number in numbers if number in inquiries]


def _way(sending: Sending, came: Sequence[Noted]) -> WayOut:
    told = [
        ReceiptItem(status=noted.status, at=noted.at.astimezone(UTC), reason=noted.reason)
        for noted in came
        if sending.channel == PHONE and noted.parcel == sending.parcel
    ]
    return WayOut(
        channel=sending.channel,
        state=sending.state,
        at=sending.at.astimezone(UTC) if sending.at else None,
        attempts=sending.attempts,
        reason=sending.reason,
        receipts=told,
    )


def _item(call: Call, told: Told) -> NoticeItem:
    row = told.row
    person = call.engine.directory.cached().people.get(row.person)
    message = call.engine.notices.message(row, person.language if person else "id")
    return NoticeItem(
        id=row.id,
        ref=row.ref,
        programme=row.programme,
        event=row.event,
        at=row.at,
        role=row.role,
        title=message.title,
        text=message.text,
        link=call.engine.notices.link(row),
        read=told.read,
        position=row.position,
    )


def _of_case(call: Call, told: Told, sent: Sequence[Sending], came: Sequence[Noted]) -> CaseNotice:
    row = told.row
    message = call.engine.notices.message
    app = WayOut(channel="app", state="unread" if told.read is None else "read", at=told.read)
    return CaseNotice(
        id=row.id,
        person=row.person,
        role=row.role,
        event=row.event,
        at=row.at,
        title=Text(message(row, "id").title, message(row, "en").title),
        ways=[app, *(_way(sending, came) for sending in sent)],
        position=row.position,
    )
