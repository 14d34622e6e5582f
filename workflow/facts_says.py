"""Sentences for what is wrong with facts, in both languages, with the way out and never with the value itself."""

import re
from collections.abc import Sequence
from typing import Any

from workflow.domain.context import FactsError
from workflow.domain.kbli import Classes
from workflow.domain.words import Text

Place = Sequence[str | int]

SPEAKABLE = re.compile(r"(?!.*[0-9]{6})[A-Za-z_][A-Za-z0-9_-]{0,39}")
"""A field's name that may be repeated to the caller: nobody's number stands in it."""

TYPES = {
    "string": Text("teks", "text"),
    "integer": Text("bilangan bulat", "a whole number"),
    "number": Text("bilangan", "a number"),
    "boolean": Text("true atau false", "true or false"),
    "array": Text("daftar", "a list"),
    "object": Text("objek", "an object"),
    "null": Text("kosong", "empty"),
}
FORMATS = {
    "nik": Text(
        "harus NIK yang wajar: 16 angka, kode wilayah yang ada, lalu tanggal lahir (ditambah 40 untuk perempuan);"
        " salin dari KTP",
        "must be a plausible NIK: 16 digits, a region's code that exists, then the birth date (plus 40 for women);"
        " copy it from the identity card",
    ),
    "phone": Text(
        "harus nomor telepon seperti 081234567890 atau +6281234567890, tanpa spasi",
        "must be a phone number such as 081234567890 or +6281234567890, without spaces",
    ),
    "date": Text(
        "harus tanggal yang ada, ditulis seperti 1990-12-31", "must be a day that exists, written as 1990-12-31"
    ),
}
NO_CLASS = Text("harus kelas {}: lima angka, seperti 10399", "must be a class of {}: five digits, such as 10399")
NO_DIVISION = Text(
    "harus kelas {}, tetapi golongan pokoknya tidak ada; yang terdekat:",
    "must be a class of {}, but there is no such division; the nearest are",
)
UNLISTED_CLASS = Text(
    "harus kelas {}, tetapi tidak ada dalam daftarnya; yang terdekat:",
    "must be a class of {}, but is not on its list; the nearest are",
)
TOO_DEEP = Text("terlalu banyak tingkat; sederhanakan", "has too many levels; make it simpler")
NOT_TEXT = Text(
    "memuat karakter yang tidak dapat disimpan (NUL atau pasangan tak lengkap); hapus lalu kirim lagi",
    "holds a character that cannot be kept (NUL or half of a pair); take it out and send it again",
)
NOT_NAME = Text(
    "memuat nama kolom yang tidak dikenal; pakai nama dari definisi program",
    "holds a field by a name that is not known; use the names in the programme's definition",
)
NOT_WHOLE = Text(
    "harus bilangan bulat, tanpa koma atau pecahan", "must be a whole number, without a decimal point or fraction"
)
TOO_LARGE = Text(
    "terlalu besar; paling banyak 9.007.199.254.740.991", "is too large; 9,007,199,254,740,991 is the most"
)
SEALED = Text(
    "berbentuk nilai tersegel; kirim nilai aslinya, atau jangan ubah kolom ini",
    "has the form of a sealed value; send the value itself, or leave the field as it is",
)
MASKED = Text(
    "hanya penanda untuk nilai yang disembunyikan atau sudah dihapus; kirim nilai aslinya, atau jangan ubah",
    "only stands for a value that is hidden or erased; send the value itself, or leave it as it is",
)
NIK_FIRST = Text(
    "harus diisi dulu: tanpa NIK, data pribadi orang ini tidak dapat disegel",
    "must be filled in first: without the NIK this person's personal values cannot be sealed",
)
NOT_BORN = Text(
    "tidak cocok dengan tanggal lahir; periksa keduanya pada KTP",
    "does not agree with the birth date; check both on the identity card",
)
TWICE = Text(
    "milik orang yang sudah ada dalam daftar ini; setiap orang hanya sekali",
    "belongs to a person who is in this list already; each person once only",
)
REQUIRED = Text("wajib diisi", "is required")
UNKNOWN = Text(
    "tidak dikenal; hapus kolom ini, atau periksa ejaannya", "is not known; take it out, or check the spelling"
)
UNFIT = Text("tidak sesuai dengan definisi program", "does not fit the programme's definition")
NONE_FITS = Text("tidak sesuai dengan satu pun bentuk yang diizinkan", "fits none of the forms that are allowed")
PATTERN = Text("tidak dalam bentuk yang diminta", "is not in the form that is asked for")
DOUBLED = Text("memuat butir yang sama dua kali", "holds the same item twice")

LIMITS = {
    "minLength": Text("paling sedikit {} huruf", "must have at least {} characters"),
    "maxLength": Text("paling banyak {} huruf", "must have at most {} characters"),
    "minItems": Text("paling sedikit {} butir", "must have at least {} items"),
    "maxItems": Text("paling banyak {} butir", "must have at most {} items"),
    "minProperties": Text("paling sedikit {} kolom", "must have at least {} fields"),
    "maxProperties": Text("paling banyak {} kolom", "must have at most {} fields"),
    "minimum": Text("paling sedikit {}", "must be at least {}"),
    "maximum": Text("paling banyak {}", "must be at most {}"),
    "exclusiveMinimum": Text("harus lebih dari {}", "must be more than {}"),
    "exclusiveMaximum": Text("harus kurang dari {}", "must be less than {}"),
}
PLAIN = {"pattern": PATTERN, "uniqueItems": DOUBLED, "anyOf": NONE_FITS, "oneOf": NONE_FITS}


def error(place: Place, say: Text) -> FactsError:
    """An error at a place, its sentence beginning with the field's name."""
    label = named(place)
    return FactsError(pointer(place), Text(f"{label}: {say.id}", f"{label}: {say.en}"))


def pointer(place: Place) -> str:
    """JSON Pointer (RFC 6901)."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in place)


def named(place: Place) -> str:
    """A place as people write it: `members[3].nik`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place)
    return text.removeprefix(".") or "facts"


def schema_errors(place: Place, kind: Any, value: Any, classes: Classes) -> list[FactsError]:
    """Errors for one failed keyword, as jsonschema-rs tells its kind; the value is not repeated."""
    name: str = kind.name
    match name:
        case "required":
            return [error((*place, kind.property), REQUIRED)]
        case "additionalProperties" | "unevaluatedProperties":
            return [unknown(place, field) for field in kind.unexpected]
        case "type":
            return [error(place, _wanted(kind.types))]
        case "format" if kind.format == "kbli":
            return [error(place, _no_class(str(value), classes))]
        case "format":
            return [error(place, FORMATS.get(kind.format) or _listed("harus", "must be", [kind.format]))]
        case "enum":
            return [error(place, _listed("harus salah satu dari", "must be one of", kind.options))]
        case "const":
            return [error(place, _listed("harus", "must be", [kind.expected_value]))]
    if name in LIMITS:
        say = LIMITS[name]
        return [error(place, Text(say.id.format(kind.limit), say.en.format(kind.limit)))]
    return [error(place, PLAIN.get(name, UNFIT))]


def unknown(place: Place, field: str) -> FactsError:
    """A field that does not belong there; its name is repeated only where it can be nobody's data."""
    return error((*place, field), UNKNOWN) if SPEAKABLE.fullmatch(field) else error(place, NOT_NAME)


def _no_class(code: str, classes: Classes) -> Text:
    near = classes.near(code)
    say = NO_CLASS if not near else UNLISTED_CLASS if classes.newest else NO_DIVISION
    said = Text(say.id.format(classes.name), say.en.format(classes.name))
    return _listed(said.id, said.en, near) if near else said


def _wanted(types: Sequence[str]) -> Text:
    wanted = [TYPES[one] for one in types if one in TYPES]
    return Text("harus " + " atau ".join(one.id for one in wanted), "must be " + " or ".join(one.en for one in wanted))


def _listed(indonesian: str, english: str, values: Sequence[Any]) -> Text:
    listed = ", ".join("kosong" if value is None else str(value) for value in values)
    return Text(f"{indonesian} {listed}", f"{english} {listed}")
