"""The letters of a case as PDF."""

from flask import Response

from api.operations import Call, Room
from api.presenting import seen_case
from api.problems import Problem
from workflow.letters import NoSuchLetter

room = Room("letters")


@room("GET", "/cases/<ref>/letters/<position>", {200: "application/pdf"})
def read_letter(call: Call, ref: str, position: str) -> Response:
    """The letter that a decision made, by its position, as it was made; for who may see the case."""
    seen_case(call, ref)
    if not (position.isascii() and position.isdigit() and len(position) <= 16):
        raise Problem("not-found")
    try:
        printed = call.engine.letters.pdf(call.engine.casework.history(ref), int(position))
    except NoSuchLetter:
        raise Problem("not-found") from None
    reply = Response(printed, content_type="application/pdf")
    reply.headers["Content-Disposition"] = f'inline; filename="{ref}-{position}.pdf"'
    return reply
