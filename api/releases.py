"""Data released to an agency under terms: its system says that it is deleted."""

from datetime import UTC, date, datetime

from flask import Response
from msgspec import Struct

from api.commands import ask
from api.operations import Call, Room
from api.presenting import json_reply
from api.problems import Problem
from api.shapes import Moment
from workflow.asks import DeletionAsk
from workflow.domain.released import DataReleased
from workflow.domain.releasing import receiving

room = Room("releases")
DIGITS = 19
"""A position has fewer."""


class Deletion(Struct, frozen=True, kw_only=True):
    release: int
    """Position of the release."""
    ref: str
    recipient: str
    keep_until: date
    deleted: Moment
    """When it was first confirmed."""
    position: int


@room("POST", "/releases/<release>/deletion", {200: Deletion}, key="honoured", refuses=(403, 409))
def confirm_deletion(call: Call, release: str) -> Response:
    """Say that your agency has deleted what was released to it; once is enough. For integrators of the recipient."""
    position = int(release) if release.isascii() and release.isdigit() and len(release) < DIGITS else 0
    ref = _released_to(call, position)
    answer = ask(call, ref, DeletionAsk(release=position))
    one = next(one for one in answer.case.releases if one.position == position)
    assert one.deleted is not None
    deletion = Deletion(
        release=position,
        ref=ref,
        recipient=one.recipient,
        keep_until=one.keep_until,
        deleted=one.deleted.astimezone(UTC),
        position=answer.position,
    )
    return json_reply(deletion)


def _released_to(call: Call, position: int) -> str:
    """The case of a release to the caller's agency. Raises Problem 404, whether it is not there or not theirs."""
    directory = call.engine.directory.current()
    for event in call.engine.log.select(position - 1, 1) if position > 0 else ():
        posts = directory.appointments(call.who)
        body = event.body
        if isinstance(body, DataReleased) and receiving(body.recipient, posts, directory.agencies, datetime.now(UTC)):
            return event.stream.removeprefix("case/")
    raise Problem("not-found")
