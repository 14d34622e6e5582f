"""A document store over a real database, in a folder and in an S3-style store: moto's server, a process on loopback."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from psycopg_pool import ConnectionPool

from tests.vault.conftest import KEY, pool, prepared_url
from workflow.store.documents import DocumentStore
from workflow.store.shelves import Bucket, Folder, Shelf

__all__ = ["pool", "prepared_url"]

BUCKET = "selaras-documents"


@pytest.fixture(scope="session")
def s3_address() -> Iterator[str]:
    server = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert server.stdout is not None
    try:
        lines = (re.search(r"http://127\.0\.0\.1:[0-9]+", line) for line in server.stdout)
        yield next(found[0] for found in lines if found)
    finally:
        server.terminate()
        server.wait()


@pytest.fixture
def bucket(s3_address: str, monkeypatch: pytest.MonkeyPatch) -> Bucket:
    import boto3

    monkeypatch.setenv("AWS_ENDPOINT_URL", s3_address)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    boto3.client("s3").create_bucket(Bucket=BUCKET)
    return Bucket(f"s3://{BUCKET}/{os.urandom(6).hex()}")


@pytest.fixture(params=["folder", "bucket"])
def shelf(request: pytest.FixtureRequest, tmp_path: Path) -> Shelf:
    if request.param == "folder":
        return Folder(tmp_path / "documents")
    found: Shelf = request.getfixturevalue("bucket")
    return found


@pytest.fixture
def documents(pool: ConnectionPool[Any], shelf: Shelf) -> DocumentStore:
    return DocumentStore(pool, KEY, shelf)
