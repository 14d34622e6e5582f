"""Creates tables that are not there yet, though several processes may ask at once."""

from typing import Any, LiteralString

from psycopg import Connection

LOCK = 7310447351620063341
"""Advisory lock: CREATE … IF NOT EXISTS by two at once is an error in Postgres; one at a time it is not."""


def create(connection: Connection[Any], tables: LiteralString) -> None:
    """Run statements that create what is not there, one process at a time."""
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (LOCK,))
        connection.execute(tables)
