"""Looks for words in everything that a system leaves behind: files, a database's pages and WAL, a broker."""

import base64
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import redis
from psycopg import sql

COMPRESSED = """
SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname), quote_ident(a.attname)
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND a.attstorage IN ('x', 'm') AND a.attnum > 0 AND NOT a.attisdropped
  AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
"""


def written_out(url: str) -> None:
    """Have a Postgres write everything that it holds in memory."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CHECKPOINT")


def uncompressed(url: str) -> None:
    """Store large values as they are from now on: a compressed one would hide what it holds from a search."""
    with psycopg.connect(url, autocommit=True) as connection:
        for table, column in connection.execute(COMPRESSED).fetchall():
            order = sql.SQL(f"ALTER TABLE {table} ALTER COLUMN {column} SET STORAGE EXTERNAL")
            connection.execute(order)


def files_with(folder: Path, *needles: bytes, wal: bool = True) -> list[tuple[str, bytes]]:
    """The files under a folder that hold one of these, with which; `wal`: those of a database's log too."""
    found = []
    # os.walk passes over a folder that goes while it is read, as those of other tests' databases do.
    for place, _, names in os.walk(folder):
        for path in (Path(place) / name for name in names):
            if path.is_file() and (wal or "pg_wal" not in path.parts):
                found += [(path.name, needle) for needle in needles if needle in _content(path)]
    return found


def spellings(*words: str) -> tuple[bytes, ...]:
    """The words as they are, in hex, and as they look inside base64, where three alignments are possible."""
    found = []
    for word in words:
        plain = word.encode()
        found += [plain, plain.hex().encode()]
        for shift in range(3):
            coded = base64.b64encode(b"\0" * shift + plain)
            # The characters at both ends hang together with what stands beside the word.
            found.append(coded[4 if shift else 0 : len(coded) - 4])
    return tuple(found)


def held_by(broker: "redis.Redis[bytes]") -> Iterator[bytes]:
    """Every key and every value of a broker, as they are."""
    for key in broker.scan_iter():
        kind = broker.type(key)
        yield key
        if kind == b"string":
            yield broker.get(key) or b""
        elif kind == b"list":
            yield from broker.lrange(key, 0, -1)
        elif kind == b"set":
            yield from broker.smembers(key)
        elif kind == b"zset":
            yield from broker.zrange(key, 0, -1)
        elif kind == b"hash":
            yield from _pairs(broker.hgetall(key))
        # A key may have expired since it was named; what passed through is searched as traffic.
        elif kind != b"none":
            raise AssertionError(f"a key of the type {kind!r}")


def _pairs(found: dict[Any, Any]) -> Iterator[bytes]:
    for name, value in found.items():
        yield name
        yield value


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""
