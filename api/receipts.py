"""Receipts of the messaging gateway: whether a message reached its phone, signed by the Standard Webhooks rules."""

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated

from flask import Response
from msgspec import Meta, Struct

from api.operations import Call, Room
from api.problems import FieldError, Problem, field_error
from api.shapes import Moment
from workflow.delivery.receipts import Receipt, Receipts, Status
from workflow.webhooks.signing import TOLERANCE

room = Room("receipts")
NUMBER = 9
"""Digits in a row, whatever stands between them, that a code may not have: it would be somebody's number."""
OLDEST = timedelta(days=90)

Code = Annotated[str, Meta(pattern="^[A-Za-z0-9._-]{1,40}$", description="A code of the gateway's, never a text")]


class ReceiptAsk(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    id: Annotated[str, Meta(max_length=64, description="Of the message, as it came")]
    status: Status
    """`failed`: for good; the gateway itself tries no more."""
    at: Moment
    """Since when it is so."""
    reason: Code | None = None
    """Why it failed."""


@room("POST", "/gateway/receipts", {204: None}, body=ReceiptAsk, key="honoured", signed=True, refuses=(404,))
def take_receipt(call: Call) -> Response:
    """Say what became of a message: delivered, read, or failed for good. Saying it again changes nothing."""
    asked: ReceiptAsk = call.body
    now = datetime.now(UTC)
    if errors := _errors(asked, now):
        raise Problem("invalid", errors=errors)
    receipt = Receipt(id=asked.id, status=asked.status, at=asked.at.astimezone(UTC), reason=asked.reason)
    if not Receipts(call.engine.pool).take(receipt):
        raise Problem("no-such-message")
    return Response(status=204)


def _errors(asked: ReceiptAsk, now: datetime) -> list[FieldError]:
    found = []
    if (asked.reason is None) == (asked.status == "failed"):
        said_id, said_en = (
            "Isi reason dengan kode bila failed, dan hanya bila failed",
            "Give reason, a code, with failed",
        )
        found.append(field_error("/reason", said_id, f"{said_en}, and only then"))
    if asked.reason and _has_number(asked.reason):
        said_id, said_en = "reason memuat nomor; kirim kode saja", "reason holds a number of somebody's; send a code"
        found.append(field_error("/reason", said_id, said_en))
    if asked.at > now + timedelta(seconds=TOLERANCE):
        said_id, said_en = "at belum tiba; periksa jam gerbang", "at has not come yet; check the gateway's clock"
        found.append(field_error("/at", said_id, said_en))
    if asked.at < now - OLDEST:
        said_id, said_en = f"at lebih dari {OLDEST.days} hari lalu", f"at is more than {OLDEST.days} days ago"
        found.append(field_error("/at", said_id, said_en))
    return found


def _has_number(code: str) -> bool:
    return re.search(f"[0-9]{{{NUMBER}}}", re.sub("[._-]", "", code)) is not None
