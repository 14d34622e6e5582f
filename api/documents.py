"""Documents of a case: supplied as bytes with their type, read back by the SHA-256 of what is stored."""

import hashlib
from itertools import chain

from flask import Response
from werkzeug.exceptions import ClientDisconnected

from api.bodies import DOCUMENT_LIMIT, size_in_words
from api.commands import ask
from api.operations import Call, Room
from api.preconditions import etag
from api.presenting import json_reply, seen_case
from api.problems import Problem
from api.shapes import SuppliedDocument
from workflow.asks import DocumentAsk
from workflow.casework import Answer
from workflow.domain.case import Document
from workflow.domain.definition.model import Definition, DocumentRule
from workflow.domain.events import DocumentAttached

room = Room("documents")


@room(
    "PUT",
    "/cases/<ref>/documents/<kind>",
    {201: SuppliedDocument, 200: SuppliedDocument},
    body=bytes,
    media_types=(),
    key="honoured",
    if_match="honoured",
    refuses=(403, 409, 413, 415, 422),
    headers=("ETag",),
)
def supply_document(call: Call, ref: str, kind: str) -> Response:
    """Supply a document: 201 where it is new, 200 where the same bytes were there already."""
    _, definition, _ = seen_case(call, ref)
    rule = _rule(definition, kind)
    _check_type(call, rule)
    if (call.request.content_length or 0) > DOCUMENT_LIMIT:
        raise Problem("too-large", most=size_in_words(DOCUMENT_LIMIT))
    body = _Counted(call)
    with call.limits.uploading():
        # Stored first, for an event may name only what is durable; if the case refuses it, it is swept.
        stored = call.engine.documents.put(body, call.request.mimetype, DOCUMENT_LIMIT)
    call.fingerprint.add(body.sum.digest())
    asked = DocumentAsk(document=kind, sha256=stored.sha256, type=stored.type, size=stored.size)
    answer = ask(call, ref, asked)
    found = _newest(answer, kind)
    shape = SuppliedDocument(
        ref=answer.case.ref,
        kind=kind,
        sha256=found.sha256 if found else stored.sha256,
        type=found.type if found else stored.type,
        size=found.size if found else stored.size,
        position=answer.position,
        dossier=answer.dossier,
    )
    reply = json_reply(shape, 201 if answer.changed else 200)
    reply.headers["ETag"] = etag(answer.dossier)
    return reply


@room("GET", "/cases/<ref>/documents/<sha256>", {200: "application/octet-stream"}, refuses=(403,))
def read_document(call: Call, ref: str, sha256: str) -> Response:
    """The bytes of a document, also of one that was replaced; to those who may see personal values."""
    case, _, sight = seen_case(call, ref)
    found = next((d for d in case.documents if d.sha256 == sha256), None) or _replaced(call, ref, sha256)
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
