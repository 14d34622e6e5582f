"""How fast a receiver is sent to, by all processes together: a bucket of tokens for each, in the database."""

from typing import Any

from psycopg import Connection

from workflow.store import tables

TABLE = """
CREATE TABLE IF NOT EXISTS pace (
    receiver text PRIMARY KEY,
    tokens   double precision NOT NULL,  -- how many may go at `counted`
    counted  timestamptz      NOT NULL
);
"""


def prepare(connection: Connection[Any]) -> None:
    """Create the table if it is not there; several processes may ask at once."""
    tables.create(connection, TABLE)


def spend(connection: Connection[Any], receiver: str, per_second: float, wanted: int) -> int:
    """How many of those wanted may go now, counted as gone; at most a second's worth at once, but always one.

    The database's own clock alone counts. One that was set back fills the bucket and holds up nothing.
    """
    (tokens,) = connection.execute(
        "INSERT INTO pace AS p VALUES (%(receiver)s, %(most)s, clock_timestamp())"
        " ON CONFLICT (receiver) DO UPDATE SET counted = clock_timestamp(), tokens = least(%(most)s, p.tokens"
        " + abs(extract(epoch FROM clock_timestamp() - p.counted)::float8) * %(per_second)s) RETURNING tokens",
        {"receiver": receiver, "most": max(1.0, per_second), "per_second": per_second},
    ).fetchone() or (0.0,)
    may = min(wanted, int(tokens))
    connection.execute("UPDATE pace SET tokens = tokens - %s WHERE receiver = %s", [may, receiver])
    return may
