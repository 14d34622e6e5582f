"""Turns saves into the binary arrays of `append_batch`: packed on the caller's thread, joined on the committer's."""

import struct
from collections.abc import Iterable, Sequence
from typing import Any

from eventsourcing.persistence import StoredEvent

from workflow.store.write import ClaimWrite, CommandKey, CounterWrite, Unstorable

SEPARATOR = "\x1f"
"""Between actor and key in the table of commands."""
LONGEST = 1000
"""Bytes of a stream's name or a key: an index row takes no more than about 2,700."""
NULL = b"\xff\xff\xff\xff"
_LENGTH = struct.Struct(">i")
_INT = struct.Struct(">ii")
_BIGINT = struct.Struct(">iq")
_HEADER = struct.Struct(">iiIii")
_TRUE, _FALSE = b"\x00\x00\x00\x01\x01", b"\x00\x00\x00\x01\x00"
_BIGGEST = 2**63 - 1


class Column:
    """Elements of one array, packed."""

    __slots__ = ("count", "packed")

    def __init__(self, packed: bytes, count: int) -> None:
        self.packed = packed
        self.count = count


class PackedSave:
    """One save as `append_batch` wants it, but for its number in the batch."""

    __slots__ = ("claims", "command", "counters", "events", "expected", "size", "stored")

    def __init__(
        self,
        stored: Sequence[StoredEvent],
        command: CommandKey | None,
        reads: Iterable[tuple[str, int]],
        claims: Sequence[ClaimWrite],
        counters: Sequence[CounterWrite],
    ) -> None:
        """Raises Unstorable, so that nobody else's save fails with it."""
        if not stored:
            raise Unstorable("a save needs an event")
        self.stored = stored
        self.events = (
            _texts([e.originator_id for e in stored]),
            _bigints([e.originator_version for e in stored]),
            _texts([e.topic for e in stored]),
            b"".join([_LENGTH.pack(len(e.state)) + e.state for e in stored]),
        )
        self.command = (
            (_text(command_key(command.actor, command.key)), _text(command.request)) if command else (NULL, NULL)
        )
        own = _bases(stored)
        expected = [(stream, version, True) for stream, version in own.items()]
        expected += [(stream, version, False) for stream, version in dict(reads).items() if stream not in own]
        self.expected = (
            len(expected),
            _texts([stream for stream, _, _ in expected]),
            _bigints([version for _, version, _ in expected]),
            _booleans([is_own for _, _, is_own in expected]),
        )
        self.claims = (
            len(claims),
            _texts([c.key for c in claims]),
            _texts([c.holder for c in claims]),
            _booleans([c.taken for c in claims]),
            _perhaps(c.seen for c in claims),
        )
        net = _net(counters)
        self.counters = (
            len(net),
            _texts([c.key for c in net]),
            _bigints([c.delta for c in net]),
            _perhaps(c.limit for c in net),
        )
        self.size = sum(map(len, self.events))


def command_key(actor: str, key: str) -> str:
    """How the table of commands names a command. Raises Unstorable."""
    if SEPARATOR in actor:
        raise Unstorable("an actor's name cannot hold a unit separator")
    return f"{actor}{SEPARATOR}{key}"


def joined(saves: Sequence[PackedSave]) -> tuple["Array", ...]:
    """The arguments of `append_batch` for a batch."""
    ends, total = [], 0
    for save in saves:
        total += len(save.stored)
        ends.append(total)
    n = len(saves)
    keys = TextArray(n, [save.command[0] for save in saves])
    requests = TextArray(n, [save.command[1] for save in saves])
    return (
        keys,
        requests,
        IntArray(n, [_INT.pack(4, end) for end in ends]),
        TextArray(total, [save.events[0] for save in saves]),
        BigintArray(total, [save.events[1] for save in saves]),
        TextArray(total, [save.events[2] for save in saves]),
        ByteaArray(total, [save.events[3] for save in saves]),
        *_group([save.expected for save in saves], (TextArray, BigintArray, BooleanArray)),
        *_group([save.claims for save in saves], (TextArray, TextArray, BooleanArray, BigintArray)),
        *_group([save.counters for save in saves], (TextArray, BigintArray, BigintArray)),
    )


def _group(parts: Sequence[tuple[Any, ...]], kinds: tuple[type["Array"], ...]) -> tuple["Array", ...]:
    """The number of the save that each item belongs to, then the items' columns; a part is (count, column, …)."""
    total = sum(part[0] for part in parts)
    if not total:
        return IntArray(0, ()), *(kind(0, ()) for kind in kinds)
    numbers = [_INT.pack(4, number) * part[0] for number, part in enumerate(parts, start=1)]
    columns = (kind(total, [part[place] for part in parts]) for place, kind in enumerate(kinds, start=1))
    return IntArray(total, numbers), *columns


# --- elements -------------------------------------------------------------------------------------------------


def _text(value: object) -> bytes:
    try:
        packed = str(value).encode()
    except UnicodeEncodeError:
        raise Unstorable("a name or key holds half of a surrogate pair") from None
    if b"\x00" in packed:
        raise Unstorable("a name or key holds a NUL character")
    if len(packed) > LONGEST:
        raise Unstorable(f"a name or key is longer than {LONGEST} bytes")
    return _LENGTH.pack(len(packed)) + packed


def _texts(values: Iterable[object]) -> bytes:
    return b"".join([_text(value) for value in values])


def _bigint(value: int) -> bytes:
    if not -_BIGGEST <= value <= _BIGGEST:
        raise Unstorable("a number is too large for the log")
    return _BIGINT.pack(8, value)


def _bigints(values: Iterable[int]) -> bytes:
    return b"".join([_bigint(value) for value in values])


def _perhaps(values: Iterable[int | None]) -> bytes:
    return b"".join([NULL if value is None else _bigint(value) for value in values])


def _booleans(values: Iterable[bool]) -> bytes:
    return b"".join([_TRUE if value else _FALSE for value in values])


def _bases(stored: Sequence[StoredEvent]) -> dict[str, int]:
    """Stream to the version on which the save builds. Raises Unstorable where versions do not follow each other."""
    bases: dict[str, int] = {}
    last: dict[str, int] = {}
    for event in stored:
        stream = str(event.originator_id)
        if stream not in bases:
            bases[stream] = event.originator_version - 1
        elif event.originator_version != last[stream] + 1:
            raise Unstorable("the versions of a stream's events do not follow each other")
        last[stream] = event.originator_version
    return bases


def _net(counters: Sequence[CounterWrite]) -> list[CounterWrite]:
    """One movement a counter: what goes up and down in one save cancels out; one that is only looked at stays."""
    if len({c.key for c in counters}) == len(counters):
        return [c for c in counters if c.delta or c.limit is not None]
    sums: dict[str, int] = {}
    limits: dict[str, int | None] = {}
    looked = {c.key for c in counters if c.delta == 0 and c.limit is not None}
    for c in counters:
        sums[c.key] = sums.get(c.key, 0) + c.delta
        if c.delta > 0 or (c.key in looked and c.delta == 0):
            limits[c.key] = c.limit
    return [CounterWrite(key, delta, limits.get(key)) for key, delta in sums.items() if delta or key in looked]


# --- arrays ---------------------------------------------------------------------------------------------------


class Array:
    """A one-dimensional array in Postgres's binary form. Of one type whatever it holds, so that one plan serves all."""

    __slots__ = ("packed",)
    element: int

    def __init__(self, count: int, elements: Iterable[bytes]) -> None:
        head = _HEADER.pack(1, 1, self.element, count, 1) if count else _HEADER.pack(0, 0, self.element, 0, 0)[:12]
        self.packed = head + b"".join(elements)


class TextArray(Array):
    __slots__ = ()
    element = 25


class BigintArray(Array):
    __slots__ = ()
    element = 20


class IntArray(Array):
    __slots__ = ()
    element = 23


class BooleanArray(Array):
    __slots__ = ()
    element = 16


class ByteaArray(Array):
    __slots__ = ()
    element = 17


_ARRAYS = {TextArray: 1009, BigintArray: 1016, IntArray: 1007, BooleanArray: 1000, ByteaArray: 1001}
"""Each with the object id of its Postgres type."""
TYPES = tuple(_ARRAYS[type(array)] for array in joined(()))
"""Object ids of the types of what `joined` returns."""
