"""Documents of a case: supplied as bytes with their type, read back by the SHA-256 of what is stored."""

import hashlib
from itertools import chain
from typing import Any

from flask import Response
from werkzeug.exceptions import ClientDisconnected

from api.bodies import DOCUMENT_LIMIT, size_in_words
from api.commands import ask
from api.inquiries import inquiry_number
from api.operations import Call, Room
from api.preconditions import etag
from api.presenting import json_reply, seen_case
from api.problems import Problem
from api.shapes import SuppliedDocument
from workflow.asks import AnswerDocumentAsk, DocumentAsk
from workflow.casework import Answer
from workflow.domain.case import AnswerDocument, Case, Document
from workflow.domain.definition.model import Definition, DocumentRule
from workflow.domain.events import DocumentAttached
from workflow.store.documents import Stored

room = Room("documents")
SUPPLIED_AS_BYTES: dict[str, Any] = {
    "body": bytes,
    "media_types": (),
    "key": "honoured",
    "if_match": "honoured",
    "refuses": (403, 409, 413, 415, 422),
    "headers": ("ETag",),
}


@room(
    "PUT",
    "/cases/<ref>/documents/<kind>",
    {201: SuppliedDocument, 200: SuppliedDocument},
    **SUPPLIED_AS_BYTES,
)
def supply_document(call: Call, ref: str, kind: str) -> Response:
    """Supply a document: 201 where it is new, 200 where the same bytes were there already."""
    _, definition, _ = seen_case(call, ref)
    rule = _rule(definition, kind)
    _check_type(call, rule)
    stored = _stored(call)
    asked = DocumentAsk(document=kind, sha256=stored.sha256, type=stored.type, size=stored.size)
    answer = ask(call, ref, asked)
    return _supplied(answer, kind, _newest(answer, kind) or stored)


@room(
    "PUT",
    "/cases/<ref>/inquiries/<number>/documents",
    {201: SuppliedDocument, 200: SuppliedDocument},
    **SUPPLIED_AS_BYTES,
)
def supply_answer_document(call: Call, ref: str, number: str) -> Response:
    """Supply a document with an answer that is still to be given: 200 where the same bytes were there already."""
    asked = inquiry_number(number)
    seen_case(call, ref)
    if call.request.mimetype not in SUFFIXES:
        raise Problem("media-type", known=", ".join(SUFFIXES))
    stored = _stored(call)
    paper = AnswerDocumentAsk(number=asked, sha256=stored.sha256, type=stored.type, size=stored.size)
    return _supplied(ask(call, ref, paper), f"inquiry {asked}", stored)


@room("GET", "/cases/<ref>/documents/<sha256>", {200: "application/octet-stream"}, refuses=(403,))
def read_document(call: Call, ref: str, sha256: str) -> Response:
    """The bytes of a document, also of one that was replaced; to those who may see personal values."""
    case, definition, sight = seen_case(call, ref)
    found = (
        next((d for d in case.documents if d.sha256 == sha256), None)
        or _replaced(call, ref, sha256)
        or _answering(call, case, definition, sha256)
    )
    if found is None:
        raise Problem("not-found")
    if sight != "open":
        raise Problem("sealed")
    parts = iter(call.engine.documents.open(sha256))
    # The first part before the reply begins: what is missing or damaged is then told by a status.
    reply = Response(chain((next(parts, b""),), parts), content_type=found.type)
    # A fixed name: one that a person chose could carry personal values or a path.
    reply.headers["Content-Disposition"] = f'attachment; filename="{sha256[:16]}{SUFFIXES.get(found.type, "")}"'
    reply.headers["Content-Length"] = str(found.size)
    reply.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return reply


SUFFIXES = {"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png"}


class _Counted:
    """The body as the store reads it, its hash taken on the way."""

    def __init__(self, call: Call) -> None:
        self._stream = call.request.stream
        self.sum = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        try:
            part = self._stream.read(size)
        except (OSError, ClientDisconnected) as error:
            raise Problem("request") from error
        self.sum.update(part)
        return part


def _stored(call: Call) -> Stored:
    """The body, kept. Stored first, for an event may name only what is durable; if the case refuses it, it is swept."""
    if (call.request.content_length or 0) > DOCUMENT_LIMIT:
        raise Problem("too-large", most=size_in_words(DOCUMENT_LIMIT))
    body = _Counted(call)
    with call.limits.uploading():
        stored = call.engine.documents.put(body, call.request.mimetype, DOCUMENT_LIMIT)
    call.fingerprint.add(body.sum.digest())
    return stored


def _supplied(answer: Answer, kind: str, found: Document | Stored) -> Response:
    shape = SuppliedDocument(
        ref=answer.case.ref,
        kind=kind,
        sha256=found.sha256,
        type=found.type,
        size=found.size,
        position=answer.position,
        dossier=answer.dossier,
    )
    reply = json_reply(shape, 201 if answer.changed else 200)
    reply.headers["ETag"] = etag(answer.dossier)
    return reply


def _rule(definition: Definition, kind: str) -> DocumentRule:
    rule = definition.documents.get(kind)
    if rule is None:
        raise Problem("no-such-document", known=", ".join(definition.documents))
    return rule


def _check_type(call: Call, rule: DocumentRule) -> None:
    if call.request.mimetype not in rule.types:
        raise Problem("media-type", known=", ".join(rule.types))


def _newest(answer: Answer, kind: str) -> Document | None:
    return next((d for d in reversed(answer.case.documents) if d.document == kind), None)


def _replaced(call: Call, ref: str, sha256: str) -> DocumentAttached | None:
    events = call.engine.casework.history(ref)
    bodies = (event.body for event in events if isinstance(event.body, DocumentAttached))
    return next((body for body in bodies if body.sha256 == sha256), None)


def _answering(call: Call, case: Case, definition: Definition, sha256: str) -> AnswerDocument | None:
    """A document that came with an answer, for those whom the inquiry concerns."""
    heard = call.engine.reading.heard(case, definition, call.who)
    ours = (one for one in case.inquiries if heard.get(one.number) == "open")
    return next((d for one in ours for d in one.documents if d.sha256 == sha256), None)
