"""What leaves the system on each channel, and what became of it: kept outside the read models, for good.

A read model that is built anew names its notices as before, and what stands here goes out once.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct
from psycopg import Connection
from psycopg.rows import class_row

LOCK = 7310447351620063373
"""Advisory lock: of the tables' creation, and of whoever collects or takes."""
TABLES = """
CREATE TABLE IF NOT EXISTS channels (
    channel   text PRIMARY KEY,
    collected bigint      NOT NULL DEFAULT 0,  -- notices up to this position stand in `sent`
    failures  integer     NOT NULL DEFAULT 0,  -- how often in a row the carrier was out of reach
    rests     timestamptz                      -- until when it is left alone
);
CREATE TABLE IF NOT EXISTS sent (
    notice   text COLLATE "C" NOT NULL,
    channel  text             NOT NULL,
    person   text             NOT NULL,
    ref      text             NOT NULL,
    parcel   text COLLATE "C" NOT NULL,        -- what goes out as one
    state    text             NOT NULL,        -- waits, sent, dead; unwanted: given up by its person
    next     timestamptz,                      -- when it is tried; NULL: no more
    attempts integer          NOT NULL DEFAULT 0,
    first    timestamptz,                      -- of its attempts
    at       timestamptz,                      -- when it was sent or given up
    reason   text,
    PRIMARY KEY (notice, channel)
);
ALTER TABLE sent ADD COLUMN IF NOT EXISTS hangs integer NOT NULL DEFAULT 0;  -- while the carrier was well otherwise
CREATE INDEX IF NOT EXISTS sent_next ON sent (channel, next) WHERE next IS NOT NULL;
CREATE INDEX IF NOT EXISTS sent_parcel ON sent (parcel, channel);
"""


class Sending(Struct, frozen=True, kw_only=True):
    """One notice on one channel."""

    notice: str
    channel: str
    person: str
    ref: str
    parcel: str
    state: str
    next: datetime | None
    attempts: int
    first: datetime | None
    at: datetime | None
    reason: str | None


COLUMNS = ", ".join(Sending.__struct_fields__)


def prepare(connection: Connection[Any]) -> None:
    """Create the tables if they are not there; several processes may ask at once."""
    with connection.transaction():
        lock(connection)
        connection.execute(TABLES)


def ways(connection: Connection[Any], notices: Sequence[str]) -> dict[str, list[Sending]]:
    """What became of these notices on every channel."""
    found: dict[str, list[Sending]] = {}
    with connection.cursor(row_factory=class_row(Sending)) as cursor:
        cursor.execute(
            f"SELECT {COLUMNS} FROM sent WHERE notice = ANY(%s) ORDER BY channel",  # noqa: S608
            [list(notices)],
        )
        for row in cursor:
            found.setdefault(row.notice, []).append(row)
    return found


def lock(connection: Connection[Any]) -> None:
    """Until the end of the transaction nobody else collects or takes."""
    connection.execute("SELECT pg_advisory_xact_lock(%s)", (LOCK,))
