"""Transfers of places between regions and parties, under the terms of an alignment."""

from datetime import UTC
from typing import Annotated, Any, Literal

from flask import Response
from msgspec import Meta, Struct

from api.lists import sight_of
from api.operations import PREFIX, Call, Room
from api.presenting import json_reply
from api.problems import Problem
from api.shapes import Moment
from workflow.domain.regions import covers
from workflow.domain.transfers import AskTransfer, Side, Transfer
from workflow.projections.items import ListSight
from workflow.store.log import CommandKey
from workflow.transfers import Told

room = Room("transfers")
Reason = Annotated[str, Meta(max_length=2000)]
BY_OFFICES: dict[str, Any] = {"key": "honoured", "refuses": (403, 409)}


class TransferItem(Struct, frozen=True, kw_only=True):
    transfer: str
    alignment: str
    giving: Side
    receiving: Side
    year: int
    places: int
    reason: str
    """Of the request."""
    status: Literal["asked", "approved", "refused"]
    asked_by: str
    asked_office: str | None
    asked: Moment
    decided_by: str | None
    decided_office: str | None
    on_behalf_of: str | None
    decided: Moment | None
    decision: str | None
    """The reason of who decided."""
    returned: int
    """Places that went back unused when the alignment ended."""
    position: int


class TransferList(Struct, frozen=True, kw_only=True):
    items: list[TransferItem]
    position: int


class TransferQuery(Struct, frozen=True, kw_only=True):
    programme: str | None = None
    region: Annotated[str | None, Meta(description="A region's code: giving or receiving under it")] = None
    alignment: str | None = None
    status: Literal["asked", "approved", "refused"] | None = None


class Approval(Struct, frozen=True, kw_only=True):
    reason: Reason | None = None
    on_behalf_of: str | None = None


class Refusing(Struct, frozen=True, kw_only=True):
    reason: Reason
    on_behalf_of: str | None = None


@room("GET", "/transfers", {200: TransferList}, query=TransferQuery)
def list_transfers(call: Call) -> Response:
    """Transfers between regions and programmes whose cases you may see, in the order in which they were asked for."""
    position = call.engine.log.head()
    sight = sight_of(call)
    known = call.engine.transfers.current().known.values()
    items = [_item(one) for one in known if _may_see(sight, one) and _wanted(call.query, one)]
    return json_reply(TransferList(items=items, position=position))


@room("GET", "/transfers/<transfer>", {200: TransferItem})
def read_transfer(call: Call, transfer: str) -> Response:
    """One transfer as it stands."""
    return json_reply(_item(_seen(call, transfer)))


@room("POST", "/transfers", {201: TransferItem}, body=AskTransfer, headers=("Location",), **BY_OFFICES)
def ask_transfer(call: Call) -> Response:
    """Ask for places of another region or programme; for an office of either side."""
    told = call.engine.transfers.ask(call.body, by=call.who, command=_command(call))
    reply = _reply(told, 201)
    reply.headers["Location"] = f"{PREFIX}/transfers/{told.transfer.transfer}"
    return reply


@room("POST", "/transfers/<transfer>/approve", {200: TransferItem}, body=Approval, **BY_OFFICES)
def approve_transfer(call: Call, transfer: str) -> Response:
    """Approve it: the places move at once. For the role that the terms name, over both regions."""
    _seen(call, transfer)
    body: Approval = call.body
    told = call.engine.transfers.approve(
        transfer, body.reason, by=call.who, on_behalf_of=body.on_behalf_of, command=_command(call)
    )
    return _reply(told)


@room("POST", "/transfers/<transfer>/refuse", {200: TransferItem}, body=Refusing, **BY_OFFICES)
def refuse_transfer(call: Call, transfer: str) -> Response:
    """Refuse it, with the reason. For the role that the terms name, over both regions."""
    _seen(call, transfer)
    body: Refusing = call.body
    told = call.engine.transfers.refuse(
        transfer, body.reason, by=call.who, on_behalf_of=body.on_behalf_of, command=_command(call)
    )
    return _reply(told)


def _command(call: Call) -> CommandKey | None:
    return CommandKey(actor=call.who, key=call.key, request=call.fingerprint.name()) if call.key else None


def _seen(call: Call, ref: str) -> Transfer:
    """A transfer that the caller may know of. Raises Problem 404, the same whether it is not there or not theirs."""
    found = call.engine.transfers.current().known.get(ref)
    if found is None or not _may_see(sight_of(call), found):
        raise Problem("not-found")
    return found


def _may_see(sight: ListSight, one: Transfer) -> bool:
    return any(
        covers(area.region, side.region) and (area.programmes is None or side.programme in area.programmes)
        for area in sight.areas
        for side in (one.order.giving, one.order.receiving)
    )


def _wanted(query: TransferQuery, one: Transfer) -> bool:
    sides = (one.order.giving, one.order.receiving)
    return (
        (query.programme is None or any(side.programme == query.programme for side in sides))
        and (query.region is None or any(covers(query.region, side.region) for side in sides))
        and query.alignment in (None, one.order.alignment)
        and query.status in (None, one.status)
    )


def _reply(told: Told, status: int = 200) -> Response:
    return json_reply(_item(told.transfer), status)


def _item(one: Transfer) -> TransferItem:
    order = one.order
    return TransferItem(
        transfer=one.transfer,
        alignment=order.alignment,
        giving=order.giving,
        receiving=order.receiving,
        year=order.year,
        places=order.places,
        reason=order.reason,
        status=one.status,
        asked_by=one.asked_by,
        asked_office=one.asked_office,
        asked=one.asked.astimezone(UTC),
        decided_by=one.decided_by,
        decided_office=one.decided_office,
        on_behalf_of=one.on_behalf_of,
        decided=one.decided.astimezone(UTC) if one.decided else None,
        decision=one.reason,
        returned=one.returned,
        position=one.position,
    )
