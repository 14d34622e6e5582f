"""The way of one command: from a call to the casework, and back as the case."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Response

from api.operations import Call
from api.presenting import answer_reply
from api.problems import Problem, field_error
from workflow.asks import Ask
from workflow.casework import Answer
from workflow.preparing import FactsInvalid


def ask(call: Call, ref: str | None, asked: Ask, *, facts_at: str = "") -> Answer:
    """Hand a command over; `facts_at` is where in the body its facts stand, as a JSON Pointer.

    Raises whatever `Casework.handle` does.
    """
    with facts_placed(facts_at):
        return call.engine.casework.handle(
            ref, asked, call.who, key=call.key, request=call.fingerprint.name(), if_match=call.if_match
        )


@contextmanager
def facts_placed(facts_at: str) -> Iterator[None]:
    """Facts that do not fit are blamed on their place in the body, a JSON Pointer."""
    try:
        yield
    except FactsInvalid as invalid:
        raise _placed(invalid, facts_at) from None


def reply(call: Call, ref: str, asked: Ask, *, facts_at: str = "", status: int = 200) -> Response:
    """Hand a command over and answer with the case after it."""
    return answer_reply(call, ask(call, ref, asked, facts_at=facts_at), status)


def _placed(invalid: FactsInvalid, facts_at: str) -> Problem:
    errors = [field_error(facts_at + one.pointer, one.say.id, one.say.en) for one in invalid.errors]
    return Problem("invalid", errors=errors)
