"""Reads JSON bodies strictly: every error at once, each with its pointer, in both languages."""

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any, TypeVar

import msgspec
from flask import Request
from werkzeug.exceptions import ClientDisconnected

from api.problems import FieldError, Problem, field_error
from workflow.domain.words import Text

JSON_TYPES = ("application/json",)
BODY_LIMIT = 1 << 20
"""Bytes of a JSON body."""
DOCUMENT_LIMIT = 25_000_000
"""Bytes of a document."""
DEEPEST = 64
MOST_ERRORS = 100
SAFE_INTEGER = (1 << 53) - 1
"""Beyond it JSON numbers are not read alike everywhere (RFC 8259 section 6), and canonical JSON has none."""

T = TypeVar("T", bound=msgspec.Struct)
Truths = dict[str, bool]
"""An object of true and false."""
Patch = dict[str, Any]
"""A merge patch (RFC 7396)."""


class Repeated(dict[str, Any]):
    """An object with a key that came twice."""

    key = ""


def media_type_among(request: Request, known: tuple[str, ...]) -> str:
    """The request's media type. Raises Problem 415 where it is none of `known`, or not in UTF-8."""
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if request.mimetype not in known or charset not in ("utf-8", "utf8"):
        raise Problem("media-type", known=", ".join(known))
    return request.mimetype


def read_bytes(request: Request, most: int = BODY_LIMIT) -> bytes:
    """The whole body. Raises Problem 413, 400."""
    if (request.content_length or 0) > most:
        raise Problem("too-large", most=size_in_words(most))
    try:
        body = request.stream.read(most + 1)
    except (OSError, ClientDisconnected) as error:
        raise Problem("request") from error
    if len(body) > most:
        raise Problem("too-large", most=size_in_words(most))
    return body


def parse(body: bytes) -> Any:
    """JSON as Python values, free of what no field may hold. Raises Problem 400, 422."""
    try:
        value = json.loads(body.decode("utf-8"), object_pairs_hook=_object, parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        raise _unreadable(f"byte ke-{error.start} bukan UTF-8", f"byte {error.start} is not UTF-8") from None
    except RecursionError:
        raise Problem("invalid", errors=[_too_deep("")]) from None
    except json.JSONDecodeError as error:
        place = f"{error.lineno}:{error.colno}"
        raise _unreadable(f"baris dan kolom {place}", f"line and column {place}") from None
    except ValueError:
        raise _unreadable("ada bilangan yang bukan bilangan JSON", "it holds a number that JSON has not") from None
    if errors := tuple(_first(_unfit(value), MOST_ERRORS)):
        raise Problem("invalid", errors=errors)
    return value


def fit(value: Any, shape: type[T], *, strict: bool = True, place: str = "body") -> T:
    """The value as `shape`, a Struct. Raises Problem 422 with every unknown, missing and ill-typed field."""
    if not isinstance(value, dict):
        raise Problem("invalid", errors=[_wrong("", msgspec.ValidationError("Expected `object`"), place)])
    fields = _fields(shape)
    errors: list[FieldError] = []
    given: dict[str, Any] = {}
    for key, part in value.items():
        if key not in fields:
            known = ", ".join(fields) or "-"
            errors.append(
                field_error(
                    _pointer((key,)),
                    f"{key[:80]} tidak dikenal di sini; yang dikenal: {known}",
                    f"{key[:80]} is not known here; known are: {known}",
                    place,
                )
            )
            continue
        try:
            given[fields[key].name] = msgspec.convert(part, fields[key].type, strict=strict)
        except msgspec.ValidationError as error:
            errors.append(_wrong(_pointer((key,)) + _inner(error), error, place))
    for key, field in fields.items():
        if field.required and key not in value:
            errors.append(_required(_pointer((key,)), key, place))
    if errors:
        raise Problem("invalid", errors=errors[:MOST_ERRORS])
    return shape(**given)


@cache
def _fields(shape: type[Any]) -> dict[str, msgspec.structs.FieldInfo]:
    """A shape's fields by their names in JSON; finding them takes longer than reading a body."""
    return {field.encode_name: field for field in msgspec.structs.fields(shape)}


def truths(value: Any) -> Truths:
    """An object of true and false, at least one. Raises Problem 422."""
    if not isinstance(value, dict) or not value:
        said = field_error("", "Isi harus objek {kunci: true/false}", "The body has to be an object {key: true/false}")
        raise Problem("invalid", errors=[said])
    errors = [
        field_error(_pointer((key,)), f"{key[:80]} harus true atau false", f"{key[:80]} has to be true or false")
        for key, answer in value.items()
        if not isinstance(answer, bool)
    ]
    if errors:
        raise Problem("invalid", errors=errors[:MOST_ERRORS])
    return value


def an_object(value: Any) -> dict[str, Any]:
    """Raises Problem 422 where the value is something else."""
    if not isinstance(value, dict):
        said = field_error("", "Isi harus objek JSON", "The body has to be a JSON object")
        raise Problem("invalid", errors=[said])
    return value


def size_in_words(size: int) -> str:
    return f"{size // (1 << 20)} MiB" if size % (1 << 20) == 0 else f"{size // 1_000_000} MB"


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    twice, seen = Repeated(found), set()
    for key, _ in pairs:
        if key in seen:
            twice.key = key
        seen.add(key)
    return twice


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _unfit(root: Any) -> Iterator[FieldError]:
    """What may stand in no field: NUL, lone surrogates, repeated keys, numbers out of range, too deep a nesting."""
    rest: list[tuple[tuple[str | int, ...], Any]] = [((), root)]
    while rest:
        path, value = rest.pop()
        if isinstance(value, str):
            yield from _unfit_text(_pointer(path), value)
        elif isinstance(value, float):
            if value in (float("inf"), float("-inf")):
                yield _too_big(_pointer(path))
        elif isinstance(value, int):
            if abs(value) > SAFE_INTEGER:
                yield _too_big(_pointer(path))
        elif isinstance(value, dict | list):
            if len(path) >= DEEPEST:
                yield _too_deep(_pointer(path))
                continue
            if isinstance(value, Repeated):
                said = value.key[:80].encode("ascii", "backslashreplace").decode()
                yield field_error(_pointer(path), f"Kunci {said} muncul dua kali", f"The key {said} comes twice")
            parts = value.items() if isinstance(value, dict) else enumerate(value)
            for key, part in parts:
                if isinstance(key, str):
                    yield from _unfit_text(_pointer(path), key)
                rest.append(((*path, key), part))


def _unfit_text(pointer: str, text: str) -> Iterator[FieldError]:
    if "\0" in text:
        yield field_error(
            pointer, "Teks memuat NUL (\\u0000); hapus tanda itu", "The text holds NUL (\\u0000); remove it"
        )
    if not text.isascii() and any("\ud800" <= sign <= "\udfff" for sign in text):
        yield field_error(
            pointer,
            "Teks memuat surrogate tanpa pasangan (\\ud800 sampai \\udfff); hapus tanda itu",
            "The text holds a lone surrogate (\\ud800 to \\udfff); remove it",
        )


def _too_big(pointer: str) -> FieldError:
    return field_error(pointer, "Bilangan terlalu besar (paling besar 2^53 - 1)", "The number is beyond 2^53 - 1")


def _too_deep(pointer: str) -> FieldError:
    said_id, said_en = f"Bersarang lebih dari {DEEPEST} tingkat", f"Nested deeper than {DEEPEST} levels"
    return field_error(pointer, said_id, said_en)


def _pointer(path: tuple[str | int, ...]) -> str:
    parts = (str(part)[:200].encode("utf-8", "backslashreplace").decode().replace("\0", "\\u0000") for part in path)
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in parts)


def _inner(error: msgspec.ValidationError) -> str:
    """The pointer inside a field, from msgspec's `$.a[0]`; up to the first key that it does not name."""
    _, found, path = str(error).partition(" - at `$")
    if not found:
        return ""
    path = path.rstrip("`").split("[...]")[0]
    return path.replace("[", "/").replace("]", "").replace(".", "/")


KINDS = {
    "object": ("objek", "an object"),
    "array": ("larik", "an array"),
    "str": ("teks", "a text"),
    "int": ("bilangan bulat", "a whole number"),
    "bool": ("true atau false", "true or false"),
    "null": ("null", "null"),
    "datetime": ("waktu ISO 8601 dengan zona", "an ISO 8601 time with its zone"),
}


MISSING = re.compile(r"Object missing required field `(\w+)`")
UNKNOWN = re.compile(r"Object contains unknown field `(.*)`", re.DOTALL)
PATTERN = re.compile(r"Expected `str` matching regex '(.*)'")
LENGTH = re.compile(r"Expected `(int|str|array)`(?: \| null)?(?: of length)? ([<>]=) (-?\d+)")
COUNTED = {"int": Text("", ""), "str": Text(" tanda", " characters"), "array": Text(" butir", " items")}
"""What a bound of each kind counts, after its number."""


def _required(pointer: str, name: str, place: str) -> FieldError:
    return field_error(pointer, f"{name} wajib diisi", f"{name} is required", place)


def _wrong(pointer: str, error: msgspec.ValidationError, place: str) -> FieldError:
    said = str(error).partition(" - at ")[0]
    if found := MISSING.fullmatch(said):
        return _required(f"{pointer}/{found[1]}", found[1], place)
    if found := UNKNOWN.fullmatch(said):
        in_id, in_en = f"{found[1][:80]} tidak dikenal di sini", f"{found[1][:80]} is not known here"
        return field_error(pointer + _pointer((found[1],)), in_id, in_en, place)
    name = pointer.rpartition("/")[2] or "body"
    if found := LENGTH.fullmatch(said):
        kind, least, unit = found[1], found[2] == ">=", COUNTED[found[1]]
        in_id = f"{name} paling {'sedikit' if least else 'banyak'} {found[3]}{unit.id}"
        verb = "is" if kind == "int" else "takes"
        in_en = f"{name} {verb} at {'least' if least else 'most'} {found[3]}{unit.en}"
        return field_error(pointer, in_id, in_en, place)
    if found := PATTERN.fullmatch(said):
        return field_error(pointer, f"{name} harus ditulis menurut {found[1]}", f"{name} has to fit {found[1]}", place)
    if said.startswith("Expected `") and "`" in said[10:]:
        wanted = said[10:].split("`")[0].split(" | ")
        if all(kind in KINDS for kind in wanted):
            in_id = " atau ".join(KINDS[kind][0] for kind in wanted)
            in_en = " or ".join(KINDS[kind][1] for kind in wanted)
            return field_error(pointer, f"{name} harus {in_id}", f"{name} has to be {in_en}", place)
    return field_error(pointer, f"{name} tidak sesuai bentuknya", f"{name} does not fit: {said}", place)


def _unreadable(where_id: str, where_en: str) -> Problem:
    return Problem("unreadable", where_id=where_id, where_en=where_en)


def _first(errors: Iterator[FieldError], most: int) -> Iterator[FieldError]:
    for _, error in zip(range(most), errors, strict=False):
        yield error
