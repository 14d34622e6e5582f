"""The whole demo, loaded once into a database of its own."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from msgspec.structs import replace

from selaras import demo
from selaras.engines import PostgresServer
from workflow.domain.case import Case
from workflow.engine import Engine
from workflow.settings import Settings

NOW = datetime(2026, 11, 25, 2, tzinfo=UTC)
"""A Wednesday, ten in the morning in Palu."""
NOWHERE = ""
HERE = str(Path(__file__).parent)


@pytest.hookimpl(tryfirst=True)  # xdist reads the groups in this hook too
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All share one load, so one worker runs them all."""
    for item in items:
        if str(item.path).startswith(HERE):
            item.add_marker(pytest.mark.xdist_group("demo"))


@pytest.fixture(scope="package")
def shelved(postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """The demo as of `NOW` in a database that nobody opens: to be copied."""
    settings = Settings(
        database_url=NOWHERE,
        broker_url="memory://",
        data_dir=tmp_path_factory.mktemp("demo"),
        master_key=b"k" * 32,
        demo=True,
    )
    with database(postgres_server, settings, "demo") as settings:
        with Engine.open(settings) as engine:
            demo.load(engine, NOW)
        yield settings


@pytest.fixture(scope="package")
def loaded(postgres_server: PostgresServer, shelved: Settings) -> Iterator[Engine]:
    """An engine over the demo as of `NOW`, shared: nobody changes it."""
    with database(postgres_server, shelved, "shared") as settings, Engine.open(settings) as engine:
        yield engine


@pytest.fixture
def own(postgres_server: PostgresServer, shelved: Settings) -> Iterator[Engine]:
    """An engine over a test's own copy of the demo."""
    with database(postgres_server, shelved, "own") as settings, Engine.open(settings) as engine:
        yield engine


@contextmanager
def database(server: PostgresServer, settings: Settings, name: str) -> Iterator[Settings]:
    """A database of this process, empty or a copy of the one in the settings; the settings with it."""
    name = f"{name}{os.getpid()}"
    copied = "" if settings.database_url == NOWHERE else f"TEMPLATE demo{os.getpid()}"
    with psycopg.connect(server.url_of("postgres"), autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} {copied} STRATEGY FILE_COPY")
        try:
            yield replace(settings, database_url=server.url_of(name))
        finally:
            admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def all_cases(engine: Engine, last: int) -> list[Case]:
    """Every case as of a position, alignments included."""
    events = engine.log.select(0, last)
    refs = dict.fromkeys(e.stream.removeprefix("case/") for e in events if e.stream.startswith("case/"))
    found = [engine.casework.as_of(ref, last) for ref in refs]
    return [case for case in found if case is not None]
