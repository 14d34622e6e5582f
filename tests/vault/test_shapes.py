"""A schema whose personal values could not be sealed is refused, with its place and the way out."""

from typing import Any

import pytest

from workflow.store.shapes import Shape, Unsealable, shape_of

NAME = {"type": "string", "x-personal": True}
NIK = {"type": "string", "x-personal": True, "format": "nik"}


def person(**fields: Any) -> dict[str, Any]:
    return {"type": "object", "x-person": "nik", "properties": {"nik": NIK, **fields}}


@pytest.mark.parametrize(
    ("schema", "sentence"),
    [
        ({"properties": {"name": NAME}}, r"/properties/name: .*x-person says whose"),
        ({"properties": {"id": {"type": "string", "format": "nik"}}}, r"/properties/id: a NIK must have x-personal"),
        ({"x-person": "nik", "properties": {"name": NAME}}, "x-person must name a field"),
        ({"x-person": "nik", "properties": {"nik": {"type": "string"}}}, "x-person must name a field"),
        ({"x-person": 7, "properties": {"nik": NIK}}, "x-person must name a field"),
        ({"anyOf": [person(name=NAME)]}, r"/anyOf: x-personal may stand under properties"),
        ({"additionalProperties": person()}, r"/additionalProperties: x-personal may stand"),
        ({"patternProperties": {"^m": person()}}, r"/patternProperties: x-personal may stand"),
        ({"if": {"properties": {"name": NAME}}}, r"/if: x-personal may stand"),
        ({"properties": {"a": {"$ref": "#/$defs/none"}}}, "leads nowhere"),
        ({"properties": {"a": {"$ref": "https://example.com/a"}}}, "must stay within the schema"),
        ({"$defs": {"n": {"properties": {"n": {"$ref": "#/$defs/n"}}}}, "$ref": "#/$defs/n"}, "refers to itself"),
    ],
)
def test_what_cannot_be_sealed(schema: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Unsealable, match=sentence):
        shape_of(schema)


def test_nothing_personal_has_an_empty_shape() -> None:
    assert shape_of({"type": "object", "properties": {"a": {"type": "string"}, "l": {"items": {}}}}) == Shape()


def test_persons_may_stand_in_definitions_and_within_persons() -> None:
    heir = person(name=NAME)
    shape = shape_of({"$defs": {"p": person(heir=heir)}, "properties": {"members": {"items": {"$ref": "#/$defs/p"}}}})
    members = shape.fields["members"].items
    assert members is not None
    assert members.person == "nik"
    assert members.fields["heir"].person == "nik"
    assert members.fields["nik"].nik
