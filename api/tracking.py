"""Tracking: where a case is, for who holds its code and says nothing else; and a code ended or renewed."""

import re
from datetime import UTC, datetime

from flask import Response
from msgspec import Struct

from api.commands import reply
from api.operations import Call, Room
from api.presenting import json_reply
from api.problems import Problem
from api.shapes import CaseShape, Moment
from workflow.asks import TrackingAsk
from workflow.casework import NoSuchCase
from workflow.domain.words import Text
from workflow.projections.tracking import Tracking
from workflow.tracking import Turn

room = Room("tracking")
CODE = re.compile(r"[A-Za-z0-9_-]{22}")
PATIENCE = 0.5
"""Seconds that the list of codes may take to catch up for a code that it does not know yet."""


class Tracked(Struct, frozen=True, kw_only=True):
    """Nothing in it is personal."""

    ref: str
    programme: Text
    state: Text
    phase: str
    ended: bool
    since: Moment
    """When the present state was entered."""
    turn: list[Turn]
    due: Moment | None
    """Of the next step; null where it has no day of its own."""
    stage_due: Moment | None
    """By when the present stage as a whole is to be over."""
    next: list[Text]
    says: Text


@room("GET", "/track/<code>", {200: Tracked}, public=True, refuses=(429,))
def track(call: Call, code: str) -> Response:
    """Where a case is, whose turn it is, by when, and the next step; for who holds its tracking code."""
    call.limits.knock(call.request.remote_addr or "")
    ref = _ref_of(call, code) if CODE.fullmatch(code) else None
    if ref is None:
        raise Problem("not-found")
    try:
        case, found = call.engine.reading.progress(call.engine.casework.history(ref), datetime.now(UTC))
    except NoSuchCase:
        raise Problem("not-found") from None
    if case.tracking_code != code:
        # Revoked a moment ago: the log knows, the list does not yet.
        raise Problem("not-found")
    return json_reply(
        Tracked(
            ref=case.ref,
            programme=found.programme,
            state=found.state,
            phase=case.phase,
            ended=case.ended,
            since=case.entered,
            turn=list(found.turn),
            due=found.due,
            stage_due=found.stage_due,
            next=list(found.next),
            says=found.says,
        )
    )


@room(
    "POST",
    "/cases/<ref>/tracking",
    {200: CaseShape},
    body=TrackingAsk,
    key="honoured",
    if_match="honoured",
    refuses=(403, 409),
    headers=("ETag",),
)
def revoke_tracking(call: Call, ref: str) -> Response:
    """End the case's tracking code and give another one; `renew: false` gives none."""
    return reply(call, ref, call.body)


def _ref_of(call: Call, code: str) -> str | None:
    models = call.read_models
    found = models.codes.ref_of(code)
    if found is None:
        # Whoever has just opened a case may ask before the list holds it.
        models.runner.catch_up(Tracking.name, turn=PATIENCE)
        found = models.codes.ref_of(code)
    return found
