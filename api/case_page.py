"""The page that a message's link opens: the same for every case, it asks the API with the reader's own token."""

from functools import cache
from pathlib import Path

from flask import Response

from api.operations import Call, Room
from api.problems import Problem

room = Room("case page", prefix="")

FILES = {"case.css": "text/css", "case.js": "text/javascript"}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)


@room("GET", "/cases/<ref>", {200: "text/html"}, public=True)
def read_case_page(call: Call, ref: str) -> Response:
    """A case to look at in a browser. It holds nothing of a case, so it does not tell whether there is one."""
    reply = Response(_file("case.html"), content_type="text/html; charset=utf-8")
    reply.headers["Content-Security-Policy"] = POLICY
    return reply


@room("GET", "/pages/<file>", {200: "application/octet-stream"}, public=True)
def read_page_file(call: Call, file: str) -> Response:
    """A file of that page."""
    if file not in FILES:
        raise Problem("not-found")
    return Response(_file(file), content_type=f"{FILES[file]}; charset=utf-8")


@cache
def _file(name: str) -> bytes:
    return (Path(__file__).parent / "pages" / name).read_bytes()
