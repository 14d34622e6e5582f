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


TIMELINE = f"""
SELECT position, max(allotted), sum(moved)::int, sum(taken)::int FROM (
    SELECT at, position, allotted, moved, 0 AS taken FROM {SCHEMA}.grants
    WHERE (programme, region, year) = (%(programme)s, %(region)s, %(year)s)
    UNION ALL
    SELECT since_at, since, NULL, 0, 1 FROM {SCHEMA}.holdings
    WHERE (programme, region, year) = (%(programme)s, %(region)s, %(year)s) AND standing <> 'waiting'
    UNION ALL
    SELECT until_at, until, NULL, 0, -1 FROM {SCHEMA}.holdings
    WHERE (programme, region, year) = (%(programme)s, %(region)s, %(year)s) AND standing <> 'waiting'
) t WHERE at <= %(as_of)s GROUP BY at, position ORDER BY at, position
"""  # noqa: S608


def idle_ended(pool: ConnectionPool, accounts: Iterable[Account], as_of: datetime | int) -> dict[Presence, int]:
    """The quotas of which places were idle, or too many in use, and are no longer, with the position of the end."""
    found: dict[Presence, int] = {}
    with pool.connection() as connection:
        for one in accounts:
            for kind, left in (("idle", one.free), ("over", one.excess)):
                key = Key(kind, one.programme, "", one.region, one.year)
                if left == 0 and (ended := _changed(connection, key, as_of, stood=True)):
                    found[key, ""] = ended
    return found


def idle_began(pool: ConnectionPool, key: Key, as_of: AsOf) -> int:
    """The position from which places have been idle, or too many in use; 0 where it is not known."""
    when = (1 << 62) if as_of is None else as_of
    with pool.connection() as connection:
        return _changed(connection, key, when, stood=False) or _first(connection, key, when) or 0


def _changed(connection: Connection[Any], key: Key, as_of: datetime | int, *, stood: bool) -> int | None:
    """The position after the last at which it stood, or did not; None where there was none, or none after it."""
    if isinstance(as_of, datetime):
        line = _timeline(connection, key, as_of)
        then = [number for number, (_, stands) in enumerate(line) if stands == stood]
        return line[then[-1] + 1][0] if then and then[-1] + 1 < len(line) else None
    values = {**_named(key), "as_of": as_of, "sign": SIGN[key.kind], "stood": stood}
    row = connection.execute(CHANGED, values).fetchone()
    return row[0] if row else None


def _first(connection: Connection[Any], key: Key, as_of: datetime | int) -> int | None:
    if isinstance(as_of, datetime):
        return next((position for position, _ in _timeline(connection, key, as_of)), None)
    row = connection.execute(ALWAYS, {**_named(key), "as_of": as_of}).fetchone()
    return row[0] if row else None


def _timeline(connection: Connection[Any], key: Key, moment: datetime) -> list[tuple[int, bool]]:
    """Each position up to a moment, by the events' own times, and whether it stood after it."""
    allotted = moved = taken = 0
    found: list[tuple[int, bool]] = []
    for position, places, by, change in connection.execute(TIMELINE, {**_named(key), "as_of": moment}):
        allotted = allotted if places is None else places
        moved, taken = moved + by, taken + change
        found.append((position, SIGN[key.kind] * (allotted + moved - taken) > 0))
    return found


def _named(key: Key) -> dict[str, Any]:
    return {"programme": key.a, "region": key.region, "year": key.year}
