"""Preparing a database: again, at once, and when a newer program was there first."""

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from selaras.engines import PostgresServer
from tests.store.building import event, opened, save
from workflow.store import schema
from workflow.store.schema import NewerSchema, UnfitDatabase


def test_preparing_again_keeps_what_is_there(database_url: str) -> None:
    with opened(database_url) as log:
        log.append(save(event("case/A", 1)))
    schema.prepare(database_url)
    with opened(database_url) as log:
        assert log.head() == 1


def test_many_processes_may_prepare_at_once(database_url: str) -> None:
    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(schema.prepare, database_url) for _ in range(8)]:
            done.result()
    with opened(database_url) as log:
        assert log.append(save(event("case/A", 1))) == 1


def test_a_database_of_a_newer_program_is_refused_and_left_alone(database_url: str) -> None:
    schema.prepare(database_url)
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("UPDATE store_schema SET version = version + 1")
        with pytest.raises(NewerSchema, match=f"version {schema.VERSION + 1}, this program knows {schema.VERSION}"):
            schema.prepare(database_url)
        assert connection.execute("SELECT version FROM store_schema").fetchone() == (schema.VERSION + 1,)


def test_a_database_that_cannot_hold_every_text_is_refused(postgres_server: PostgresServer, database_url: str) -> None:
    name = psycopg.conninfo.conninfo_to_dict(database_url)["dbname"]
    latin = f"{name}_latin"
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(
            f"CREATE DATABASE {latin} ENCODING 'LATIN1' LOCALE 'C' LOCALE_PROVIDER libc TEMPLATE template0"
        )
        try:
            with pytest.raises(UnfitDatabase, match="LATIN1"):
                schema.prepare(postgres_server.url_of(latin))
        finally:
            connection.execute(f"DROP DATABASE {latin} WITH (FORCE)")
