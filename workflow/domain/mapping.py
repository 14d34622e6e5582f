"""Facts of one programme as another asks for them: by the pairs that terms name, else where names and types agree."""

from collections.abc import Iterable, Mapping
from typing import Any

from workflow.domain.events import Facts
from workflow.domain.merge import value_at
from workflow.domain.terms import Side, Terms

Schema = Mapping[str, Any]
Pair = tuple[str, str]
"""Path in the one programme's facts, path in the other's, as `plan.tools`."""
MARKS = ("x-personal", "x-person")
"""What two fields have to say alike for a value to pass from one to the other: nothing sealed becomes plain."""


def pairs_of(terms: Terms, to: Side) -> tuple[Pair, ...]:
    """The pairs of the terms towards one side."""
    return tuple((pair.b, pair.a) if to == "a" else (pair.a, pair.b) for pair in terms.eligibility.facts)


def mapped(facts: Mapping[str, Any], source: Schema | None, target: Schema, pairs: Iterable[Pair] = ()) -> Facts:
    """Facts in the target's shape; what it does not ask for is left out, what it lacks stays missing.

    `source` is the schema that the facts fit; None where they are only tried out: then names alone decide.
    """
    found: Facts = _alike(facts, source, target)
    for one, other in pairs:
        value, place = value_at(facts, tuple(one.split("."))), tuple(other.split("."))
        wanted, given = field_at(target, place), field_at(source, tuple(one.split("."))) if source else None
        if value is not None and wanted is not None and (source is None or _agree(given, wanted)):
            found = _put(found, place, _alike(value, given, wanted))
    return found


def field_at(schema: Schema | None, path: tuple[str, ...]) -> Schema | None:
    """The schema of a field; None where the facts have no such field."""
    for name in path:
        schema = (schema or {}).get("properties", {}).get(name)
    return schema


def _alike(value: Any, source: Schema | None, target: Schema) -> Any:
    """The value, with only those fields of its objects that the target knows and the source says alike."""
    if isinstance(value, Mapping):
        given, wanted = (source or {}).get("properties", {}), target.get("properties", {})
        return {
            name: _alike(value[name], given.get(name), field)
            for name, field in wanted.items()
            if name in value and (source is None or _agree(given.get(name), field))
        }
    if isinstance(value, list):
        items = (source or {}).get("items") if source is not None else None
        return [_alike(item, items, target.get("items", {})) for item in value]
    return value


def _agree(given: Schema | None, wanted: Schema) -> bool:
    if given is None or _type(given) != _type(wanted):
        return False
    if any(given.get(mark) != wanted.get(mark) for mark in MARKS):
        return False
    if wanted.get("x-personal") and given.get("format") != wanted.get("format"):
        return False
    return _type(wanted) != "array" or _agree(given.get("items", {}), wanted.get("items", {}))


def _type(schema: Schema) -> str | None:
    stated = schema.get("type")
    if stated is None and all(isinstance(value, str) for value in schema.get("enum", (None,))):
        return "string"
    return stated


def _put(facts: Facts, path: tuple[str, ...], value: Any) -> Facts:
    name, *rest = path
    inner = facts.get(name)
    if rest:
        value = _put(inner if isinstance(inner, dict) else {}, tuple(rest), value)
    return {**facts, name: value}
