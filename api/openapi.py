"""OpenAPI 3.1 made from the operations themselves, so that it cannot say what the code does not do."""

import re
from collections.abc import Iterable
from typing import Any

import msgspec

from api.operations import Operation
from api.problems import MEDIA_TYPE, ProblemShape

REF = "#/components/schemas/{name}"
PART = re.compile(r"<(?:[a-z]+:)?([a-z0-9_]+)>")
WORDS = {
    200: "Done",
    201: "Made",
    204: "Done; there is nothing to show",
    302: "Elsewhere",
    400: "Not readable",
    401: "Who are you?",
    403: "You may not",
    404: "Not there, or not yours to know of",
    409: "Not in this state, or a claim is held elsewhere",
    412: "It changed since you looked",
    413: "Too large",
    415: "Wrong type",
    422: "Understood, but wrong",
    428: "A header is needed",
    429: "Too many; see Retry-After",
    500: "Unexpected; the incident number is all that is told",
    503: "Not now; see Retry-After",
}
SIGNATURE = {
    "type": "apiKey",
    "in": "header",
    "name": "webhook-signature",
    "description": "With webhook-id and webhook-timestamp, by the rules of Standard Webhooks",
}
HEADERS = {
    "ETag": "The dossier (of a programme: its version), for If-Match",
    "Location": "Where it is",
    "Link": 'The next page, rel="next", where there is one (RFC 8288)',
}


def document(operations: Iterable[Operation], version: str) -> dict[str, Any]:
    """The description of the whole API."""
    operations = tuple(operations)
    shapes = _Shapes(operations)
    paths: dict[str, Any] = {}
    for operation in operations:
        path = PART.sub(r"{\1}", operation.path)
        paths.setdefault(path, {})[operation.method.lower()] = _operation(operation, shapes)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Selaras",
            "version": version,
            "description": "Cases of government programmes that several agencies share. Every error is problem details "
            "(RFC 9457) in Indonesian and English. Times are ISO 8601 UTC, money is in whole rupiah.",
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": room} for room in dict.fromkeys(operation.room for operation in operations)],
        "security": [{"bearer": []}],
        "paths": paths,
        "components": {
            "schemas": shapes.components,
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}, "signature": SIGNATURE},
        },
    }


class _Shapes:
    """JSON Schemas of every shape that a body has."""

    def __init__(self, operations: tuple[Operation, ...]) -> None:
        found: list[Any] = [ProblemShape]
        for operation in operations:
            found += [shape for shape in operation.answers.values() if not _is_bytes(shape)]
            found += [] if operation.body in (None, bytes) else [operation.body]
        self._known = list(dict.fromkeys(found))
        schemas, self.components = msgspec.json.schema_components(self._known, ref_template=REF)
        self._schemas = dict(zip(self._known, schemas, strict=True))

    def __getitem__(self, shape: Any) -> dict[str, Any]:
        schema: dict[str, Any] = self._schemas[shape]
        return schema


def _is_bytes(shape: Any) -> bool:
    return shape is None or isinstance(shape, str)


def _operation(operation: Operation, shapes: _Shapes) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "tags": [operation.room],
        "parameters": [*_parts(operation), *_query(operation), *_conditions(operation)],
        "responses": {
            **{str(status): _answer(operation, status, shapes) for status in operation.answers},
            **{str(status): _problem(status, shapes) for status in sorted(refusals(operation))},
        },
    }
    if operation.public:
        described["security"] = []
    if operation.signed:
        described["security"] = [{"signature": []}]
    if operation.body is bytes:
        described["requestBody"] = {"required": True, "content": {"*/*": {"schema": {}}}}
    elif operation.body is not None:
        content = {"schema": shapes[operation.body]}
        described["requestBody"] = {"required": True, "content": dict.fromkeys(operation.media_types, content)}
    return described


def refusals(operation: Operation) -> set[int]:
    """Every status with which an operation may refuse."""
    found = {500, 503, *operation.refuses}
    if not operation.public:
        found |= {401, 429}
    if "<" in operation.path:
        found.add(404)
    if operation.query is not None:
        found.add(422)
    if operation.query is not None and "as_of" in operation.query.__struct_fields__:
        found.add(404)
    if operation.body is not None:
        found |= {400, 413, 415, 422}
    if operation.key != "none":
        found |= {400, 422}
    if operation.if_match != "none":
        found |= {400, 412}
    if "required" in (operation.key, operation.if_match):
        found.add(428)
    return found


def _answer(operation: Operation, status: int, shapes: _Shapes) -> dict[str, Any]:
    shape = operation.answers[status]
    answer: dict[str, Any] = {"description": WORDS[status]}
    if isinstance(shape, str):
        answer["content"] = {shape: {}}
    elif shape is not None:
        also = operation.also if status < 300 else ()
        answer["content"] = {"application/json": {"schema": shapes[shape]}, **{kind: {} for kind in also}}
    if operation.headers:
        answer["headers"] = {
            name: {"description": HEADERS[name], "schema": {"type": "string"}} for name in operation.headers
        }
    return answer


def _problem(status: int, shapes: _Shapes) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "description": WORDS[status],
        "content": {MEDIA_TYPE: {"schema": shapes[ProblemShape]}},
    }
    if status in (429, 503):
        answer["headers"] = {"Retry-After": {"description": "Seconds", "schema": {"type": "integer"}}}
    if status == 401:
        answer["headers"] = {"WWW-Authenticate": {"schema": {"type": "string"}}}
    return answer


def _parts(operation: Operation) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
        for name in PART.findall(operation.path)
    ]


def _query(operation: Operation) -> list[dict[str, Any]]:
    if operation.query is None:
        return []
    found = []
    for field in msgspec.structs.fields(operation.query):
        schema = _without_null(msgspec.json.schema(field.type))
        if field.default not in (None, msgspec.NODEFAULT):
            schema["default"] = field.default
        description = {"description": schema.pop("description")} if "description" in schema else {}
        found.append(
            {"name": field.encode_name, "in": "query", "required": field.required, **description, "schema": schema}
        )
    return found


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """A parameter that is not sent is left out; it is never null."""
    kinds = [kind for kind in schema.get("anyOf", ()) if kind != {"type": "null"}]
    return {**{k: v for k, v in schema.items() if k != "anyOf"}, **kinds[0]} if len(kinds) == 1 else dict(schema)


def _conditions(operation: Operation) -> list[dict[str, Any]]:
    found = []
    if operation.key != "none":
        pattern = {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-\\[\\]-~]+$"}
        found.append(
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": operation.key == "required",
                "description": "The same key with the same request is answered the same again",
                "schema": pattern,
            }
        )
    if operation.if_match != "none":
        found.append(
            {
                "name": "If-Match",
                "in": "header",
                "required": operation.if_match == "required",
                "description": "The ETag that you saw; a list, or *",
                "schema": {"type": "string"},
            }
        )
    return found
