"""Documents: taken in as a stream, judged by their bytes, encrypted, kept under the SHA-256 of what is stored."""

import io
import os
import tempfile
from collections.abc import Callable, Collection, Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, Protocol, cast

from msgspec import Struct
from psycopg import Connection
from psycopg_pool import ConnectionPool

from workflow.domain.words import Text
from workflow.store.filetypes import HEAD, WrongType, check_beginning, check_declared, check_whole, media_type
from workflow.store.master import MasterKey
from workflow.store.shelves import NotThere, Shelf, shelf_at
from workflow.store.streams import CHUNK, DamagedStream, Readable, SealedFile, Sealer, chunks, exactly, opened

__all__ = ["DamagedStream", "DocumentStore", "NoSuchDocument", "Stored", "TooLarge", "WrongType", "document_store"]

IN_MEMORY = 1 << 20
"""Bytes up to which a document on its way in needs no file."""
NAME_LENGTH = 64


class Stored(Struct, frozen=True):
    """A document that is safe: the SHA-256 of what is stored (hex), bytes as supplied, media type."""

    sha256: str
    size: int
    type: str


class TooLarge(Exception):
    """More bytes than are taken; `say` tells the sender."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.say = Text(
            f"Berkas lebih dari {limit:,} byte; perkecil, misalnya pindai dengan resolusi lebih rendah".replace(
                ",", "."
            ),
            f"The file has more than {limit:,} bytes; make it smaller, for instance by scanning at a lower resolution",
        )
        super().__init__(self.say.en)


class NoSuchDocument(Exception):
    """No document of this name is stored here."""


class Places(Protocol):
    """What of the settings says where documents lie."""

    @property
    def data_dir(self) -> Path: ...
    @property
    def documents_url(self) -> str | None: ...
    @property
    def master_key(self) -> bytes: ...


class DocumentStore:
    """Safe to share between threads and processes."""

    def __init__(self, pool: ConnectionPool[Connection], master_key: bytes, shelf: Shelf) -> None:
        self._pool, self._shelf = pool, shelf
        self._master = MasterKey(master_key)

    def put(self, stream: Readable, declared_type: str, max_bytes: int) -> Stored:
        """Take a document in. Once this returns it outlasts a power cut; the same bytes give the same name.

        Raises WrongType, TooLarge.
        """
        declared = media_type(declared_type)
        check_declared(declared)
        with tempfile.SpooledTemporaryFile(IN_MEMORY) as arrived, tempfile.SpooledTemporaryFile(IN_MEMORY) as sealed:
            # What lies in a temporary file is sealed too, under a key that only this call knows.
            passing = os.urandom(32)
            digest, size = _take(stream, declared, max_bytes, cast(BinaryIO, arrived), passing)
            plain = io.BufferedReader(SealedFile(cast(BinaryIO, arrived), passing, size), CHUNK)
            check_whole(declared, cast(BinaryIO, plain), size)
            plain.seek(0)
            key = self._master.content_key(digest)
            sealer, name = Sealer(key), sha256()
            for chunk, last in chunks(plain, CHUNK):
                part = sealer.seal(chunk, last)
                name.update(part)
                sealed.write(part)
            sealed.seek(0)
            stored = Stored(name.hexdigest(), size, declared)
            self._keep(stored, key, cast(BinaryIO, sealed))
        return stored

    def open(self, sha256: str) -> Iterator[bytes]:
        """The plain bytes of a document, in chunks. Raises NoSuchDocument at once; DamagedStream while reading."""
        with self._pool.connection() as connection:
            row = connection.execute("SELECT wrapped_key FROM documents WHERE sha256 = %s", [sha256]).fetchone()
        if row is None:
            raise NoSuchDocument(sha256)
        key = self._master.unwrap(bytes(row[0]), sha256)
        try:
            source = self._shelf.read(sha256)
        except NotThere:
            raise NoSuchDocument(sha256) from None
        return _read(source, key)

    def sweep(self, live: Collection[str] | Callable[[str], bool], older_than: timedelta) -> int:
        """Remove documents that no event names and that were last supplied longer ago; how many.

        `live`: the SHA-256 of those that events name, or whether one is named. A document is named by an event soon
        after it is stored, or never: `older_than` must exceed that by far, and what `live` says must be no older.
        """
        named = live if callable(live) else live.__contains__
        before = datetime.now(UTC) - older_than
        with self._pool.connection() as connection:
            rows = connection.execute("SELECT sha256 FROM documents WHERE stored_at < %s", [before]).fetchall()
        names = {name for (name,) in rows} | {name for name, at in self._shelf.names() if at < before}
        return sum(self._forget(name, before) for name in sorted(names) if not named(name))

    def _keep(self, stored: Stored, key: bytes, sealed: BinaryIO) -> None:
        with self._pool.connection() as connection, connection.transaction():
            _lock(connection, stored.sha256)
            connection.execute("SET LOCAL synchronous_commit = on")
            self._shelf.keep(stored.sha256, sealed)
            connection.execute(
                "INSERT INTO documents (sha256, wrapped_key, type, size) VALUES (%s, %s, %s, %s)"
                " ON CONFLICT (sha256) DO UPDATE SET stored_at = now()",
                [stored.sha256, self._master.wrap(key, stored.sha256), stored.type, stored.size],
            )

    def _forget(self, name: str, before: datetime) -> bool:
        """Remove one, unless it was supplied again in the meantime."""
        with self._pool.connection() as connection, connection.transaction():
            # A file that is not whole yet has its document's name at the beginning: who is writing it is waited for.
            _lock(connection, name[:NAME_LENGTH])
            row = connection.execute("SELECT stored_at FROM documents WHERE sha256 = %s", [name]).fetchone()
            if row is not None and row[0] >= before:
                return False
            connection.execute("DELETE FROM documents WHERE sha256 = %s", [name])
            self._shelf.remove(name)
        return row is not None or len(name) == NAME_LENGTH


def document_store(settings: Places, pool: ConnectionPool[Connection]) -> DocumentStore:
    """The store that the settings name: an S3-style one, else `documents` in the data folder."""
    return DocumentStore(pool, settings.master_key, shelf_at(settings.documents_url, settings.data_dir / "documents"))


def _take(stream: Readable, declared: str, limit: int, into: BinaryIO, key: bytes) -> tuple[bytes, int]:
    """Seal what arrives into a file; the SHA-256 of the plain bytes, and their number."""
    head = exactly(stream, HEAD)
    check_beginning(declared, head)
    digest, size, sealer = sha256(), 0, Sealer(key)
    for chunk, last in chunks(_Joined(head, stream), CHUNK):
        size += len(chunk)
        if size > limit:
            raise TooLarge(limit)
        digest.update(chunk)
        into.write(sealer.seal(chunk, last))
    return digest.digest(), size


class _Joined:
    """Bytes already read, and the stream that they came from."""

    def __init__(self, head: bytes, rest: Readable) -> None:
        self._head, self._rest = head, rest

    def read(self, size: int = -1, /) -> bytes:
        if self._head:
            part, self._head = self._head[:size], self._head[size:]
            return part
        return self._rest.read(size)


def _read(source: BinaryIO, key: bytes) -> Iterator[bytes]:
    with source:
        yield from opened(source, key)


def _lock(connection: Connection, name: str) -> None:
    """Taking in, and sweeping, one document wait for one another until the end of the transaction."""
    connection.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 4711))", [name])
