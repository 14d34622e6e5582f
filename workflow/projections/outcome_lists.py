"""What readers ask of the outcomes: groups as they stood with their reports, and how many build on which potential."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from msgspec import Struct
from psycopg import Connection
from psycopg_pool import ConnectionPool

from workflow.projections import positions
from workflow.projections.outcome_figures import Group, Report
from workflow.projections.projection import schema_of

NAME = "outcomes"
NONE_NAMED = "-"
"""Stands for the potential of groups whose facts name none."""
SCHEMA = schema_of(NAME, "live")
GROUP_COLUMNS = Group.__struct_fields__[:-1]
REPORT_COLUMNS = Report.__struct_fields__


class Scope(Struct, frozen=True, kw_only=True):
    """Which groups are asked for; None: all."""

    programme: str | None = None
    region: str | None = None
    """Those under it."""
    potential: str | None = None
    period: int | None = None
    """The year in which they began."""


class Counted(Struct, frozen=True, kw_only=True):
    """Groups that began, as of a position or a moment."""

    groups: tuple[Group, ...]
    position: int
    """Up to which the log was read."""
    moment: datetime
    """The latest of any event up to there, or the moment asked for."""


class Holding(Struct, frozen=True, kw_only=True):
    """How many groups of a place build on a potential in a phase of a programme."""

    city: str
    potential: str | None
    programme: str
    phase: str
    groups: int


class OutcomeLists:
    """Safe to share between threads."""

    def __init__(self, pool: ConnectionPool) -> None:
        self._pool = pool

    def counted(self, scope: Scope, when: datetime | int | None = None) -> Counted:
        """The groups of a scope as they stood after a position (inclusive), at a moment, or now."""
        with self._pool.connection() as connection:
            position = _position(connection, when)
            moment = when if isinstance(when, datetime) else _moment(connection, position)
            groups = _groups(connection, scope, when, position)
            reports = _reports(connection, [row[0] for row in groups], when, position)
        found = (Group(*(*row, tuple(reports.get(row[0], ())))) for row in groups)
        return Counted(groups=tuple(found), position=position, moment=moment)

    def latest(self, position: int) -> datetime:
        """The latest moment of any event of a case up to a position, UTC."""
        with self._pool.connection() as connection:
            return _moment(connection, position)

    def holdings(self, region: str, when: datetime | int | None = None) -> tuple[Holding, ...]:
        """How many groups under a region build on which potential, those that ended among them."""
        with self._pool.connection() as connection:
            condition, values = _standing(Scope(region=region or None), when, _position(connection, when))
            rows = connection.execute(
                f"SELECT city, potential, programme, phase, count(DISTINCT family) FROM {SCHEMA}.standings"  # noqa: S608
                f" WHERE {condition} GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4",
                values,
            ).fetchall()
        names = Holding.__struct_fields__
        return tuple(Holding(**dict(zip(names, row, strict=True))) for row in rows)


def _position(connection: Connection[Any], when: datetime | int | None) -> int:
    """Read first: what is read after is at least as new, and is cut there."""
    here = positions.place(connection, NAME)
    reached = here.position if here else 0
    return min(reached, when) if isinstance(when, int) else reached


def _moment(connection: Connection[Any], position: int) -> datetime:
    row = connection.execute(
        f"SELECT latest FROM {SCHEMA}.standings WHERE position <= %s ORDER BY position DESC LIMIT 1",  # noqa: S608
        [position],
    ).fetchone()
    return row[0].astimezone(UTC) if row else datetime.fromtimestamp(0, UTC)


def _standing(scope: Scope, when: datetime | int | None, position: int) -> tuple[str, list[Any]]:
    """The rows that stood then."""
    conditions, values = ["position <= %s", "until > %s"], list[Any]((position, position))
    if isinstance(when, datetime):
        conditions = ["position <= %s", "at <= %s", "(until_at > %s OR until > %s)"]
        values = [position, when, when, position]
    named = scope.potential if scope.potential != NONE_NAMED else None
    if scope.potential == NONE_NAMED:
        conditions.append("potential IS NULL")
    for column, wanted in (("programme", scope.programme), ("potential", named), ("year", scope.period)):
        if wanted is not None:
            conditions.append(f"{column} = %s")
            values.append(wanted)
    if scope.region is not None:
        conditions.append("(region = %s OR starts_with(region, %s))")
        values += [scope.region, scope.region + "."]
    return " AND ".join(conditions), values


def _groups(connection: Connection[Any], scope: Scope, when: Any, position: int) -> list[tuple[Any, ...]]:
    condition, values = _standing(scope, when, position)
    names = ", ".join(f'"{name}"' for name in GROUP_COLUMNS)
    return connection.execute(
        f"SELECT {names} FROM {SCHEMA}.standings WHERE {condition} AND began IS NOT NULL ORDER BY ref",  # noqa: S608
        values,
    ).fetchall()


def _reports(
    connection: Connection[Any], refs: Sequence[str], when: datetime | int | None, position: int
) -> dict[str, list[Report]]:
    names = ", ".join(REPORT_COLUMNS)
    until, values = ("AND at <= %s", [when]) if isinstance(when, datetime) else ("", [])
    rows = connection.execute(
        f"SELECT ref, {names} FROM {SCHEMA}.reports WHERE ref = ANY(%s) AND position <= %s {until} ORDER BY position",  # noqa: S608
        [list(refs), position, *values],
    )
    found: dict[str, list[Report]] = defaultdict(list)
    for ref, *row in rows:
        found[ref].append(Report(*row))
    return found
