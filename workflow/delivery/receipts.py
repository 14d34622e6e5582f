"""Receipts: what a gateway says became of a message; kept beside what was sent, outside the read models, for good."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Literal

from msgspec import Struct
from psycopg import Connection
from psycopg.rows import class_row
from psycopg_pool import ConnectionPool

from workflow.delivery import dead_letters, sent
from workflow.delivery.outbox import bury
from workflow.delivery.preferences import PHONE
from workflow.delivery.sent import Sending
from workflow.store import tables

TABLE = """
CREATE TABLE IF NOT EXISTS receipts (
    parcel  text COLLATE "C" NOT NULL,
    edition integer          NOT NULL,  -- 0, then one more each time that the gateway had said that it failed
    status  text             NOT NULL,
    at      timestamptz      NOT NULL,  -- since when it is so, as the gateway says
    reason  text,
    PRIMARY KEY (parcel, edition, status)  -- what is told twice stands here once
);
"""
ID = re.compile(r"([0-9a-f]{32})(?:\.([1-9][0-9]{0,5}))?")

Status = Literal["delivered", "read", "failed"]


class Receipt(Struct, frozen=True, kw_only=True):
    id: str
    """Of the message, as it went out."""
    status: Status
    at: datetime
    reason: str | None = None
    """A code of the gateway's, where it failed."""


class Noted(Struct, frozen=True, kw_only=True):
    """A receipt as it is kept."""

    parcel: str
    edition: int
    status: Status
    at: datetime
    reason: str | None


COLUMNS = ", ".join(Noted.__struct_fields__)


def prepare(connection: Connection[Any]) -> None:
    """Create the table if it is not there; several processes may ask at once."""
    tables.create(connection, TABLE)


class Receipts:
    """Safe to share between threads and to use in many processes."""

    def __init__(self, pool: ConnectionPool) -> None:
        self._pool = pool

    def id_of(self, parcel: str) -> str:
        """The id under which a parcel goes out: its name, which a gateway that failed to deliver it has used up."""
        with self._pool.connection() as connection:
            edition = _edition(connection, parcel)
        return f"{parcel}.{edition}" if edition else parcel

    def take(self, receipt: Receipt) -> bool:
        """Note a receipt and what follows from it; False where nothing was sent under its id. Again changes nothing."""
        known = ID.fullmatch(receipt.id)
        if known is None:
            return False
        parcel, edition = known[1], int(known[2] or 0)
        with self._pool.connection() as connection, connection.transaction():
            # One after the other, and not while parcels are taken or revived.
            sent.lock(connection)
            rows = _rows(connection, parcel)
            current = _edition(connection, parcel)
            if not rows or edition > current or (edition == current and not any(row.attempts for row in rows)):
                return False
            before = {noted.status for noted in of(connection, [parcel]) if noted.edition == edition}
            if receipt.status in before:
                return True
            connection.execute(
                f"INSERT INTO receipts ({COLUMNS}) VALUES (%s, %s, %s, %s, %s)",  # noqa: S608
                [parcel, edition, receipt.status, receipt.at, receipt.reason],
            )
            if edition == current and not before:
                _follow(connection, rows, receipt)
        return True


def of(connection: Connection[Any], parcels: Iterable[str]) -> list[Noted]:
    """What the gateway said of these parcels, the oldest first."""
    with connection.cursor(row_factory=class_row(Noted)) as cursor:
        cursor.execute(
            f"SELECT {COLUMNS} FROM receipts WHERE parcel = ANY(%s) ORDER BY edition, at, status",  # noqa: S608
            [list(parcels)],
        )
        return cursor.fetchall()


def _follow(connection: Connection[Any], rows: Sequence[Sending], receipt: Receipt) -> None:
    """The first receipt of what went out last: it may come before the answer to it, or where that was lost."""
    first = rows[0]
    if receipt.status == "failed" and first.state in ("waits", "sent"):
        reason = f"failed: {receipt.reason}"
        _became(connection, first.parcel, "dead", reason)
        bury(connection, rows, reason)
    elif receipt.status != "failed" and first.state in ("waits", "dead"):
        _became(connection, first.parcel, "sent", None)
        dead_letters.arrived(connection, PHONE, first.person, first.parcel)


def _became(connection: Connection[Any], parcel: str, state: str, reason: str | None) -> None:
    connection.execute(
        "UPDATE sent SET state = %s, next = NULL, at = clock_timestamp(), reason = %s"
        " WHERE channel = %s AND parcel = %s",
        [state, reason, PHONE, parcel],
    )


def _rows(connection: Connection[Any], parcel: str) -> list[Sending]:
    """The notices of a parcel, locked."""
    with connection.cursor(row_factory=class_row(Sending)) as cursor:
        cursor.execute(
            f"SELECT {sent.COLUMNS} FROM sent WHERE channel = %s AND parcel = %s ORDER BY notice FOR UPDATE",  # noqa: S608
            [PHONE, parcel],
        )
        return cursor.fetchall()


def _edition(connection: Connection[Any], parcel: str) -> int:
    (failed,) = connection.execute(
        "SELECT count(*) FROM receipts WHERE parcel = %s AND status = 'failed'", [parcel]
    ).fetchone() or (0,)
    return int(failed)
