"""What readers ask of the places: the account of each quota at a position or a moment, and who is behind a figure."""

from datetime import UTC, datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from psycopg import Connection
from psycopg.rows import class_row, dict_row
from psycopg_pool import ConnectionPool

from workflow.projections import positions
from workflow.projections.projection import schema_of

NAME = "places"
SCHEMA = schema_of(NAME, "live")
FIGURES = "a.programme, a.region, a.year, a.allotted, a.moved, a.held, a.used, a.waiting"
AT_POSITION = f"""
SELECT {FIGURES} FROM {SCHEMA}.accounts k
CROSS JOIN LATERAL (
    SELECT * FROM {SCHEMA}.account a
    WHERE (a.programme, a.region, a.year) = (k.programme, k.region, k.year) AND a.position <= %(as_of)s
    ORDER BY a.position DESC LIMIT 1
) a
WHERE k.first <= %(as_of)s AND {{wanted}}
ORDER BY a.programme, a.region, a.year
"""  # noqa: S608
AT_MOMENT = f"""
SELECT k.programme, k.region, k.year, g.allotted, coalesce(g.moved, 0)::int AS moved, h.held, h.used, h.waiting
FROM {SCHEMA}.accounts k
CROSS JOIN LATERAL (
    SELECT (array_agg(g.allotted ORDER BY g.position DESC) FILTER (WHERE g.allotted IS NOT NULL))[1] AS allotted,
           sum(g.moved) AS moved, count(*) AS times
    FROM {SCHEMA}.grants g
    WHERE (g.programme, g.region, g.year) = (k.programme, k.region, k.year) AND g.at <= %(as_of)s
) g
CROSS JOIN LATERAL (
    SELECT (count(*) FILTER (WHERE h.standing = 'held'))::int AS held,
           (count(*) FILTER (WHERE h.standing = 'used'))::int AS used,
           (count(*) FILTER (WHERE h.standing = 'waiting'))::int AS waiting
    FROM {SCHEMA}.holdings h
    WHERE (h.programme, h.region, h.year) = (k.programme, k.region, k.year)
      AND h.since_at <= %(as_of)s AND (h.until_at IS NULL OR h.until_at > %(as_of)s)
) h
WHERE (g.times > 0 OR h.held + h.used + h.waiting > 0) AND {{wanted}}
ORDER BY k.programme, k.region, k.year
"""  # noqa: S608
BEHIND = f"""
SELECT h.ref, h.programme, h.region, h.year, h.claim, h.key, h.applicant, h.since, h.since_at FROM {SCHEMA}.holdings h
WHERE h.programme = %(programme)s AND h.standing = %(standing)s AND {{open}} AND {{wanted}}
ORDER BY h.region, h.year, h.key, h.since
"""  # noqa: S608


class Account(Struct, frozen=True, kw_only=True):
    """Places of a programme in a region and a year: quota = held + used + free - excess, always."""

    programme: str
    region: str
    year: int
    allotted: int | None
    """As last set, with its legal basis; None: only transfers brought places."""
    moved: int
    """By transfers: what came less what left."""
    held: int
    """By running cases."""
    used: int
    """Kept by ended ones."""
    waiting: int

    @property
    def quota(self) -> int:
        return (self.allotted or 0) + self.moved

    @property
    def free(self) -> int:
        return max(0, self.quota - self.held - self.used)

    @property
    def excess(self) -> int:
        """Places held or used beyond a quota that was lowered."""
        return max(0, self.held + self.used - self.quota)


class Behind(Struct, frozen=True, kw_only=True):
    """A case that stands behind a figure."""

    ref: str
    programme: str
    region: str
    year: int
    claim: str
    key: str
    applicant: str
    since: int
    """Position at which it began to."""
    since_at: datetime


class Accounts:
    """Safe to share between threads."""

    def __init__(self, pool: ConnectionPool) -> None:
        self._pool = pool

    def accounts(
        self,
        programme: str | None = None,
        region: str | None = None,
        year: int | None = None,
        as_of: datetime | int | None = None,
    ) -> tuple[tuple[Account, ...], int]:
        """The accounts by programme, region and year, and the position up to which the log was read.

        `region`: those under it. `as_of`: a position, or a moment by the events' own times; None: now.
        """
        with self._pool.connection() as connection:
            reached = _reached(connection)
            when = reached if as_of is None else as_of
            query = AT_MOMENT if isinstance(when, datetime) else AT_POSITION
            wanted, values = _wanted("k", programme, region, year)
            with connection.cursor(row_factory=dict_row) as cursor:
                rows = cursor.execute(query.format(wanted=wanted), {**values, "as_of": when}).fetchall()
        return tuple(Account(**row) for row in rows), reached

    def years(self) -> tuple[int, ...]:
        """The years for which places were ever set, moved or asked for."""
        with self._pool.connection() as connection:
            rows = connection.execute(f"SELECT DISTINCT year FROM {SCHEMA}.accounts").fetchall()  # noqa: S608
        return tuple(row[0] for row in rows)

    def behind(
        self,
        programme: str,
        standing: str,
        region: str | None = None,
        year: int | None = None,
        as_of: datetime | int | None = None,
    ) -> tuple[tuple[Behind, ...], int]:
        """The cases of a standing (`held`, `used`, `waiting`), in the order in which they came to it in each place."""
        open_ = "h.until IS NULL"
        if isinstance(as_of, datetime):
            open_ = "h.since_at <= %(as_of)s AND (h.until_at IS NULL OR h.until_at > %(as_of)s)"
        elif as_of is not None:
            open_ = "h.since <= %(as_of)s AND (h.until IS NULL OR h.until > %(as_of)s)"
        wanted, values = _wanted("h", programme, region, year)
        values = {**values, "standing": standing, "as_of": as_of}
        with self._pool.connection() as connection:
            reached = _reached(connection)
            with connection.cursor(row_factory=class_row(Behind)) as cursor:
                found = cursor.execute(BEHIND.format(open=open_, wanted=wanted), values).fetchall()
        return tuple(_in_utc(one) for one in found), reached


def _reached(connection: Connection[Any]) -> int:
    here = positions.place(connection, NAME)
    return here.position if here else 0


def _wanted(table: str, programme: str | None, region: str | None, year: int | None) -> tuple[str, dict[str, Any]]:
    """Conditions, and the values in them."""
    conditions = ["true"]
    if programme is not None:
        conditions.append(f"{table}.programme = %(programme)s")
    if region:
        conditions.append(f"({table}.region = %(region)s OR starts_with({table}.region, %(region)s || '.'))")
    if year is not None:
        conditions.append(f"{table}.year = %(year)s")
    return " AND ".join(conditions), {"programme": programme, "region": region, "year": year}


def _in_utc(one: Behind) -> Behind:
    return replace(one, since_at=one.since_at.astimezone(UTC))
