"""The facts of a case: changed by a merge patch (RFC 7396)."""

from flask import Response

from api.bodies import Patch
from api.commands import reply
from api.operations import Call, Room
from api.shapes import CaseShape
from workflow.asks import FactsAsk

room = Room("facts")


@room(
    "PATCH",
    "/cases/<ref>/facts",
    {200: CaseShape},
    body=Patch,
    media_types=("application/merge-patch+json", "application/json"),
    if_match="required",
    key="honoured",
    refuses=(403, 409),
    headers=("ETag",),
)
def change_facts(call: Call, ref: str) -> Response:
    """Change facts while they may be edited: null removes, lists are replaced as a whole."""
    return reply(call, ref, FactsAsk(patch=call.body))
