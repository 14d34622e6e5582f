"""Keyset paging: rows in a fixed order from where the last page ended, merged from several indexed searches."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from msgspec import Struct
from psycopg import sql

MOST = 200
"""Items a page."""
USUAL = 50
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
"""Stands in an ordered column for a deadline that there is none of; last in rising order."""


class BadQuery(Exception):
    """A list cannot be asked that way; `field` is to blame."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class Order(Struct, frozen=True):
    """A column that orders, and the reference to tell equal ones apart."""

    column: str
    descending: bool = False
    kind: str = "timestamptz"

    @property
    def direction(self) -> sql.SQL:
        return sql.SQL("DESC") if self.descending else sql.SQL("ASC")

    def by(self) -> sql.Composed:
        return sql.SQL("{} {}, ref {}").format(sql.Identifier(self.column), self.direction, self.direction)

    def after(self, place: tuple[str, ...], values: list[Any]) -> sql.Composed:
        values.extend(place)
        beyond = sql.SQL("<") if self.descending else sql.SQL(">")
        kind = sql.SQL(self.kind)
        return sql.SQL("({}, ref) {} (%s::{}, %s)").format(sql.Identifier(self.column), beyond, kind)


Condition = tuple[str, tuple[Any, ...]]
"""A piece of SQL with placeholders, and their values."""


def merged(
    table: sql.Composable,
    columns: Sequence[str],
    searches: Sequence[Sequence[Condition]],
    shared: Sequence[Condition],
    order: Order,
    place: tuple[str, ...] | None,
    limit: int,
) -> tuple[sql.Composed, list[Any]]:
    """One statement: each search walks its own index for `limit` rows, and the outer order merges them."""
    values: list[Any] = []
    parts = []
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    for search in searches:
        conditions: list[sql.Composable] = []
        for text, given in (*search, *shared):
            conditions.append(sql.SQL(text))
            values.extend(given)
        if place is not None:
            conditions.append(order.after(place, values))
        where = sql.SQL(" AND ").join(conditions or [sql.SQL("true")])
        values.append(limit)
        parts.append(
            sql.SQL("(SELECT {} FROM {} WHERE {} ORDER BY {} LIMIT %s)").format(names, table, where, order.by())
        )
    return sql.SQL("SELECT * FROM ({}) AS found ORDER BY {}").format(
        sql.SQL(" UNION ALL ").join(parts), order.by()
    ), values


def order_of(sort: str, orders: dict[str, Order]) -> Order:
    """The order for `NAME` or `-NAME`. Raises BadQuery."""
    found = orders.get(sort.removeprefix("-"))
    if found is None:
        raise BadQuery("sort", f"sort is one of {', '.join(orders)}, a minus before it turns it round")
    return Order(found.column, found.descending != sort.startswith("-"), found.kind)


def limit_of(limit: int) -> int:
    """Raises BadQuery."""
    if not 1 <= limit <= MOST:
        raise BadQuery("limit", f"limit is 1 to {MOST}")
    return limit


def words(q: str) -> Condition:
    """Cases whose label or reference holds the words, letters' size apart; the trigram index finds them."""
    text = q.strip().lower()
    if "\x00" in text or len(text) > 100:
        raise BadQuery("q", "q has at most 100 characters and no NUL")
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return "(lower(label) || ' ' || lower(ref)) LIKE %s", (f"%{escaped}%",)


def under(region: str) -> Condition:
    """Cases whose region is `region` or lies under it."""
    escaped = region.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return "(region = %s OR region LIKE %s)", (region, f"{escaped}.%")


def utc(value: datetime | None) -> datetime | None:
    """A moment as lists show it; None for `NEVER`."""
    return None if value is None or value >= NEVER else value.astimezone(UTC)


def written(value: Any) -> str:
    """An ordering value as a cursor holds it."""
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)
