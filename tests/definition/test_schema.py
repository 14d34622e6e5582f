"""Facts have a closed part of JSON Schema: whole numbers, nothing undescribed, personal values of known persons."""

import pytest

from tests.definition.paper import assert_found, patched

TITLE = """x-title: {id: nama kelompok, en: "the group's name"}"""
GROUP = f"group:     {{type: string, minLength: 3, maxLength: 120, {TITLE}}}"


@pytest.mark.parametrize(
    ("new", "says"),
    [
        ("group:     {type: number}", "`number` is not allowed"),
        ("group:     {type: 'null'}", "`null` is not allowed"),
        ("group:     {type: [string, integer]}", "must be `object` or"),
        ("group:     {type: strng}", "did you mean `string`?"),
        ("group:     {description: a name}", "needs a `type`"),
        ("group:     {enum: []}", "must not be empty"),
        ("group:     {enum: [a, 1]}", "all be texts"),
        ("group:     {type: string, minLength: 3, maxLength: 2}", "above"),
        ("group:     {type: string, minimum: 3}", "is for the type `integer`"),
        ("group:     {type: string, pattern: '('}", "no regular expression"),
        ("group:     {type: string, pattern: '^(a+)+$'}", "repeats a group"),
        ("group:     {type: string, format: colour}", "`nik` or"),
        ("group:     {type: string, x-personal: true}", "needs an object around it with `x-person`"),
        ("group:     {type: array}", "a list needs `items`"),
        ("group:     {type: object, properties: {a: {type: string}}}", "`additionalProperties: false`"),
        ("group:     {type: object, additionalProperties: false}", "needs `properties`"),
        ("group:     {type: string, format: nik}", "a NIK is personal"),
        ("group:     {$ref: '#/x'}", "no key `$ref`"),
        ("group:     {anyOf: [{type: string}]}", "no key `anyOf`"),
        ("group:     {type: string, x-title: {id: nama, eng: name}}", "no key `eng`"),
        ("'gr\U0001d400': {type: string}", "Basic Multilingual Plane"),
        ("'gr/oup': {type: string}", "no /"),
    ],
)
def test_what_the_closed_part_refuses(new, says):
    text = patched((GROUP, new))
    found = "schema" if "no key" not in says else "unknown-key"
    found = "type" if says.startswith(("must be", "did you", "`nik`")) else found
    assert_found(text, found, new, says)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("x-person: nik ", "x-person: nikk ", "`nikk` is none"),
        ("x-person: nik ", "x-person: role ", "`role` is none"),
        ("x-person: nik ", "x-person: name ", "`format: nik`"),
        ("required: [name, nik, born,", "required: [name, born,", "put it in `required`"),
        ("required: [group, region,", "required: [groop, region,", "`groop`, which is not in"),
        ("role:  {enum: [", "role:  {x-personal: true, enum: [", "has no `enum`"),
    ],
)
def test_persons_and_required_fields_exist(old, new, says):
    text = patched((old, new))
    at = "x-person:" if "required`" in says else new
    assert_found(text, "schema", at, says)


def test_facts_are_not_nested_without_end():
    inner = "{type: string}"
    for _ in range(8):
        inner = f"{{type: array, items: {inner}}}"
    assert_found(patched((GROUP, f"group: {inner}")), "schema", "      group:", "at most 6 deep")


def test_outcomes_are_single_values():
    text = patched(("loan: {type: integer, minimum: 0}", "loan: {type: array, items: {type: string}}"))
    assert_found(text, "schema", "      loan:", "integer, string or boolean")
