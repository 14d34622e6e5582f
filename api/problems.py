"""Every error as problem details (RFC 9457): what went wrong and the way out, in Indonesian and English."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import msgspec
from flask import Request, Response
from msgspec import Struct

from api.sentences import SENTENCES
from workflow.domain.refusal import Refusal
from workflow.domain.words import Text

MEDIA_TYPE = "application/problem+json"
PREFIX = "urn:selaras:problem:"


class FieldError(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing wrong with a request, at a JSON Pointer into its body, or at a parameter's name."""

    pointer: str
    id: str
    en: str
    place: str = msgspec.field(default="body", name="in")
    """`body`, `query`, `header` or `path`."""
    line: int | None = None
    column: int | None = None
    rule: str | None = None


class Change(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An event that came between what the caller saw and now."""

    position: int
    version: int
    event: str
    at: str
    actor: str


class ShownRefusal(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A reason why not, and how it can be mended."""

    code: str
    id: str
    en: str
    how: Text
    pointer: str | None = None
    possible_from: date | None = None
    """The first day on which this no longer refuses, where that is known."""


class ProblemShape(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What every error looks like; `id` and `en` say the same as `detail` in both languages."""

    type: str
    title: str
    status: int
    detail: str
    id: str
    en: str
    how: Text
    request: str
    incident: str | None = None
    errors: tuple[FieldError, ...] = ()
    refusals: tuple[ShownRefusal, ...] = ()
    what_changed: tuple[Change, ...] = ()
    dossier: str | None = None
    position: int | None = None


class Problem(Exception):
    """Ends a request with problem details. `kind` names an entry of `api.sentences`."""

    def __init__(
        self,
        kind: str,
        *,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
        extra: Mapping[str, Any] | None = None,
        status: int | None = None,
        **values: object,
    ) -> None:
        super().__init__(kind)
        self.kind = kind
        self.errors = tuple(errors)
        self.headers = dict(headers or {})
        self.extra = dict(extra or {})
        self.status = status
        self.values = values


def shown(refusal: Refusal) -> ShownRefusal:
    return ShownRefusal(
        code=refusal.code,
        id=refusal.id,
        en=refusal.en,
        how=refusal.how,
        pointer=refusal.pointer,
        possible_from=refusal.possible_from,
    )


def field_error(pointer: str, id: str, en: str, place: str = "body") -> FieldError:
    return FieldError(pointer=pointer, id=id, en=en, place=place)


def language_of(request: Request) -> str:
    """`id` or `en`, whichever the caller prefers."""
    return request.accept_languages.best_match(("id", "en")) or "id"


def body_of(problem: Problem, request_id: str, language: str) -> ProblemShape:
    """The body of a problem; `language` (`id` or `en`) chooses `title` and `detail`."""
    said = SENTENCES[problem.kind]
    detail = Text(said.id.format(**problem.values), said.en.format(**problem.values))
    return ProblemShape(
        type=PREFIX + problem.kind,
        title=getattr(said.title, language),
        status=problem.status or said.status,
        detail=getattr(detail, language),
        id=detail.id,
        en=detail.en,
        how=said.how,
        request=request_id,
        errors=problem.errors,
        **problem.extra,
    )


def reply_to(problem: Problem, request_id: str, language: str) -> Response:
    """The reply for a problem."""
    body = body_of(problem, request_id, language)
    reply = Response(msgspec.json.encode(body), status=body.status, content_type=MEDIA_TYPE)
    reply.headers["Content-Language"] = language
    reply.headers["Vary"] = "Accept-Language"
    reply.headers.update(problem.headers)
    return reply
