"""A receiver of webhooks, one host and port: all subscriptions to it share how fast it is sent to, and its rests.

Several agencies may have their messages sent to one machine, and one agency by many subscriptions: it is the machine
that bears so many messages a second, and that is down.
"""

from datetime import timedelta
from random import SystemRandom
from typing import Any

from psycopg import Connection
from psycopg_pool import ConnectionPool

from workflow.delivery import pace
from workflow.store import tables

PAUSES = (1.0, 5.0, 30.0, 120.0, 600.0, 1800.0)
"""Seconds after the first failures in a row; the last one from then on, each a fifth more or less."""
FARTHEST = timedelta(hours=2)
"""No pause or claim is longer: what is further off was planned by a clock that has been set back since.

Far more than a claim's length: a claim made a moment after this one began ends a moment later than its own would."""
TABLE = """
CREATE TABLE IF NOT EXISTS webhook_receivers (
    receiver text COLLATE "C" PRIMARY KEY,  -- as webhooks.receiver; here while it fails
    failures integer     NOT NULL,          -- in a row, of all its subscriptions
    rests    timestamptz NOT NULL           -- until when nobody sends to it; then one alone tries
);
"""
OF_URL = r"regexp_replace(lower(substring(url from '^[a-z]+://([^/?#]*)')), '^(.*):(80|443)$', '\1')"
"""A subscription's receiver, in SQL."""
RESTS = "r.rests > now() AND r.rests <= now() + %(farthest)s"

_chance = SystemRandom()


def prepare(connection: Connection[Any]) -> None:
    """Create the table if it is not there; several processes may ask at once."""
    tables.create(connection, TABLE)


def pause_after(failures: int) -> timedelta:
    """How long to leave alone who failed so often in a row."""
    return timedelta(seconds=PAUSES[min(failures, len(PAUSES)) - 1] * _chance.uniform(0.8, 1.2))


def failing(connection: Connection[Any], receiver: str) -> bool:
    """True where a receiver failed last, whoever sent to it."""
    return connection.execute("SELECT FROM webhook_receivers WHERE receiver = %s", [receiver]).rowcount > 0


def try_alone(connection: Connection[Any], receiver: str, lease: timedelta) -> bool:
    """Take the trial after a rest, for so long; False where another has it, or the rest is not over."""
    values = {"receiver": receiver, "lease": lease, "farthest": FARTHEST}
    return (
        connection.execute(
            "UPDATE webhook_receivers r SET rests = now() + %(lease)s"  # noqa: S608
            f" WHERE receiver = %(receiver)s AND NOT ({RESTS})",
            values,
        ).rowcount
        > 0
    )


def failed(connection: Connection[Any], receiver: str, asked: timedelta) -> timedelta:
    """It is in trouble: it rests, longer each time in a row, and for as long as it asked; returns how long."""
    (failures,) = connection.execute(
        "INSERT INTO webhook_receivers AS r VALUES (%s, 1, now())"
        " ON CONFLICT (receiver) DO UPDATE SET failures = r.failures + 1 RETURNING failures",
        [receiver],
    ).fetchone() or (1,)
    rest = max(pause_after(failures), asked)
    connection.execute("UPDATE webhook_receivers SET rests = now() + %s WHERE receiver = %s", [rest, receiver])
    return rest


def well(connection: Connection[Any], receiver: str) -> None:
    """It answered as one that is well, or its owner says that it is: it rests no more."""
    connection.execute("DELETE FROM webhook_receivers WHERE receiver = %s", [receiver])


def untried(connection: Connection[Any], receiver: str) -> None:
    """Nothing was sent in a trial after all: the next one may try."""
    connection.execute("UPDATE webhook_receivers SET rests = now() WHERE receiver = %s", [receiver])


def may_send(pool: ConnectionPool, receiver: str, per_second: float) -> bool:
    """True where one more message may go now, counted as gone."""
    with pool.connection() as connection, connection.transaction():
        # A crash that forgets a few costs nothing: no message waits for the disk.
        connection.execute("SET LOCAL synchronous_commit = off")
        return pace.spend(connection, f"webhook {receiver}", per_second, 1) > 0
