"""Where sealed documents lie: a folder, or an S3-style store, behind one small interface."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Protocol
from urllib.parse import urlsplit

NOT_FOUND = 404
SPARE = ".incoming"
"""Ending of a file that is not whole yet."""


class NotThere(Exception):
    """No such object."""


class Shelf(Protocol):
    """Keeps whole objects by name. What `keep` returned from survives a power cut."""

    def keep(self, name: str, file: BinaryIO) -> None:
        """All of it or nothing. What is there under this name already is the same, and stays."""

    def read(self, name: str) -> BinaryIO:
        """To be closed by the caller. Raises NotThere."""

    def remove(self, name: str) -> None:
        """No error where it is not there."""

    def names(self) -> Iterator[tuple[str, datetime]]:
        """All objects with when each came to lie here (UTC)."""


class Folder:
    """Objects as files in a local folder, spread over 256 folders."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, name: str, file: BinaryIO) -> None:
        path = self._path(name)
        if path.exists():
            # Whoever put it there may not have come to this.
            _settle(path.parent)
            return
        if not path.parent.exists():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            _settle(self._folder)
            _settle(self._folder.parent)
        spare = path.with_name(f"{name}.{os.getpid()}.{id(file)}{SPARE}")
        try:
            with open(os.open(spare, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
                while part := file.read(1 << 20):
                    target.write(part)
                target.flush()
                os.fsync(target.fileno())
            spare.rename(path)
        except BaseException:
            spare.unlink(missing_ok=True)
            raise
        _settle(path.parent)

    def read(self, name: str) -> BinaryIO:
        try:
            return self._path(name).open("rb")
        except FileNotFoundError:
            raise NotThere(name) from None

    def remove(self, name: str) -> None:
        self._path(name).unlink(missing_ok=True)

    def names(self) -> Iterator[tuple[str, datetime]]:
        for path in self._folder.glob("??/*"):
            try:
                yield path.name, datetime.fromtimestamp(path.stat().st_mtime, UTC)
            except FileNotFoundError:
                continue

    def _path(self, name: str) -> Path:
        return self._folder / name[:2] / name


class Bucket:
    """Objects in an S3-style store; address and credentials as boto3 finds them (AWS_ENDPOINT_URL and so on)."""

    def __init__(self, url: str) -> None:
        """`url`: `s3://BUCKET/PREFIX`. Raises ValueError."""
        import boto3

        parts = urlsplit(url)
        if parts.scheme != "s3" or not parts.netloc:
            raise ValueError(f"DOCUMENTS_URL is {url!r} where s3://BUCKET/PREFIX is expected")
        self._bucket = parts.netloc
        self._prefix = f"{parts.path.strip('/')}/".removeprefix("/")
        self._client: Any = boto3.client("s3")

    def keep(self, name: str, file: BinaryIO) -> None:
        try:
            self._client.head_object(Bucket=self._bucket, Key=self._prefix + name)
        except self._client.exceptions.ClientError as error:
            if _status(error) != NOT_FOUND:
                raise
            self._client.put_object(Bucket=self._bucket, Key=self._prefix + name, Body=file)

    def read(self, name: str) -> BinaryIO:
        try:
            body: BinaryIO = self._client.get_object(Bucket=self._bucket, Key=self._prefix + name)["Body"]
        except self._client.exceptions.ClientError as error:
            if _status(error) == NOT_FOUND:
                raise NotThere(name) from None
            raise
        return body

    def remove(self, name: str) -> None:
        self._client.delete_object(Bucket=self._bucket, Key=self._prefix + name)

    def names(self) -> Iterator[tuple[str, datetime]]:
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=self._prefix)
        for page in pages:
            for found in page.get("Contents", ()):
                yield found["Key"].removeprefix(self._prefix), found["LastModified"]


def shelf_at(url: str | None, folder: Path) -> Shelf:
    """The shelf that a setting names: an S3-style store, else the folder."""
    return Bucket(url) if url else Folder(folder)


def _settle(folder: Path) -> None:
    """Make a folder's entries outlast a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _status(error: Any) -> int:
    return int(error.response["ResponseMetadata"]["HTTPStatusCode"])
