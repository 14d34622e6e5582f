"""The Flask application: operations hung on their addresses, every error turned into problem details."""

import time
from collections.abc import Callable

from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from api import door, metrics, traces
from api.failures import told
from api.limits import Limits
from api.offers import OPERATIONS
from api.opening import Opener
from api.problems import Problem, language_of, reply_to
from workflow.engine import Engine

DRAINED = 64 << 20
"""Bytes of an unread body that are read away before a refusal, so that the caller gets to read it."""
HTTP_KINDS = {400: "request", 404: "not-found", 413: "too-large", 415: "media-type", 431: "headers-large"}
SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}


def create_app(open_engine: Callable[[], Engine], limits: Limits | None = None) -> Flask:
    """The application; `open_engine` is called once, at the first request that needs it."""
    app = Flask("selaras", static_folder=None)
    app.url_map.merge_slashes = False
    opener = Opener(open_engine)
    app.extensions["selaras"] = opener
    limits = limits or Limits()
    for operation in OPERATIONS:
        door.hang(app, operation, opener, limits)
    app.before_request(_begin)
    app.after_request(_finish)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _error)
    return app


def _begin() -> None:
    g.began = time.monotonic()
    g.request_id = traces.request_id(request.headers.get("Request-Id"), request.headers.get("traceparent"))
    metrics.under_way.inc()
    g.counted = True


def _finish(reply: Response) -> Response:
    if reply.status_code >= 400:
        _drain(reply)
    for name, value in SAFE.items():
        reply.headers.setdefault(name, value)
    reply.headers.setdefault("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
    reply.headers.setdefault("Cache-Control", "no-store")
    reply.headers["Request-Id"] = g.request_id
    took = time.monotonic() - g.began
    metrics.observe(request.method, _route(), reply.status_code, took)
    if g.pop("counted", False):
        metrics.under_way.dec()
    traces.request_line(g.request_id, request.method, _route(), reply.status_code, took)
    return reply


def _drain(reply: Response) -> None:
    left = DRAINED
    try:
        while left > 0 and (part := request.stream.read(1 << 16)):
            left -= len(part)
    except (OSError, HTTPException):
        left = 0
    if left <= 0:
        reply.headers["Connection"] = "close"


def _route() -> str:
    return request.url_rule.rule if request.url_rule else "unmatched"


def _http_error(error: HTTPException) -> Response:
    status = error.code or 500
    if isinstance(error, MethodNotAllowed):
        allowed = ", ".join(sorted(error.valid_methods or ()))
        return _reply(Problem("method", method=request.method[:20], headers={"Allow": allowed}))
    kind = HTTP_KINDS.get(status)
    if kind is None:
        return _reply(Problem("request", status=status)) if status < 500 else _error(error)
    return _reply(Problem(kind, most="-", known="-"))


def _error(error: Exception) -> Response:
    return _reply(told(error, g.request_id, _route()))


def _reply(problem: Problem) -> Response:
    return reply_to(problem, g.request_id, language_of(request))
