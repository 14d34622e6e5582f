"""JSON Schema as guards see it: which fields an object has, and the CEL type of a value."""

from collections.abc import Iterator
from typing import Any

from cel_expr_python import cel

Schema = dict[str, Any]

SCALARS = {"integer": cel.Type.INT, "string": cel.Type.STRING, "boolean": cel.Type.BOOL}
JSON_TYPES: dict[type, str] = {bool: "boolean", int: "integer", str: "string"}


def json_type(schema: Schema) -> str | None:
    """`type`, or that of all values of `enum` or `const`; None where they differ."""
    if isinstance(schema.get("type"), str):
        return str(schema["type"])
    if "const" in schema:
        return JSON_TYPES.get(type(schema["const"]))
    values = schema.get("enum")
    kinds = {JSON_TYPES.get(type(value)) for value in values} if isinstance(values, list) else set()
    return kinds.pop() if len(kinds) == 1 else None


def properties(schema: Schema | None) -> dict[str, Schema] | None:
    """Fields of an object's schema; None for anything else."""
    if schema is None or json_type(schema) != "object":
        return None
    found = schema.get("properties", {})
    return found if isinstance(found, dict) else {}


def items(schema: Schema | None) -> Schema | None:
    """Schema of a list's items; None for anything else."""
    found = schema.get("items") if schema is not None and json_type(schema) == "array" else None
    return found if isinstance(found, dict) else None


def cel_type(schema: Schema | None) -> cel.Type:
    """CEL type of a value; DYN where the schema does not say."""
    kind = json_type(schema) if schema is not None else None
    if schema is None or kind is None:
        return cel.Type.DYN
    if kind == "array":
        return cel.Type.List(cel_type(items(schema)))
    if kind == "object":
        return cel.Type.Map(cel.Type.STRING, cel.Type.DYN)
    return SCALARS.get(kind, cel.Type.DYN)


def objects(schema: Schema | None) -> Iterator[Schema]:
    """A schema's objects at any depth, itself included."""
    if (fields := properties(schema)) is not None and schema is not None:
        yield schema
        for field in fields.values():
            yield from objects(field)
    elif (item := items(schema)) is not None:
        yield from objects(item)


def listing(schema: Schema | None) -> Schema:
    return {"type": "array", "items": schema} if schema is not None else {"type": "array"}


def record(fields: dict[str, Schema]) -> Schema:
    return {"type": "object", "properties": fields}
