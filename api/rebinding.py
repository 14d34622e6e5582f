"""Binding a case anew to the terms in force, and the terms that it fails."""

from typing import Annotated

import msgspec
from flask import Response
from msgspec import Meta, Struct

from api.commands import ask
from api.operations import Call, Room
from api.presenting import json_reply
from api.shapes import CaseAlignment, Sha256
from workflow.asks import RebindAsk
from workflow.domain.rebound import CaseRebound, TermFailed

room = Room("rebinding")


class Rebinding(Struct, frozen=True, kw_only=True):
    reason: Annotated[str, Meta(min_length=1, max_length=10_000)] | None = None


class Rebound(Struct, frozen=True, kw_only=True):
    ref: str
    position: int
    dossier: Sha256
    alignments: list[CaseAlignment]
    fails: list[TermFailed]
    """Terms that the case does not meet: they are shown and refuse nothing."""


@room(
    "POST",
    "/cases/<ref>/rebind",
    {200: Rebound},
    body=Rebinding,
    key="required",
    if_match="honoured",
    refuses=(403, 409),
)
def rebind_case(call: Call, ref: str) -> Response:
    """Bind a case to the terms that are in force now; for offices of the parties."""
    answer = ask(call, ref, RebindAsk(reason=call.body.reason))
    case = answer.case
    events = [event.body for event in call.engine.casework.history(ref) if event.position <= case.position]
    last = next((body for body in reversed(events) if isinstance(body, CaseRebound)), None)
    alignments = call.engine.reading.alignments(case, answer.definition)
    return json_reply(
        Rebound(
            ref=ref,
            position=answer.position,
            dossier=answer.dossier,
            alignments=msgspec.convert(alignments, list[CaseAlignment]),
            fails=list(last.fails) if last else [],
        )
    )
