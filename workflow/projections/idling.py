"""From and up to which event places were idle, or too many were in use: by the account of places."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from psycopg import Connection
from psycopg_pool import ConnectionPool

from workflow.domain.findings.figures import Key
from workflow.domain.findings.presence import Presence
from workflow.projections.accounts import SCHEMA, Account
from workflow.projections.worlds import AsOf

SIGN = {"idle": 1, "over": -1}
"""Of the places that are left."""
CHANGED = f"""
SELECT min(position) FROM {SCHEMA}.account
WHERE (programme, region, year) = (%(programme)s, %(region)s, %(year)s) AND position <= %(as_of)s AND position > (
    SELECT max(position) FROM {SCHEMA}.account
    WHERE (programme, region, year) = (%(programme)s, %(region)s, %(year)s) AND position <= %(as_of)s
    AND (%(sign)s * (coalesce(allotted, 0) + moved - held - used) > 0) = %(stood)s
)
"""  # noqa: S608
ALWAYS = f"""
SELECT min(position) FROM {SCHEMA}.account
WHERE (programme, region, year) = (%(programme)s, %(region)s, %(year)s) AND position <= %(as_of)s
"""  # noqa: S608


def idle_ended(pool: ConnectionPool, accounts: Iterable[Account], as_of: datetime | int) -> dict[Presence, int]:
    """The quotas of which places were idle, or too many in use, and are no longer, with the position of the end.

    The account is kept by position: as of a moment nothing is told of what had ended.
    """
    if isinstance(as_of, datetime):
        return {}
    found: dict[Presence, int] = {}
    with pool.connection() as connection:
        for one in accounts:
            for kind, left in (("idle", one.free), ("over", one.excess)):
                key = Key(kind, one.programme, "", one.region, one.year)
                if left == 0 and (ended := _changed(connection, CHANGED, key, as_of, stood=True)):
                    found[key, ""] = ended
    return found


def idle_began(pool: ConnectionPool, key: Key, as_of: AsOf) -> int:
    """The position from which places have been idle, or too many in use; 0 where it is not known."""
    last = as_of if isinstance(as_of, int) else (1 << 62)
    with pool.connection() as connection:
        changed = _changed(connection, CHANGED, key, last, stood=False)
        return changed or _changed(connection, ALWAYS, key, last, stood=False) or 0


def _changed(connection: Connection[Any], query: str, key: Key, as_of: int, *, stood: bool) -> int | None:
    values = {"programme": key.a, "region": key.region, "year": key.year, "as_of": as_of}
    row = connection.execute(query, {**values, "sign": SIGN[key.kind], "stood": stood}).fetchone()
    return row[0] if row else None
