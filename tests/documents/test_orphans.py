"""Documents that no event names are swept; those that one names, and those that are young, stay."""

import io
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.documents.files import PDF
from workflow.domain.events import DocumentAttached, Recorded
from workflow.engine import Engine
from workflow.orphans import sweep_documents
from workflow.settings import Settings
from workflow.store.documents import NoSuchDocument
from workflow.store.log import Write


@pytest.fixture
def engine(database_url: str, tmp_path: Path) -> Iterator[Engine]:
    settings = Settings(
        database_url=database_url, broker_url="redis+socket:///none", data_dir=tmp_path, master_key=bytes(range(32))
    )
    with Engine.open(settings, pool_size=2) as opened:
        yield opened


def supplied(engine: Engine, content: bytes = b"") -> str:
    """A document that has just arrived; its bytes are new unless given."""
    return engine.documents.put(
        io.BytesIO(content or PDF + os.urandom(8).hex().encode()), "application/pdf", 1 << 20
    ).sha256


def attached(engine: Engine, sha256: str, case: str) -> None:
    body = DocumentAttached(document="proposal", sha256=sha256, type="application/pdf", size=1, replaces=False)
    event = Recorded(stream=f"case/{case}", version=1, at=datetime.now(UTC), actor="leader.palu", body=body)
    engine.log.append(Write(events=(event,)))


def hours_later(engine: Engine, hours: int) -> None:
    with engine.pool.connection() as connection:
        connection.execute("UPDATE documents SET stored_at = stored_at - make_interval(hours => %s)", [hours])


def is_there(engine: Engine, sha256: str) -> bool:
    try:
        return b"".join(engine.documents.open(sha256)).startswith(PDF)
    except NoSuchDocument:
        return False


def test_what_no_event_names_goes_and_what_one_names_stays(engine: Engine, tmp_path: Path) -> None:
    refused, named = supplied(engine), [supplied(engine) for _ in range(7)]
    for number, one in enumerate(named):
        attached(engine, one, f"TKM-7271-2026-{number:06}")
    hours_later(engine, 25)
    assert sweep_documents(engine.log, engine.documents, page=3) == 1
    assert not is_there(engine, refused)
    assert all(is_there(engine, one) for one in named)
    assert len([path for path in tmp_path.glob("documents/??/*") if path.is_file()]) == len(named)
    assert sweep_documents(engine.log, engine.documents) == 0, "again changes nothing"


def test_one_still_being_attached_stays(engine: Engine) -> None:
    arrived = supplied(engine)
    hours_later(engine, 23)
    assert sweep_documents(engine.log, engine.documents) == 0
    attached(engine, arrived, "TKM-7271-2026-000001")
    hours_later(engine, 48)
    assert sweep_documents(engine.log, engine.documents) == 0
    assert is_there(engine, arrived)


def test_one_left_over_that_is_supplied_again_is_young_again(engine: Engine) -> None:
    content = PDF + b"the same again"
    left = supplied(engine, content)
    hours_later(engine, 48)
    assert supplied(engine, content) == left
    assert sweep_documents(engine.log, engine.documents) == 0
    assert is_there(engine, left)
