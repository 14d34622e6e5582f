"""One action on many cases: a result for each, each decided on its own as the action alone would be."""

from typing import Annotated

from flask import Response, g
from msgspec import Meta, Struct

from api import commands, preconditions
from api.actions import Taking, asked
from api.door import PATH_PART
from api.failures import told
from api.operations import Call, Room
from api.presenting import json_reply
from api.problems import Problem, ProblemShape, body_of, language_of
from workflow.streams import KeyReused

MOST = 100
"""Items of one request."""

room = Room("bulk")


class BulkItem(Taking, frozen=True, kw_only=True, forbid_unknown_fields=True):
    ref: Annotated[str, Meta(max_length=100)]
    if_match: Annotated[str, Meta(description="The case's ETag that you saw, with or without its quotes")]


class Bulk(Struct, frozen=True, kw_only=True):
    action: str
    items: Annotated[list[BulkItem], Meta(min_length=1, max_length=MOST)]


class BulkResult(Struct, frozen=True, kw_only=True):
    ref: str
    status: int
    """The status with which the action alone would have been answered."""
    position: int | None = None
    state: str | None = None
    dossier: str | None = None
    problem: ProblemShape | None = None
    """Why not; its pointers begin at the item."""


class BulkResults(Struct, frozen=True, kw_only=True):
    items: list[BulkResult]
    """In the order in which they were sent."""
    position: int


@room("POST", "/bulk", {200: BulkResults}, body=Bulk, key="required", if_match="none")
def take_in_bulk(call: Call) -> Response:
    """Take one action on many cases; each succeeds or is refused on its own."""
    _check_key(call)
    results: list[BulkResult] = []
    away: Problem | None = None
    for number, item in enumerate(call.body.items):
        # Once the database is away, the rest is not tried: each would wait as long as this one did.
        found = away or _take(call, item, number)
        if isinstance(found, Problem):
            away = found if found.kind == "away" else None
            found = _refused(call, item, found)
        results.append(found)
    position = max((result.position or 0 for result in results), default=0)
    return json_reply(BulkResults(items=results, position=position or (0 if away else call.engine.log.head())))


def _take(call: Call, item: BulkItem, number: int) -> BulkResult | Problem:
    try:
        call.limits.count(call.who)
        if not PATH_PART.fullmatch(item.ref):
            raise Problem("not-found")
        one = call.part(_key(call, number), preconditions.tags(_quoted(item.if_match)))
        answer = commands.ask(one, item.ref, asked(call.body.action, item), facts_at="/facts")
    except Exception as error:
        return told(error, g.request_id, call.request.path)
    return BulkResult(
        ref=item.ref, status=200, position=answer.position, state=answer.case.state, dossier=answer.dossier
    )


def _refused(call: Call, item: BulkItem, problem: Problem) -> BulkResult:
    shape = body_of(problem, g.request_id, language_of(call.request))
    return BulkResult(ref=item.ref, status=shape.status, problem=shape)


def _check_key(call: Call) -> None:
    """A key that was used for another request refuses the whole, not one item here and there. Raises KeyReused."""
    request, log = call.fingerprint.name(), call.engine.log
    for key in (call.key, *(_key(call, number) for number in range(MOST))):
        found = log.command(call.who, key or "")
        if found is not None and found.request != request:
            raise KeyReused


def _key(call: Call, number: int) -> str:
    # No header can hold the space: the key of an item is never one that somebody sent.
    return f"{call.key} {number}"


def _quoted(tag: str) -> str:
    return tag if tag.startswith(('"', "W/", "*")) else preconditions.etag(tag)
