"""The whole demo, loaded once into a database of its own."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from selaras import demo
from selaras.engines import PostgresServer
from workflow.domain.case import Case
from workflow.engine import Engine
from workflow.settings import Settings

NOW = datetime(2026, 11, 25, 2, tzinfo=UTC)
"""A Wednesday, ten in the morning in Palu."""
HERE = str(Path(__file__).parent)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All share one load, so one worker runs them all."""
    for item in items:
        if str(item.path).startswith(HERE):
            item.add_marker(pytest.mark.xdist_group("demo"))


@pytest.fixture(scope="package")
def loaded(postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An engine over the demo as of `NOW`."""
    name = f"demo{os.getpid()}"
    folder: Path = tmp_path_factory.mktemp("demo")
    with psycopg.connect(postgres_server.url_of("postgres"), autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} STRATEGY FILE_COPY")
    settings = Settings(
        database_url=postgres_server.url_of(name),
        broker_url="memory://",
        data_dir=folder,
        master_key=b"k" * 32,
        demo=True,
    )
    with Engine.open(settings) as engine:
        demo.load(engine, NOW)
        yield engine
    with psycopg.connect(postgres_server.url_of("postgres"), autocommit=True) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def all_cases(engine: Engine, last: int) -> list[Case]:
    """Every case as of a position, alignments included."""
    events = engine.log.select(0, last)
    refs = dict.fromkeys(e.stream.removeprefix("case/") for e in events if e.stream.startswith("case/"))
    found = [engine.casework.as_of(ref, last) for ref in refs]
    return [case for case in found if case is not None]
