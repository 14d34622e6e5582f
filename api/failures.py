"""Which problem each refusal and failure of the engine is; what is in no list leaves as 500 with its number only."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import psycopg
from eventsourcing.persistence import InterfaceError, OperationalError
from msgspec.structs import replace
from psycopg_pool import PoolTimeout

from api import metrics, traces
from api.bodies import MOST_ERRORS, size_in_words
from api.preconditions import etag
from api.presenting import change
from api.problems import FieldError, Problem, field_error, shown
from workflow.casework import NoSuchCase, Stale
from workflow.contexts import NoSuchProgramme
from workflow.definition_files import BadDefinition, Finding
from workflow.domain.refusal import Refused
from workflow.domain.refusals import status_of
from workflow.projections.cursors import BadCursor
from workflow.projections.pages import BadQuery
from workflow.projections.runner import BeyondHead, NotCaughtUp
from workflow.store.documents import TooLarge, WrongType
from workflow.streams import Busy, KeyReused
from workflow.texts import ENDING
from workflow.transfers import NoSuchTransfer

AWAY = {"Retry-After": "2"}
SOON = {"Retry-After": "1"}
KINDS = {403: "forbidden", 409: "conflict", 422: "refused"}
NAMES = frozenset({"action", "programme"})
"""Codes of refusals that say that the address names nothing."""


def refused(error: Refused) -> Problem:
    extra = {"refusals": tuple(shown(refusal) for refusal in error.refusals)}
    codes = {refusal.code for refusal in error.refusals}
    if codes and codes <= NAMES:
        return Problem("no-such", extra=extra)
    errors = [
        field_error(refusal.pointer, refusal.id, refusal.en)
        for refusal in error.refusals
        if refusal.pointer is not None
    ]
    return Problem(KINDS[status_of(error.refusals)], extra=extra, errors=errors)


def stale(error: Stale) -> Problem:
    changes = tuple(change(event) for event in error.what_changed)
    tag = {"ETag": etag(error.dossier)}
    return Problem("stale", extra={"what_changed": changes, "dossier": error.dossier}, headers=tag)


def bad_definition(error: BadDefinition) -> Problem:
    errors = [_finding(found) for found in error.findings if found.severity == "error"]
    return Problem("invalid", errors=errors[:MOST_ERRORS])


def _finding(found: Finding) -> FieldError:
    # What is found in a definition is told in English only, like the keys of its format.
    in_id = f"Baris {found.line}, kolom {found.column} tidak memenuhi aturan {found.rule}: {found.message}"
    in_en = f"Line {found.line}, column {found.column} breaks the rule {found.rule}: {found.message}"
    text = found.file.removesuffix(ENDING)
    pointer = "/source" if text == found.file else f"/texts/{text.replace('/', '~1')}"
    placed = field_error(pointer, in_id, in_en)
    return replace(placed, line=found.line, column=found.column, rule=found.rule)


def no_programme(error: NoSuchProgramme) -> Problem:
    said = field_error(
        "/programme",
        "Program itu tidak ada; lihat GET /programmes",
        "There is no such programme; see GET /programmes",
    )
    return Problem("invalid", errors=[said])


def bad_query(error: BadQuery) -> Problem:
    return Problem("invalid", errors=[in_query(error.field, f"{error.field} salah: {error}", str(error))])


def bad_cursor(error: BadCursor) -> Problem:
    said = in_query(
        "cursor",
        "cursor bukan dari daftar ini; mulai lagi tanpa cursor",
        "cursor is not one that this list gave for this question; begin again without it",
    )
    return Problem("invalid", errors=[said])


def beyond_head(error: BeyondHead) -> Problem:
    return Problem("beyond-head", name="at_least", head=error.head, extra={"position": error.head})


def not_caught_up(error: NotCaughtUp) -> Problem:
    return Problem("away", headers=AWAY, extra={"position": error.reached})


def wrong_type(error: WrongType) -> Problem:
    return Problem("wrong-type", type=error.declared, errors=[field_error("", error.say.id, error.say.en)])


def too_large(error: TooLarge) -> Problem:
    errors = [field_error("", error.say.id, error.say.en)]
    return Problem("too-large", most=size_in_words(error.limit), errors=errors)


def in_query(name: str, id: str, en: str) -> FieldError:
    return field_error(f"/{name}", id, en, "query")


PROBLEMS: dict[type[Exception], Callable[[Any], Problem]] = {
    NoSuchCase: lambda error: Problem("not-found"),
    NoSuchTransfer: lambda error: Problem("not-found"),
    NoSuchProgramme: no_programme,
    Refused: refused,
    Stale: stale,
    KeyReused: lambda error: Problem("key-used"),
    Busy: lambda error: Problem("busy", headers=SOON),
    BadDefinition: bad_definition,
    BadQuery: bad_query,
    BadCursor: bad_cursor,
    BeyondHead: beyond_head,
    NotCaughtUp: not_caught_up,
    WrongType: wrong_type,
    TooLarge: too_large,
    PoolTimeout: lambda error: Problem("away", headers=AWAY),
    # A read model still as the release before this one made it: the workers build it anew and swap.
    psycopg.errors.UndefinedColumn: lambda error: Problem("away", headers=AWAY),
    psycopg.errors.UndefinedTable: lambda error: Problem("away", headers=AWAY),
    psycopg.OperationalError: lambda error: Problem("away", headers=AWAY),
    OperationalError: lambda error: Problem("away", headers=AWAY),
    InterfaceError: lambda error: Problem("away", headers=AWAY),
}


def told(error: Exception, request_id: str, route: str) -> Problem:
    """The problem that the caller is told, counted; one that nobody foresaw is written down under its number."""
    problem = problem_of(error)
    if problem is None:
        incident = str(uuid4())
        traces.incident_line(incident, request_id, route, error)
        problem = Problem("unexpected", extra={"incident": incident})
    for refusal in problem.extra.get("refusals", ()):
        metrics.refusals.labels(refusal.code).inc()
    return problem


def problem_of(error: Exception) -> Problem | None:
    """The problem that an exception is; None where nobody foresaw it."""
    if isinstance(error, Problem):
        return error
    for kind, make in PROBLEMS.items():
        if isinstance(error, kind):
            return make(error)
    return None
