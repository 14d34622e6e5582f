"""A canary goes through every queue: what it last saw alive is kept in Postgres for `readyz` and `doctor`."""

from typing import Any

from psycopg import Connection
from psycopg.errors import UndefinedTable

from workers import queues, room, watch
from workers.app import app
from workflow.store import tables

TABLE = "CREATE TABLE IF NOT EXISTS canaries (queue text PRIMARY KEY, seen timestamptz NOT NULL)"


@app.task(name=queues.CANARY)
def canary(queue: str) -> None:
    """Note that this queue's messages arrive and are worked on."""
    watch.seen(queue)
    if queue not in queues.QUEUES:
        return
    with room.parts().pool.connection() as connection:
        note(connection, queue)


def note(connection: Connection[Any], queue: str) -> None:
    """Write down that a queue was seen alive now; the first ones may come at once."""
    try:
        _note(connection, queue)
    except UndefinedTable:
        tables.create(connection, TABLE)
        _note(connection, queue)


def ages(connection: Connection[Any]) -> dict[str, float | None]:
    """Queue → seconds since a canary last came through it; None: none ever did."""
    try:
        rows = connection.execute("SELECT queue, extract(epoch FROM now() - seen)::float8 FROM canaries").fetchall()
    except UndefinedTable:
        rows = []
    return {**dict.fromkeys(queues.QUEUES), **dict(rows)}


def _note(connection: Connection[Any], queue: str) -> None:
    connection.execute(
        "INSERT INTO canaries VALUES (%s, now()) ON CONFLICT (queue) DO UPDATE SET seen = now()", [queue]
    )
