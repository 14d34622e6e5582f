"""A compiled CEL expression as a tree: read from, and rewritten in, its serialized form (cel/expr/checked.proto)."""

from collections.abc import Callable

from msgspec import Struct

from workflow.domain.definition import wire

IDENT, SELECT, CALL, LIST, STRUCT, LOOP = 4, 5, 6, 7, 8, 9
"""Field numbers of the kinds of expression in cel/expr/syntax.proto; 3 is a constant."""
PARTS = {SELECT: (1,), CALL: (1, 3), LIST: (1,), LOOP: (2, 4, 5, 6, 7)}
"""Where the expressions inside each kind stand."""


class Tree(Struct, frozen=True, kw_only=True):
    """One node of an expression."""

    kind: int
    at: int
    """Offset in the source, in code points; of a selection its dot."""
    name: str = ""
    """Identifier, selected field or function; of a loop its variable."""
    text: str | None = None
    """Value of a string constant."""
    parts: tuple["Tree", ...] = ()
    """Operand; target and arguments; elements; of a loop: range, start, condition, step, result."""
    tests: bool = False
    """True for `has(...)`."""
    accumulator: str = ""


def tree_of(serialized: bytes) -> Tree:
    """The syntax tree of an expression in the form that `Expression.serialize()` gives."""
    checked = wire.message(serialized, 2)
    source = wire.message(checked, 5)
    positions = {wire.integer(entry, 1): wire.integer(entry, 2) for entry in wire.messages(source, 4)}

    def node(raw: bytes) -> Tree:
        at = positions.get(wire.integer(raw, 2), 0)
        kind, body = next(((n, v) for n, _, v in wire.fields(raw) if n >= 3 and isinstance(v, bytes)), (3, b""))
        if kind == STRUCT:
            entries = wire.messages(body, 2)
            return Tree(kind=kind, at=at, parts=tuple(node(e) for entry in entries for e in wire.messages(entry, 3, 4)))
        parts = tuple(node(part) for number in PARTS.get(kind, ()) for part in wire.messages(body, number))
        match kind:
            case 3:
                return Tree(kind=kind, at=at, text=next((s.decode() for s in wire.messages(body, 6)), None))
            case 4 | 9:
                name, accumulator = wire.text(body, 1), wire.text(body, 3) if kind == LOOP else ""
                return Tree(kind=kind, at=at, name=name, parts=parts, accumulator=accumulator)
            case 5 | 6:
                tests = kind == SELECT and bool(wire.integer(body, 3))
                return Tree(kind=kind, at=at, name=wire.text(body, 2), parts=parts, tests=tests)
        return Tree(kind=kind, at=at, parts=parts)

    return node(wire.message(checked, 4))


def strict(serialized: bytes) -> bytes:
    """The same expression with `a || b` as `a ? true : b` and `a && b` as `a ? b : false`.

    CEL lets `error || true` pass; read from left to right, an error that is met is never passed over.
    """

    def checked(number: int, raw: bytes) -> bytes:
        match number:
            case 2:
                return _reference(raw)
            case 4:
                return _lazy(raw)
        return raw

    return _rewrite(serialized, lambda number, raw: _rewrite(raw, checked) if number == 2 else raw)


def _rewrite(raw: bytes, change: Callable[[int, bytes], bytes]) -> bytes:
    return b"".join(
        wire.write(number, change(number, value) if isinstance(value, bytes) else value, kind)
        for number, kind, value in wire.fields(raw)
    )


def _reference(entry: bytes) -> bytes:
    if not {b"logical_or", b"logical_and"} & set(wire.messages(wire.message(entry, 2), 3)):
        return entry
    return wire.write(1, wire.integer(entry, 1)) + wire.write(2, wire.write(3, b"conditional"))


def _lazy(raw: bytes) -> bytes:
    def inside(kind: int, body: bytes) -> bytes:
        if kind == STRUCT:
            return _rewrite(body, lambda n, entry: _rewrite(entry, _entry) if n == 2 else entry)
        if kind in PARTS:
            body = _rewrite(body, lambda n, part: _lazy(part) if n in PARTS[kind] else part)
        return _conditional(body) if kind == CALL else body

    return _rewrite(raw, inside)


def _entry(number: int, value: bytes) -> bytes:
    return _lazy(value) if number in (3, 4) else value


def _conditional(call: bytes) -> bytes:
    name = wire.text(call, 2)
    if name not in ("_||_", "_&&_"):
        return call
    first, second = wire.messages(call, 3)
    either = name == "_||_"
    constant = wire.write(3, wire.write(2, int(either)))
    branches = (first, constant, second) if either else (first, second, constant)
    return wire.write(2, b"_?_:_") + b"".join(wire.write(3, part) for part in branches)
