"""Documents go in as they are, lie there sealed, come out the same, and pretenders are told what they are."""

import io
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg_pool import ConnectionPool

from tests.documents.files import DOCX, DOCX_TYPE, ELF, EXE, JPEG, MACROS, PDF, PNG, XLSX_TYPE, xlsx, zipped
from tests.vault.conftest import KEY
from workflow.store.documents import DamagedStream, DocumentStore, NoSuchDocument, TooLarge, WrongType
from workflow.store.shelves import Bucket, Folder, Shelf, shelf_at
from workflow.store.streams import CHUNK

MB = 1 << 20


def put(store: DocumentStore, content: bytes, type: str = "application/pdf", limit: int = 20 * MB) -> str:
    return store.put(io.BytesIO(content), type, limit).sha256


def content(store: DocumentStore, sha256: str) -> bytes:
    return b"".join(store.open(sha256))


@pytest.mark.parametrize(
    ("type", "file"),
    [
        ("application/pdf", PDF),
        ("image/jpeg", JPEG),
        ("image/png", PNG),
        (DOCX_TYPE, DOCX),
        (XLSX_TYPE, xlsx()),
        (XLSX_TYPE, xlsx(20_000)),
        ("Application/PDF; charset=binary", PDF),
    ],
    ids=["pdf", "jpeg", "png", "docx", "xlsx", "xlsx of many chunks", "pdf with parameters"],
)
def test_a_document_comes_out_as_it_went_in(documents: DocumentStore, type: str, file: bytes) -> None:
    stored = documents.put(io.BytesIO(file), type, 20 * MB)
    assert (stored.size, stored.type) == (len(file), type.split(";")[0].lower())
    assert content(documents, stored.sha256) == file


@pytest.mark.parametrize("size", [CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 2 * MB + 5])
def test_sizes_around_the_chunks(documents: DocumentStore, size: int) -> None:
    file = PDF.ljust(size, b"%")
    assert content(documents, put(documents, file)) == file


def test_what_is_stored_is_sealed_and_named_by_its_own_hash(pool: ConnectionPool[Any], tmp_path: Path) -> None:
    from hashlib import sha256

    name = put(DocumentStore(pool, KEY, Folder(tmp_path / "documents")), PDF + b"NIK 7271010103900001")
    (path,) = (path for path in tmp_path.rglob("*") if path.is_file())
    assert sha256(path.read_bytes()).hexdigest() == name == path.name
    assert b"PDF" not in path.read_bytes()
    assert b"7271010103900001" not in path.read_bytes()
    assert path.stat().st_mode & 0o077 == 0


def test_the_same_bytes_again_are_the_same_document(documents: DocumentStore, shelf: Shelf) -> None:
    assert put(documents, PDF) == put(documents, PDF)
    assert put(documents, PDF + b"\n") != put(documents, PDF)
    assert len(list(shelf.names())) == 2


def test_another_master_key_gives_another_name(pool: ConnectionPool[Any], tmp_path: Path) -> None:
    names = {put(DocumentStore(pool, key, Folder(tmp_path / key.hex())), PDF) for key in (KEY, bytes(32))}
    assert len(names) == 2


@pytest.mark.parametrize(
    ("type", "file", "sentence"),
    [
        ("application/pdf", EXE, "a program that can be run"),
        ("application/pdf", ELF, "a program that can be run"),
        ("application/pdf", EXE + PDF, "a program that can be run"),
        ("application/pdf", b"#!/bin/sh\n" + PDF, "a program that can be run"),
        ("application/pdf", PNG, "a .png file"),
        ("application/pdf", b"\n" + PDF, "not application/pdf"),
        ("application/pdf", b"", "empty"),
        ("image/jpeg", PNG, "a .png file"),
        ("image/png", PDF, "a .pdf file"),
        (DOCX_TYPE, PDF, "a .pdf file"),
        (DOCX_TYPE, xlsx(), "no whole"),
        (XLSX_TYPE, DOCX, "no whole"),
        (DOCX_TYPE, zipped("evil.exe"), "no whole"),
        (DOCX_TYPE, DOCX[:-10], "no whole"),
        (DOCX_TYPE, b"PK\x03\x04" + bytes(100), "no whole"),
        (DOCX_TYPE, MACROS, "macros"),
        ("application/x-msdownload", EXE, "not taken"),
        ("text/html", b"<html>", "not taken"),
        ("", PDF, "not taken"),
    ],
    # A name made of the bytes would hold the second in which an archive was made, and workers would collect others.
    ids=lambda value: "file" if isinstance(value, bytes) else value,
)
def test_what_is_not_what_it_says(
    documents: DocumentStore, shelf: Shelf, type: str, file: bytes, sentence: str
) -> None:
    with pytest.raises(WrongType) as wrong:
        put(documents, file, type)
    assert sentence in wrong.value.say.en
    assert wrong.value.say.id
    assert not list(shelf.names())


def test_a_zip_that_lists_more_than_any_document_is_not_read(documents: DocumentStore) -> None:
    swollen = zipped(*(f"{n:0200d}" for n in range(6000)), "[Content_Types].xml", "word/document.xml")
    with pytest.raises(WrongType, match="no whole"):
        put(documents, swollen, DOCX_TYPE)


def test_too_large_is_refused_before_it_is_all_read(documents: DocumentStore, shelf: Shelf) -> None:
    class Endless:
        given = 0

        def read(self, size: int = -1, /) -> bytes:
            self.given += size
            return PDF.ljust(size, b"%")[:size]

    stream = Endless()
    with pytest.raises(TooLarge) as large:
        documents.put(stream, "application/pdf", MB)
    assert "1.048.576" in large.value.say.id
    assert stream.given < 2 * MB
    assert not list(shelf.names())


def test_exactly_the_limit_is_taken(documents: DocumentStore) -> None:
    assert put(documents, PDF.ljust(MB, b"%"), limit=MB)


def test_a_stream_that_breaks_off_leaves_nothing(documents: DocumentStore, shelf: Shelf) -> None:
    class Broken:
        parts: Iterator[bytes] = iter([PDF.ljust(CHUNK, b"%")])

        def read(self, size: int = -1, /) -> bytes:
            for part in self.parts:
                return part
            raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        documents.put(Broken(), "application/pdf", MB)
    assert not list(shelf.names())


@pytest.mark.parametrize("name", ["0" * 64, "../../etc/passwd", ""])
def test_an_unknown_document(documents: DocumentStore, name: str) -> None:
    with pytest.raises(NoSuchDocument):
        documents.open(name)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25)
@given(at=st.integers(0, 2 * CHUNK + 100), cut=st.booleans())
def test_changed_or_cut_bytes_are_found(pool: ConnectionPool[Any], tmp_path: Path, at: int, cut: bool) -> None:
    store = DocumentStore(pool, KEY, Folder(tmp_path / "documents"))
    name = put(store, PDF.ljust(2 * CHUNK + 100, b"%"))
    path = next(tmp_path.rglob(name))
    sealed = path.read_bytes()
    path.write_bytes(sealed[:at] if cut else sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :])
    with pytest.raises(DamagedStream):
        content(store, name)
    path.write_bytes(sealed)


def test_an_orphan_is_swept_and_a_live_one_stays(documents: DocumentStore, shelf: Shelf) -> None:
    live, orphan = put(documents, PDF), put(documents, PDF + b"orphan")
    assert documents.sweep({live}, timedelta(hours=24)) == 0
    assert documents.sweep({live}, timedelta(seconds=-5)) == 1
    assert [name for name, _ in shelf.names()] == [live]
    assert content(documents, live) == PDF
    with pytest.raises(NoSuchDocument):
        documents.open(orphan)


def test_the_live_ones_may_be_told_by_a_question(documents: DocumentStore) -> None:
    live, orphan = put(documents, PDF), put(documents, PDF + b"orphan")
    asked: list[str] = []
    assert documents.sweep(lambda name: asked.append(name) or name == live, timedelta(seconds=-5)) == 1
    assert asked == sorted([live, orphan])


def test_what_a_crash_left_behind_is_swept(pool: ConnectionPool[Any], tmp_path: Path) -> None:
    folder = tmp_path / "documents"
    store = DocumentStore(pool, KEY, Folder(folder))
    live = put(store, PDF)
    (folder / live[:2] / f"{live}.77.88.incoming").write_bytes(b"half")
    (folder / "ab").mkdir(exist_ok=True)
    (folder / "ab" / ("ab" + "0" * 62)).write_bytes(b"whole, but never written down")
    assert store.sweep({live}, timedelta(seconds=-5)) == 1
    assert [path.name for path in folder.rglob("*") if path.is_file()] == [live]


def test_a_document_supplied_again_while_it_is_swept_is_there(pool: ConnectionPool[Any], tmp_path: Path) -> None:
    store = DocumentStore(pool, KEY, Folder(tmp_path / "documents"))
    ended = threading.Event()

    def sweep_on() -> None:
        while not ended.is_set():
            store.sweep(set(), timedelta(seconds=0))

    sweeper = threading.Thread(target=sweep_on)
    sweeper.start()
    try:
        for number in range(60):
            file = PDF + bytes([number % 3])
            name = put(store, file)
            with pool.connection() as connection, connection.transaction():
                connection.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 4711))", [name])
                row = connection.execute("SELECT 1 FROM documents WHERE sha256 = %s", [name]).fetchone()
                assert (row is not None) == (tmp_path / "documents" / name[:2] / name).exists()
    finally:
        ended.set()
        sweeper.join()


def test_a_setting_that_names_no_bucket_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="s3://BUCKET/PREFIX"):
        shelf_at("https://example.com/x", tmp_path)
    assert isinstance(shelf_at(None, tmp_path), Folder)


def test_a_store_that_is_down_is_an_error_and_nothing_is_stored(
    pool: ConnectionPool[Any], bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    from botocore.exceptions import BotoCoreError

    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    store = DocumentStore(pool, KEY, Bucket("s3://nowhere/x"))
    with pytest.raises(BotoCoreError):
        put(store, PDF)
    with pool.connection() as connection:
        assert connection.execute("SELECT count(*) FROM documents").fetchone() == (0,)
