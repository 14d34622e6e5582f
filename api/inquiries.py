"""Inquiries: a question to another role, and its answer; the clock stops in between."""

from typing import Annotated

from flask import Response
from msgspec import Meta, Struct

from api.commands import reply
from api.operations import Call, Room
from api.problems import Problem
from api.shapes import CaseShape
from workflow.asks import AnswerAsk, InquiryAsk

room = Room("inquiries")

Words = Annotated[str, Meta(min_length=1, max_length=10_000)]


class Question(Struct, frozen=True, kw_only=True):
    to: str
    """The role that is asked."""
    question: Words


class Reply(Struct, frozen=True, kw_only=True):
    answer: Words


@room(
    "POST",
    "/cases/<ref>/inquiries",
    {201: CaseShape},
    body=Question,
    key="honoured",
    if_match="honoured",
    refuses=(403, 409),
    headers=("ETag",),
)
def open_inquiry(call: Call, ref: str) -> Response:
    """Ask a role a question."""
    return reply(call, ref, InquiryAsk(to=call.body.to, question=call.body.question), status=201)


@room(
    "POST",
    "/cases/<ref>/inquiries/<number>/answer",
    {200: CaseShape},
    body=Reply,
    key="honoured",
    if_match="honoured",
    refuses=(403, 409),
    headers=("ETag",),
)
def answer_inquiry(call: Call, ref: str, number: str) -> Response:
    """Answer a question that was asked of your role."""
    if not (number.isascii() and number.isdigit() and 0 < len(number) <= 6):
        raise Problem("not-found")
    return reply(call, ref, AnswerAsk(number=int(number), answer=call.body.answer))
