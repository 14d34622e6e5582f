"""Where a facts schema has personal values, and whose they are; and the one walk over facts that follows it."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TypeVar

from msgspec import Struct

Pointer = tuple[str | int, ...]
Schema = Mapping[str, Any]

BRANCHES = ("allOf", "anyOf", "oneOf", "prefixItems")
SINGLES = (
    "if",
    "then",
    "else",
    "not",
    "contains",
    "additionalProperties",
    "propertyNames",
    "unevaluatedItems",
    "unevaluatedProperties",
)
NAMED = ("patternProperties", "dependentSchemas")
DEEPEST = 50


class Unsealable(Exception):
    """A facts schema marks personal values in a way in which they cannot be sealed; says where and how to mend it."""

    def __init__(self, place: str, why: str) -> None:
        super().__init__(f"facts.schema{place}: {why}")
        self.place, self.why = place, why


class Shape(Struct, frozen=True, kw_only=True):
    """What is personal at and under one place of the facts."""

    personal: bool = False
    """The value here, whatever it holds, is sealed as one."""
    nik: bool = False
    person: str | None = None
    """Field of the object here that says whose the personal values under it are."""
    fields: dict[str, "Shape"] = {}
    items: "Shape | None" = None


def shape_of(schema: Schema) -> Shape:
    """The shape of facts under this schema. Raises Unsealable."""
    return _shape(schema, schema, "", False, 0) or Shape()


def _shape(schema: Any, root: Schema, place: str, owned: bool, depth: int) -> Shape | None:
    if not isinstance(schema, Mapping):
        return None
    if depth > DEEPEST:
        raise Unsealable(place, "the schema refers to itself or is too deep; write out what the facts hold")
    if "$ref" in schema:
        siblings = {name: value for name, value in schema.items() if name != "$ref"}
        return _shape({**_referred(schema["$ref"], root, place), **siblings}, root, place, owned, depth + 1)
    _refuse_branches(schema, root, place, depth)
    person = schema.get("x-person")
    fields = schema.get("properties")
    fields = fields if isinstance(fields, Mapping) else {}
    if person is not None:
        marked = fields.get(person) if isinstance(person, str) else None
        marked = _resolved(marked, root, place) if isinstance(marked, Mapping) else None
        if marked is None or marked.get("x-personal") is not True or marked.get("type") != "string":
            raise Unsealable(place, "x-person must name a field of this object that is a string with x-personal: true")
    owned = owned or person is not None
    if schema.get("x-personal"):
        if not owned:
            raise Unsealable(place, "an x-personal value needs an object around it whose x-person says whose it is")
        return Shape(personal=True, nik=schema.get("format") == "nik")
    if schema.get("format") == "nik":
        raise Unsealable(place, "a NIK must have x-personal: true, so that it is never stored as it is")
    shapes = {
        name: found
        for name, field in fields.items()
        if (found := _shape(field, root, f"{place}/properties/{name}", owned, depth + 1))
    }
    item = _shape(schema.get("items"), root, f"{place}/items", owned, depth + 1)
    if not shapes and item is None:
        return None
    return Shape(person=person, fields=shapes, items=item)


def _refuse_branches(schema: Schema, root: Schema, place: str, depth: int) -> None:
    """Personal values stand under `properties` and `items` only: elsewhere, what applies depends on the value."""
    parts: list[tuple[str, Any]] = [(name, schema.get(name)) for name in SINGLES]
    parts += [(name, part) for name in BRANCHES for part in schema.get(name) or () if isinstance(schema[name], list)]
    parts += [(name, part) for name in NAMED if isinstance(schema.get(name), Mapping) for part in schema[name].values()]
    for name, part in parts:
        if isinstance(part, Mapping) and _shape(part, root, f"{place}/{name}", True, depth + 1) is not None:
            raise Unsealable(f"{place}/{name}", "x-personal may stand under properties and items only")


def _referred(target: Any, root: Schema, place: str) -> Schema:
    found: Any = root
    if not isinstance(target, str) or not target.startswith("#/"):
        raise Unsealable(place, "$ref must stay within the schema, as in #/$defs/NAME")
    for name in target[2:].split("/"):
        found = found.get(name.replace("~1", "/").replace("~0", "~")) if isinstance(found, Mapping) else None
    if not isinstance(found, Mapping):
        raise Unsealable(place, f"$ref {target} leads nowhere")
    return found


def _resolved(schema: Schema, root: Schema, place: str) -> Schema:
    for _ in range(DEEPEST):
        if "$ref" not in schema:
            break
        schema = {**_referred(schema["$ref"], root, place), **{k: v for k, v in schema.items() if k != "$ref"}}
    return schema


class _Gone:
    """Stands for a value that is left out."""


GONE: Final = _Gone()
Owner = TypeVar("Owner")
Leaf = Callable[[Any, Shape, str, Owner | None], Any]
"""(personal value, its shape, path without list indices, whose it is) → what stands in its place, or GONE."""


def transformed(
    value: Any,
    shape: Shape | None,
    leaf: Leaf[Owner],
    owner_of: Callable[[Mapping[str, Any], Shape], Owner | None] | None = None,
    path: str = "",
    owner: Owner | None = None,
) -> Any:
    """The value with each personal one replaced. What holds none is shared, not copied."""
    if shape is None or value is None:
        return value
    if shape.personal:
        return leaf(value, shape, path, owner)
    if isinstance(value, dict):
        if shape.person is not None and owner_of is not None:
            owner = owner_of(value, shape)
        changed = dict(value)
        for name, field in shape.fields.items():
            item = value.get(name)
            if item is None:
                continue
            # Most fields are leaves, and a call for each would cost as much as the rest of the walk.
            here = f"{path}.{name}"
            new = (
                leaf(item, field, here, owner)
                if field.personal
                else transformed(item, field, leaf, owner_of, here, owner)
            )
            if new is GONE:
                del changed[name]
            else:
                changed[name] = new
        return changed
    if isinstance(value, list):
        each = f"{path}[]"
        items = [transformed(item, shape.items, leaf, owner_of, each, owner) for item in value]
        return [item for item in items if item is not GONE]
    return value


def persons(value: Any, shape: Shape | None, at: Pointer = ()) -> Iterator[tuple[Pointer, dict[str, Any], Shape]]:
    """Every object of a person in the facts, with its place and shape, outermost first."""
    if shape is None:
        return
    if isinstance(value, dict):
        if shape.person is not None:
            yield at, value, shape
        for name, field in shape.fields.items():
            yield from persons(value.get(name), field, (*at, name))
    elif isinstance(value, list) and shape.items is not None:
        for number, item in enumerate(value):
            yield from persons(item, shape.items, (*at, number))


def own_values(person: Mapping[str, Any], shape: Shape, at: Pointer = ()) -> Iterator[tuple[Pointer, Any]]:
    """The personal values of one person's object with their places in it; those of a person within are not theirs."""
    for name, field in shape.fields.items():
        if name in person:
            yield from _own(person[name], field, (*at, name))


def _own(value: Any, shape: Shape | None, at: Pointer) -> Iterator[tuple[Pointer, Any]]:
    if shape is None or value is None:
        return
    if shape.personal:
        yield at, value
    elif isinstance(value, dict) and shape.person is None:
        yield from own_values(value, shape, at)
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _own(item, shape.items, (*at, number))
