"""Encrypted streams: chunks sealed one by one, whose order, number and end cannot be changed unnoticed."""

import io
from collections.abc import Iterator
from typing import BinaryIO, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

CHUNK = 64 * 1024
TAG = 16
SEALED_CHUNK = CHUNK + TAG


class DamagedStream(Exception):
    """The stored bytes are not those that were stored: changed, cut short, or under another key."""


class Readable(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...


def exactly(source: Readable, size: int) -> bytes:
    """The next `size` bytes, fewer at the end only."""
    parts: list[bytes] = []
    while size > 0 and (part := source.read(size)):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def chunks(source: Readable, size: int) -> Iterator[tuple[bytes, bool]]:
    """Chunks of a stream, each with whether it is the last; an empty stream has one, empty."""
    chunk = exactly(source, size)
    while True:
        following = exactly(source, size) if len(chunk) == size else b""
        yield chunk, not following
        if not following:
            return
        chunk = following


class Sealer:
    """Seals the chunks of one stream in order, under a key that seals no other stream.

    The STREAM construction: the nonce is the chunk's number and a mark on the last (Hoang et al. 2015, CRYPTO).
    """

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)
        self._number = 0

    def seal(self, chunk: bytes, last: bool) -> bytes:
        sealed = self._cipher.encrypt(_nonce(self._number, last), chunk, None)
        self._number += 1
        return sealed


def opened(source: Readable, key: bytes) -> Iterator[bytes]:
    """The plain chunks of a sealed stream. Raises DamagedStream at the chunk that is not as it was."""
    cipher = AESGCM(key)
    for number, (chunk, last) in enumerate(chunks(source, SEALED_CHUNK)):
        yield _open(cipher, chunk, number, last)


class SealedFile(io.RawIOBase):
    """Reads a sealed stream on disk at any place, as a plain file. Raises DamagedStream."""

    def __init__(self, file: BinaryIO, key: bytes, size: int) -> None:
        """`size`: bytes in plain."""
        self._file, self._cipher, self._size, self._at = file, AESGCM(key), size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        if start + offset < 0:
            raise OSError("before the beginning")
        self._at = start + offset
        return self._at

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        if self._at >= self._size:
            return 0
        number, within = divmod(self._at, CHUNK)
        self._file.seek(number * SEALED_CHUNK)
        last = (number + 1) * CHUNK >= self._size
        chunk = _open(self._cipher, self._file.read(SEALED_CHUNK), number, last)
        part = chunk[within : within + len(buffer)]
        buffer[: len(part)] = part
        self._at += len(part)
        return len(part)


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\1" if last else b"\0")


def _open(cipher: AESGCM, chunk: bytes, number: int, last: bool) -> bytes:
    try:
        return cipher.decrypt(_nonce(number, last), chunk, None)
    except InvalidTag:
        raise DamagedStream("the document is not as it was stored") from None
