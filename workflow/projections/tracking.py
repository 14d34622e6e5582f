"""Which case a tracking code is of: codes stand here as keyed hashes only, so that the table opens nothing."""

import hmac
from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from psycopg import Connection
from psycopg_pool import ConnectionPool

from workflow.domain.events import CaseOpened, Recorded
from workflow.domain.tracking import TrackingCodeRevoked
from workflow.projections.projection import Projection, schema_of, write_rows
from workflow.store.master import MasterKey

PURPOSE = "tracking"


class Tracking(Projection):
    """One row for each case whose code holds."""

    name = "tracking"
    version = 1
    tables = """
    CREATE TABLE codes (
        ref    text COLLATE "C" PRIMARY KEY,
        digest bytea NOT NULL
    );
    """
    indexes = "CREATE INDEX codes_digest ON codes USING hash (digest);"

    def __init__(self, master_key: bytes) -> None:
        self._key = MasterKey(master_key).derived(PURPOSE)

    def apply(self, connection: Connection[Any], events: Iterable[Recorded]) -> None:
        codes: dict[str, str | None] = {}
        for event in events:
            match event.body:
                case CaseOpened() as e:
                    codes[e.ref] = e.tracking_code or None
                case TrackingCodeRevoked() as e:
                    codes[event.stream.removeprefix("case/")] = e.next
        if not codes:
            return
        connection.execute("DELETE FROM codes WHERE ref = ANY(%s)", [list(codes)])
        rows = [(ref, digest_of(self._key, code)) for ref, code in codes.items() if code]
        write_rows(connection, "codes", ("ref", "digest"), ("ref",), rows)


class TrackingCodes:
    """Finds cases by code. Safe to share between threads."""

    def __init__(self, pool: ConnectionPool, master_key: bytes) -> None:
        self._pool = pool
        self._key = MasterKey(master_key).derived(PURPOSE)

    def ref_of(self, code: str) -> str | None:
        """The case of a code, as far as the list has come. How long it takes tells nothing of the code: what is
        compared is its keyed hash."""
        table = schema_of(Tracking.name, "live")
        with self._pool.connection() as connection:
            row = connection.execute(
                f"SELECT ref FROM {table}.codes WHERE digest = %s",  # noqa: S608
                [digest_of(self._key, code)],
            ).fetchone()
        return row[0] if row else None


def digest_of(key: bytes, code: str) -> bytes:
    return hmac.digest(key, code.encode(), sha256)
