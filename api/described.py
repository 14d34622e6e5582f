"""The API described: /openapi.json, and a page to browse it, served from a package without any outside address."""

import importlib.util
from functools import cache
from importlib.metadata import version
from pathlib import Path

import msgspec
from flask import Response

from api import openapi
from api.operations import Call, Room
from api.problems import Problem

room = Room("described", prefix="")

FILES = {
    "swagger-ui.css": "text/css",
    "swagger-ui-bundle.js": "text/javascript",
    "favicon-32x32.png": "image/png",
    "start.js": "text/javascript",
}
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Selaras API</title>
<link rel="icon" href="/docs/favicon-32x32.png">
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<main id="api"></main>
<noscript>This page needs JavaScript; the description itself is <a href="/openapi.json">/openapi.json</a>.</noscript>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
"""
START = """SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#api",
  deepLinking: true,
  validatorUrl: null,
  persistAuthorization: false,
  presets: [SwaggerUIBundle.presets.apis],
});
"""
DAY = "public, max-age=86400"


@room("GET", "/openapi.json", {200: "application/json"}, public=True)
def read_openapi(call: Call) -> Response:
    """This description, OpenAPI 3.1."""
    return Response(_description(), content_type="application/json")


@room("GET", "/", {302: None}, public=True, headers=("Location",))
def lead_to_docs(call: Call) -> Response:
    """Whoever comes by the bare address is led to the page."""
    return Response(status=302, headers={"Location": "/docs"})


@room("GET", "/docs", {200: "text/html"}, public=True)
def read_docs(call: Call) -> Response:
    """A page to browse the description and try it."""
    reply = Response(PAGE, content_type="text/html; charset=utf-8")
    reply.headers["Content-Security-Policy"] = PAGE_POLICY
    return reply


@room("GET", "/docs/<file>", {200: "application/octet-stream"}, public=True)
def read_docs_file(call: Call, file: str) -> Response:
    """A file of that page."""
    if file not in FILES:
        raise Problem("not-found")
    reply = Response(START if file == "start.js" else _static(file), content_type=f"{FILES[file]}; charset=utf-8")
    reply.headers["Cache-Control"] = DAY
    return reply


@cache
def _description() -> bytes:
    from api.offers import OPERATIONS

    return msgspec.json.encode(openapi.document(OPERATIONS, version("selaras")))


@cache
def _static(file: str) -> bytes:
    # Found without importing the package: it would bring its own web frameworks' handlers along.
    spec = importlib.util.find_spec("swagger_ui")
    if spec is None or spec.origin is None:
        raise Problem("not-found")
    return (Path(spec.origin).parent / "static" / file).read_bytes()
