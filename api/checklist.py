"""The checklists of a case: keys answered yes or no."""

from flask import Response

from api.bodies import Truths
from api.commands import reply
from api.operations import Call, Room
from api.shapes import CaseShape
from workflow.asks import ChecklistAsk

room = Room("checklist")


@room(
    "PUT",
    "/cases/<ref>/checklist",
    {200: CaseShape},
    body=Truths,
    key="honoured",
    if_match="honoured",
    refuses=(403, 409),
    headers=("ETag",),
)
def answer_checklist(call: Call, ref: str) -> Response:
    """Answer items of the checklists of this state; answers end with the round."""
    return reply(call, ref, ChecklistAsk(answers=call.body))
