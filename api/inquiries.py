"""Inquiries: a question to another role, and its answer; the clock stops in between."""

from typing import Annotated

from flask import Response
from msgspec import Meta, Struct, convert

from api.commands import reply
from api.operations import Call, Room
from api.presenting import json_reply, seen_case
from api.problems import Problem
from api.shapes import CaseInquiry, CaseShape
from workflow.asks import AnswerAsk, InquiryAsk

room = Room("inquiries")

Words = Annotated[str, Meta(min_length=1, max_length=10_000)]


class Question(Struct, frozen=True, kw_only=True):
    to: str
    """The role that is asked."""
    question: Words


class Reply(Struct, frozen=True, kw_only=True):
    answer: Words


class InquiryThread(Struct, frozen=True, kw_only=True):
    items: list[CaseInquiry]
    position: int


@room("GET", "/cases/<ref>/inquiries", {200: InquiryThread})
def list_inquiries(call: Call, ref: str) -> Response:
    """The inquiries of a case that concern you, in order; to those who read all without their words."""
    case, definition, _ = seen_case(call, ref)
    items = convert(call.engine.reading.inquiries(case, definition, call.who), list[CaseInquiry])
    return json_reply(InquiryThread(items=items, position=case.position))


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
    return reply(call, ref, AnswerAsk(number=inquiry_number(number), answer=call.body.answer))


def inquiry_number(text: str) -> int:
    """The number in an address. Raises Problem where it is none."""
    if not (text.isascii() and text.isdigit() and 0 < len(text) <= 6):
        raise Problem("not-found")
    return int(text)
