"""Dead letters: what could not be delivered, with its reason, until an operator has it sent again.

Every channel buries what it gives up and takes from here what is wanted again. No address and no content is kept: a
channel makes the delivery anew from its name.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct
from psycopg import Connection
from psycopg.rows import class_row
from psycopg_pool import ConnectionPool

from workflow.store import tables

TABLE = """
CREATE TABLE IF NOT EXISTS dead_letters (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    channel  text        NOT NULL,
    receiver text        NOT NULL,
    message  text        NOT NULL,
    ref      text        NOT NULL,
    reason   text        NOT NULL,
    attempts integer     NOT NULL,
    died     timestamptz NOT NULL,
    wanted   timestamptz,           -- an operator had it sent again; NULL: it rests
    by       text,
    UNIQUE (channel, receiver, message)  -- what dies twice stands here once
);
CREATE INDEX IF NOT EXISTS dead_letters_wanted ON dead_letters (channel, wanted) WHERE wanted IS NOT NULL;
"""


class DeadLetter(Struct, frozen=True, kw_only=True):
    id: int
    channel: str
    """`mail`, `webhook`, …"""
    receiver: str
    """Whom it was for, as the channel names them: a person, a subscription; never an address."""
    message: str
    """The channel's name of what was to be delivered: a notice's id, a position."""
    ref: str
    """The case that it is about."""
    reason: str
    attempts: int
    died: datetime
    wanted: datetime | None = None
    by: str | None = None


COLUMNS = ", ".join(DeadLetter.__struct_fields__)


def prepare(connection: Connection[Any]) -> None:
    """Create the table if it is not there; several processes may ask at once."""
    tables.create(connection, TABLE)


def bury(
    connection: Connection[Any], *, channel: str, receiver: str, message: str, ref: str, reason: str, attempts: int
) -> None:
    """Note that a delivery is given up, in the transaction that gives it up; one that was wanted again rests again."""
    connection.execute(
        "INSERT INTO dead_letters (channel, receiver, message, ref, reason, attempts, died)"
        " VALUES (%s, %s, %s, %s, %s, %s, now()) ON CONFLICT (channel, receiver, message) DO UPDATE SET"
        " reason = EXCLUDED.reason, attempts = dead_letters.attempts + EXCLUDED.attempts, died = now(), wanted = NULL",
        [channel, receiver, message, ref, reason, attempts],
    )


def take_wanted(connection: Connection[Any], channel: str, receiver: str | None = None) -> DeadLetter | None:
    """One that is wanted again, locked until the end of the transaction; the longest asked for first."""
    with connection.cursor(row_factory=class_row(DeadLetter)) as cursor:
        cursor.execute(
            f"SELECT {COLUMNS} FROM dead_letters WHERE channel = %s AND wanted IS NOT NULL"  # noqa: S608
            " AND (%s::text IS NULL OR receiver = %s) ORDER BY wanted, id LIMIT 1 FOR UPDATE SKIP LOCKED",
            [channel, receiver, receiver],
        )
        return cursor.fetchone()


def delivered(connection: Connection[Any], letter: DeadLetter) -> None:
    """It arrived after all: it is dead no more."""
    connection.execute("DELETE FROM dead_letters WHERE id = %s", [letter.id])


def forget(connection: Connection[Any], channel: str, receiver: str) -> None:
    """The receiver is no more: nothing can reach it."""
    connection.execute("DELETE FROM dead_letters WHERE channel = %s AND receiver = %s", [channel, receiver])


def arrived(connection: Connection[Any], channel: str, receiver: str, message: str) -> None:
    """What was given up has arrived: where it rests, it rests no more."""
    connection.execute(
        "DELETE FROM dead_letters WHERE channel = %s AND receiver = %s AND message = %s", [channel, receiver, message]
    )


class DeadLetters:
    """What an operator sees of them and may do. Safe to share between threads."""

    def __init__(self, pool: ConnectionPool) -> None:
        self._pool = pool

    def page(self, channel: str | None, before: int | None, limit: int) -> Sequence[DeadLetter]:
        """At most `limit`, the last to die for the first time first; those before `before` (an id) where given."""
        with self._pool.connection() as connection, connection.cursor(row_factory=class_row(DeadLetter)) as cursor:
            cursor.execute(
                f"SELECT {COLUMNS} FROM dead_letters WHERE (%s::text IS NULL OR channel = %s)"  # noqa: S608
                " AND (%s::bigint IS NULL OR id < %s) ORDER BY id DESC LIMIT %s",
                [channel, channel, before, before, limit],
            )
            return cursor.fetchall()

    def retry(self, id: int, by: str) -> bool:
        """Have one sent again; False where there is none of this name."""
        return self._want("id = %s", id, by) > 0

    def retry_all(self, channel: str | None, by: str) -> int:
        """Have all that rest sent again, of one channel where given; how many."""
        return self._want("wanted IS NULL AND (%s::text IS NULL OR channel = %s)", channel, by)

    def _want(self, which: str, value: str | int | None, by: str) -> int:
        values = [value] * which.count("%s")
        with self._pool.connection() as connection:
            done = connection.execute(
                f"UPDATE dead_letters SET wanted = now(), by = %s WHERE {which}",  # noqa: S608
                [by, *values],
            )
            return done.rowcount
