"""The table that says how far each read model has come, and why one stopped."""

from datetime import datetime
from typing import Any

from msgspec import Struct
from psycopg import Connection
from psycopg.rows import class_row

TABLE = """
CREATE TABLE IF NOT EXISTS projections (
    name        text        NOT NULL,
    build       text        NOT NULL,  -- live: answers; next: is being built beside it
    version     integer     NOT NULL,
    position    bigint      NOT NULL DEFAULT 0,
    attempts    integer     NOT NULL DEFAULT 0,
    retry_at    timestamptz,
    stopped_at  bigint,                -- position of the event that it cannot apply
    reason      text,                  -- of the last failure
    owner       text,                  -- who builds it, while it is `next`
    changed     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (name, build)
)
"""
CREATION = "SELECT pg_advisory_xact_lock(hashtext('selaras projections'))"
"""CREATE … IF NOT EXISTS by two at once is an error in Postgres; one at a time it is not."""


class Place(Struct, frozen=True):
    """Where a build stands in the log."""

    name: str
    build: str
    version: int
    position: int
    attempts: int
    stopped_at: int | None
    reason: str | None
    waits: bool
    """True while it backs off after a failure."""
    changed: datetime


COLUMNS = (
    "name, build, version, position, attempts, stopped_at, reason, coalesce(retry_at > now(), false) AS waits, changed"
)


def prepare(connection: Connection[Any]) -> None:
    """Create the table if it is not there."""
    with connection.transaction():
        connection.execute(CREATION)
        connection.execute(TABLE)


def place(connection: Connection[Any], name: str, build: str = "live") -> Place | None:
    with connection.cursor(row_factory=class_row(Place)) as cursor:
        cursor.execute(f"SELECT {COLUMNS} FROM projections WHERE name = %s AND build = %s", [name, build])  # noqa: S608
        return cursor.fetchone()


def places(connection: Connection[Any]) -> list[Place]:
    with connection.cursor(row_factory=class_row(Place)) as cursor:
        return cursor.execute(f"SELECT {COLUMNS} FROM projections ORDER BY name, build").fetchall()  # noqa: S608


def advance(connection: Connection[Any], here: Place, to: int) -> bool:
    """Store the new position, if the build still stands where it did; a success ends any back-off."""
    moved = connection.execute(
        "UPDATE projections SET position = %s, attempts = 0, retry_at = NULL, stopped_at = NULL, reason = NULL,"
        " changed = now() WHERE name = %s AND build = %s AND position = %s",
        [to, here.name, here.build, here.position],
    )
    return moved.rowcount == 1


def fail(connection: Connection[Any], here: Place, reason: str, seconds: float, most: int) -> None:
    """Note a failure at the event after `here`: back off, and stop for good at the `most`th."""
    connection.execute(
        "UPDATE projections SET attempts = attempts + 1, reason = %(reason)s, changed = now(),"
        " retry_at = now() + make_interval(secs => %(seconds)s),"
        " stopped_at = CASE WHEN attempts + 1 >= %(most)s THEN position + 1 END"
        " WHERE name = %(name)s AND build = %(build)s AND position = %(position)s AND attempts = %(attempts)s",
        {
            "reason": reason,
            "seconds": seconds,
            "most": most,
            "name": here.name,
            "build": here.build,
            "position": here.position,
            "attempts": here.attempts,
        },
    )


def resume(connection: Connection[Any], name: str) -> bool:
    """Let a stopped read model try again from the event at which it stopped."""
    resumed = connection.execute(
        "UPDATE projections SET attempts = 0, retry_at = NULL, stopped_at = NULL, changed = now()"
        " WHERE name = %s AND stopped_at IS NOT NULL",
        [name],
    )
    return resumed.rowcount > 0
