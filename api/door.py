"""What every request passes before its operation runs: who, how many, which conditions, is it readable."""

import re
from typing import Any

from flask import Flask, Response, request

from api import auth, bodies, preconditions, signatures
from api.limits import Limits
from api.opening import Opener
from api.operations import Call, Operation
from api.problems import Problem, field_error

PATH_PART = re.compile(r"[A-Za-z0-9._-]{1,100}")
"""Whatever is in no reference, name or hash is not there: it never reaches the database."""


def hang(app: Flask, operation: Operation, opener: Opener, limits: Limits) -> None:
    """Serve an operation."""

    def view(**parts: str) -> Response:
        who = ""
        if not operation.public and not operation.signed:
            who = auth.person(request, opener.engine)
            limits.count(who)
        if any(not PATH_PART.fullmatch(part) for part in parts.values()):
            raise Problem("not-found")
        call = Call(
            request,
            opener,
            limits,
            who,
            key=preconditions.idempotency_key(request, operation.key),
            if_match=preconditions.if_match(request, operation.if_match) if operation.writes else None,
            query=_query(operation),
            body=None,
        )
        call.body = _body(operation, call)
        return operation.run(call, **parts)

    app.add_url_rule(
        operation.path,
        endpoint=f"{operation.room}.{operation.name}",
        view_func=view,
        methods=[operation.method],
        provide_automatic_options=False,
    )


def _query(operation: Operation) -> Any:
    if operation.query is None:
        # Parameters that mean nothing here may be somebody's tracing; those of a list are read strictly.
        return None
    twice = [key for key, values in request.args.lists() if len(values) > 1]
    if twice:
        errors = [field_error("/" + key[:80], f"{key[:80]} dua kali", f"{key[:80]} twice", "query") for key in twice]
        raise Problem("invalid", errors=errors)
    given: Any = {key: value for key, value in request.args.items() if value != ""}
    for key, value in given.items():
        if "\0" in value:
            raise Problem("invalid", errors=[field_error("/" + key[:80], "memuat NUL", "holds NUL", "query")])
    return bodies.fit(given, operation.query, strict=False, place="query")


def _body(operation: Operation, call: Call) -> Any:
    if operation.body is None or not operation.media_types:
        return None
    bodies.media_type_among(request, operation.media_types)
    raw = bodies.read_bytes(request)
    if operation.signed:
        signatures.check(call, raw)
    call.fingerprint.add(raw)
    value = bodies.parse(raw)
    if operation.body is bodies.Truths:
        return bodies.truths(value)
    if operation.body is bodies.Patch:
        return bodies.an_object(value)
    return bodies.fit(value, operation.body)
