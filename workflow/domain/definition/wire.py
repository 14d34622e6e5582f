"""Fields of a protobuf message, read and written: as much as the serialized form of a CEL expression needs."""

from collections.abc import Iterator

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
WIDTH = {FIXED64: 8, FIXED32: 4}

Field = tuple[int, int, int | bytes]
"""Field number, wire type, value."""


def fields(raw: bytes) -> Iterator[Field]:
    i = 0
    while i < len(raw):
        key, i = _read_varint(raw, i)
        number, wire = key >> 3, key & 7
        if wire == VARINT:
            value, i = _read_varint(raw, i)
            yield number, wire, value
            continue
        length = WIDTH.get(wire, 0)
        if wire == BYTES:
            length, i = _read_varint(raw, i)
        yield number, wire, raw[i : i + length]
        i += length


def write(number: int, value: int | bytes, wire: int = BYTES) -> bytes:
    head = _varint(number << 3 | (VARINT if isinstance(value, int) else wire))
    if isinstance(value, int):
        return head + _varint(value)
    return head + (_varint(len(value)) if wire == BYTES else b"") + value


def messages(raw: bytes, *numbers: int) -> list[bytes]:
    """All values of these fields that are bytes, in order."""
    return [value for n, _, value in fields(raw) if n in numbers and isinstance(value, bytes)]


def message(raw: bytes, number: int) -> bytes:
    return next(iter(messages(raw, number)), b"")


def text(raw: bytes, number: int) -> str:
    return message(raw, number).decode()


def integer(raw: bytes, number: int) -> int:
    return next((value for n, _, value in fields(raw) if n == number and isinstance(value, int)), 0)


def _read_varint(raw: bytes, i: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = raw[i]
        i += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, i
        shift += 7


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)
