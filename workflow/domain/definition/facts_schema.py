"""The JSON Schema that a definition may use for facts and outcomes: a closed part of 2020-12 with whole numbers."""

import re
from typing import Any

from workflow.domain.definition.entries import Entry
from workflow.domain.definition.schemas import JSON_TYPES

LARGEST = 2**53 - 1
"""Beyond it canonical JSON keeps no whole number (RFC 8785)."""
FORMATS = ("nik", "phone", "kbli", "date", "email", "uri")
DEEPEST = 6
LENGTH = {"minLength": "string", "maxLength": "string", "minItems": "array", "maxItems": "array"}
RANGE = ("minimum", "maximum")
WORDS = ("title", "description", "x-unit")
TITLE = "x-title"
"""What a field is called, in both languages."""
KEYS = " ".join(
    (
        "type enum const required properties additionalProperties items uniqueItems pattern format x-person x-personal",
        *LENGTH,
        *RANGE,
        *WORDS,
        TITLE,
    )
)
TYPES = ("object", "array", "string", "integer", "boolean")
REPEATED = re.compile(r"[+*}]\)(\?:)?[+*{]")
"""A repetition of a group that ends in a repetition: it may take a matcher for ever."""
REFUSED_TYPES = {
    "number": "`number` is not allowed: fractions do not hash the same everywhere; count in whole units (integer)",
    "null": "`null` is not allowed: an unknown value is left out",
}


def check_schema(entry: Entry, deep: int = 0, within_person: bool = False, also: str = "") -> None:
    """Report everything in a schema that is not of the closed part.

    `within_person`: below an object with `x-person`; `also`: a keyword that is allowed here, a truth value.
    """
    if not entry.report.proving:
        return
    if deep > DEEPEST:
        entry.error("schema", f"facts are nested at most {DEEPEST} deep")
        return
    found = entry.record("", f"{KEYS} {also}")
    kind = _type(entry, found)
    for key, wanted in LENGTH.items():
        if key in found:
            found[key].integer(0, 1_000_000)
            _belongs(found[key], key, kind, wanted)
    for key in RANGE:
        if key in found:
            found[key].integer(-LARGEST, LARGEST)
            _belongs(found[key], key, kind, "integer")
    for low, high in (("minLength", "maxLength"), ("minItems", "maxItems"), RANGE):
        _ordered(found, low, high)
    for key in WORDS:
        if key in found:
            found[key].text()
    if TITLE in found:
        found[TITLE].words()
    for key in ("uniqueItems", "x-personal", also):
        if key in found:
            found[key].truth()
    _string(found, kind)
    _personal(entry, found, kind, within_person)
    if kind == "object":
        _object(entry, found, deep, within_person)
    if kind == "array":
        if "items" not in found:
            entry.error("schema", "a list needs `items`")
        else:
            check_schema(found["items"], deep + 1, within_person)
    for key, wanted in (("properties", "object"), ("required", "object"), ("x-person", "object"), ("items", "array")):
        if key in found:
            _belongs(found[key], key, kind, wanted)


def _type(entry: Entry, found: dict[str, Entry]) -> str:
    if "type" in found:
        given = found["type"].node.value
        if isinstance(given, str) and given in REFUSED_TYPES:
            found["type"].error("schema", REFUSED_TYPES[given])
            return "integer"
        kind = found["type"].choice(*TYPES)
    else:
        kind = ""
    for key in ("enum", "const"):
        if key in found:
            values = found[key].items() if key == "enum" else (found[key],)
            kinds = {JSON_TYPES.get(type(value.node.value)) for value in values}
            if key == "enum" and not values:
                found[key].error("schema", "`enum` must not be empty")
            elif None in kinds or len(kinds) > 1 or (kind and kinds != {kind}):
                found[key].error(
                    "schema", f"values of `{key}` must all be texts, all whole numbers or all truth values"
                )
            else:
                kind = kinds.pop() or kind
    if not kind:
        entry.error("schema", "a value needs a `type` (or an `enum`)")
    return kind


def _string(found: dict[str, Entry], kind: str) -> None:
    if "pattern" in found:
        pattern = found["pattern"].text(longest=200)
        _belongs(found["pattern"], "pattern", kind, "string")
        try:
            re.compile(pattern)
        except re.error as error:
            found["pattern"].error("schema", f"`pattern` is no regular expression: {error}")
        if REPEATED.search(pattern):
            found["pattern"].error("schema", "`pattern` repeats a group that ends in a repetition; write it without")
    if "format" in found:
        found["format"].choice(*FORMATS)
        _belongs(found["format"], "format", kind, "string")


def _personal(entry: Entry, found: dict[str, Entry], kind: str, within_person: bool) -> None:
    if not is_personal(entry.plain()):
        nik = "format" in found and found["format"].node.value == "nik"
        if nik:
            entry.error("schema", "a NIK is personal: add `x-personal: true`")
        return
    if kind != "string":
        entry.error("schema", "`x-personal` is for texts: only they can be sealed")
    if not within_person:
        entry.error("schema", "`x-personal` needs an object around it with `x-person`, which says whose value it is")
    if "enum" in found or "const" in found or "pattern" in found:
        entry.error(
            "schema", "a personal value has no `enum`, `const` or `pattern`: use `format`, `minLength`, `maxLength`"
        )


def is_personal(schema: Any) -> bool:
    return isinstance(schema, dict) and schema.get("x-personal") is True


def _object(entry: Entry, found: dict[str, Entry], deep: int, within_person: bool) -> None:
    if "additionalProperties" not in found or found["additionalProperties"].node.value is not False:
        where = found.get("additionalProperties", entry)
        where.error("schema", "an object needs `additionalProperties: false`: what is not described cannot be sealed")
    if "properties" not in found:
        entry.error("schema", "an object needs `properties`")
        return
    person = found["x-person"].text() if "x-person" in found else None
    fields = dict(found["properties"].entries())
    for name, field in fields.items():
        if not name or any(ord(letter) > 0xFFFF for letter in name) or "/" in name or "~" in name or len(name) > 64:
            field.error("schema", "a field's name has 1 to 64 letters of the Basic Multilingual Plane, no / and no ~")
        check_schema(field, deep + 1, within_person or person is not None)
    if "required" in found:
        for name in found["required"].texts(None, least=0):
            if name and name not in fields:
                found["required"].error("schema", f"`required` names `{name}`, which is not in `properties`")
    if person is None:
        return
    if within_person:
        found["x-person"].error("schema", "`x-person` stands inside another person's object")
    if person not in fields or not is_personal(fields[person].plain()):
        found["x-person"].error("schema", f"`x-person` must name a field with `x-personal: true`; `{person}` is none")
    elif fields[person].plain().get("format") != "nik":
        found["x-person"].error("schema", f"`x-person` must name a field with `format: nik`; `{person}` is none")
    elif "required" not in found or person not in found["required"].plain():
        found["x-person"].error("schema", f"`{person}` says whose values these are: put it in `required`")


def _ordered(found: dict[str, Entry], low: str, high: str) -> None:
    if low in found and high in found:
        least, most = found[low].node.value, found[high].node.value
        if isinstance(least, int) and isinstance(most, int) and least > most:
            found[low].error("schema", f"`{low}` is above `{high}`")


def _belongs(entry: Entry, key: str, kind: str, wanted: str) -> None:
    if kind and kind != wanted:
        entry.error("schema", f"`{key}` is for the type `{wanted}`")
