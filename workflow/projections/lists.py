"""What readers ask of the read models: pages of the inbox and of the list of cases."""

from collections.abc import Sequence
from typing import Any

from msgspec import to_builtins
from psycopg import sql
from psycopg.rows import dict_row
from psycopg_pool import ConnectionPool

from workflow.projections import pages, positions
from workflow.projections.areas import DEPTH
from workflow.projections.cursors import BadCursor, Cursors
from workflow.projections.desks import Reader
from workflow.projections.items import (
    Area,
    AwaitedStep,
    CaseItem,
    CasePage,
    Filters,
    InboxItem,
    InboxPage,
    ListSight,
)
from workflow.projections.pages import Condition, Order, utc
from workflow.projections.projection import schema_of

INBOX_ORDERS = {name: Order(name) for name in ("due", "entered", "opened")}
CASE_ORDERS = {
    **{name: Order(name) for name in ("due", "entered", "opened", "changed")},
    "waited": Order("waited", kind="bigint"),
}
CASE_COLUMNS = CaseItem.__struct_fields__
OF_A_DESK = ("role", "assigned", "blocked", "escalated", "steps")
OF_A_CASE = tuple(name for name in InboxItem.__struct_fields__ if name not in OF_A_DESK)


class Lists:
    """Pages for readers. Safe to share between threads."""

    def __init__(self, pool: ConnectionPool, cursors: Cursors) -> None:
        self._pool = pool
        self._cursors = cursors

    def inbox(
        self,
        reader: Reader,
        filters: Filters = Filters(),  # noqa: B008 - frozen
        sort: str = "due",
        cursor: str | None = None,
        limit: int = pages.USUAL,
    ) -> InboxPage:
        """Cases that wait for the reader. `sort`: due, entered or opened, a minus turns it round.

        Raises BadCursor and BadQuery.
        """
        order = pages.order_of(sort, INBOX_ORDERS)
        searches = []
        for desk in reader.desks:
            one = len(desk.keys) == 1
            at: Condition = ("desk = %s", desk.keys) if one else ("desk = ANY(%s)", (list(desk.keys),))
            searches.append([at, pages.under(desk.under)] if desk.under else [at])
        narrowed = [*_conditions(filters), *_exactly(imported=filters.imported, blocked=filters.blocked)]
        narrowed += _exactly(escalated=filters.escalated)
        question = ["inbox", reader.person, sort, to_builtins(filters)]
        found, position, next = self._page(
            "inbox", "desks", OF_A_CASE + OF_A_DESK, searches, narrowed, order, question, cursor, limit
        )
        return InboxPage(tuple(_inbox_item(rows) for rows in found), position, next)

    def cases(
        self,
        sight: ListSight,
        filters: Filters = Filters(),  # noqa: B008 - frozen
        sort: str = "-opened",
        cursor: str | None = None,
        limit: int = pages.USUAL,
    ) -> CasePage:
        """Cases that somebody may see. `sort`: due, entered, opened, changed or waited, a minus turns it round.

        Raises BadCursor and BadQuery.
        """
        order = pages.order_of(sort, CASE_ORDERS)
        searches = [_area(area) for area in sight.areas]
        if sight.applicant is not None:
            searches.append([("applicant = %s", (sight.applicant,))])
        narrowed = [*_conditions(filters), *_exactly(ended=filters.ended)]
        if filters.imported is not None:
            narrowed.append(("(imported IS NOT NULL) = %s", (filters.imported,)))
        question = ["cases", to_builtins(sight), sort, to_builtins(filters)]
        found, position, next = self._page(
            "cases", "cases", CASE_COLUMNS, searches, narrowed, order, question, cursor, limit
        )
        return CasePage(tuple(_case_item(rows[0]) for rows in found), position, next)

    def _page(
        self,
        name: str,
        table: str,
        columns: Sequence[str],
        searches: Sequence[Sequence[Condition]],
        shared: Sequence[Condition],
        order: Order,
        question: Any,
        cursor: str | None,
        limit: int,
    ) -> tuple[list[list[dict[str, Any]]], int, str | None]:
        """Up to `limit` cases, each with its rows; the position; where to go on."""
        limit = pages.limit_of(limit)
        place = None if cursor is None else self._cursors.read(question, cursor)
        if place is not None and len(place) != 2:
            raise BadCursor
        source = sql.Identifier(schema_of(name, "live"), table)
        with self._pool.connection() as connection:
            # The position first: the rows are then at least as new as it says.
            here = positions.place(connection, name)
            rows: list[dict[str, Any]] = []
            if searches:
                statement, values = pages.merged(source, columns, searches, shared, order, place, limit + 1)
                rows = connection.cursor(row_factory=dict_row).execute(statement, values).fetchall()
        grouped: dict[str, list[dict[str, Any]]] = {}
        for row in rows:
            grouped.setdefault(row["ref"], []).append(row)
        found = list(grouped.values())
        more = len(found) > limit
        found = found[:limit]
        next = None
        if more:
            last = found[-1][0]
            next = self._cursors.write(question, (pages.written(last[order.column]), last["ref"]))
        return found, here.position if here else 0, next


def _exactly(**wanted: str | bool | None) -> list[Condition]:
    return [(f"{column} = %s", (value,)) for column, value in wanted.items() if value is not None]


def _conditions(filters: Filters) -> list[Condition]:
    found = _exactly(state=filters.state, phase=filters.phase, programme=filters.programme)
    if filters.region:
        found.append(pages.under(filters.region))
    if filters.q:
        found.append(pages.words(filters.q))
    if filters.due_before is not None:
        found.append(("due < %s", (filters.due_before,)))
    return found


def _area(area: Area) -> list[Condition]:
    conditions: list[Condition] = []
    depth = len(area.region.split(".")) if area.region else 0
    if depth == DEPTH["province"]:
        conditions.append(("province = %s", (area.region,)))
    elif depth >= DEPTH["city"]:
        conditions.append(("city = %s", (".".join(area.region.split(".")[:2]),)))
        if depth > DEPTH["city"]:
            conditions.append(pages.under(area.region))
    if area.programmes is not None:
        conditions.append(("programme = ANY(%s)", (list(area.programmes),)))
    return conditions


def _inbox_item(rows: Sequence[dict[str, Any]]) -> InboxItem:
    first = rows[0]
    steps = {
        (row["role"], action): AwaitedStep(action, row["role"], tuple(blockers))
        for row in rows
        for action, blockers in row["steps"]
    }
    kept = {name: first[name] for name in OF_A_CASE}
    moments = {name: utc(first[name]) for name in ("opened", "entered", "due", "warn")}
    return InboxItem(
        **{**kept, **moments},
        assigned=next((row["assigned"] for row in rows if row["assigned"]), None),
        blocked=all(row["blocked"] for row in rows),
        escalated=any(row["escalated"] for row in rows),
        steps=tuple(steps.values()),
    )


def _case_item(row: dict[str, Any]) -> CaseItem:
    moments = {name: utc(row[name]) for name in ("opened", "entered", "changed", "due", "warn")}
    return CaseItem(**{**row, **moments})
