"""The raw limit: one INSERT of 500 bytes and its commit, as fast as this Postgres takes it."""

from collections.abc import Callable
from uuid import uuid4

import psycopg

TABLE = "CREATE TABLE IF NOT EXISTS raw_events (id bigserial PRIMARY KEY, stream text, version int, body bytea)"
BODY = b"x" * 500


def worker(url: str) -> Callable[[int], Callable[[], object]]:
    """Each thread has a connection of its own."""
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(TABLE)

    def prepare(number: int) -> Callable[[], object]:
        connection = psycopg.connect(url, autocommit=True)
        stream = uuid4().hex

        def once() -> object:
            return connection.execute(
                "INSERT INTO raw_events (stream, version, body) VALUES (%s, %s, %s)", (stream, number, BODY)
            )

        return once

    return prepare
