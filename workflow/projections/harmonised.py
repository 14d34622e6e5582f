"""What the harmonisation projection answers: figures, what stands, and what a figure is made of, as of any moment."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from msgspec import Struct
from psycopg import Connection, sql
from psycopg_pool import ConnectionPool

from workflow.domain.findings.clauses import Clause, World, compared
from workflow.domain.findings.figures import Key
from workflow.domain.findings.finding import Picture
from workflow.projections import worlds
from workflow.projections.positions import place
from workflow.projections.projection import DefinitionOf
from workflow.projections.runner import use
from workflow.projections.worlds import AsOf, until

NAME = "harmonisation"
CLAUSES = ["overlap", "unaligned", "conflict", "stale"]
FIGURES = """
SELECT t.kind, t.a, t.b, t.region, t.year, t.value - coalesce(l.change, 0)
FROM totals t LEFT JOIN (
    SELECT kind, a, b, region, year, sum(change) AS change FROM changes WHERE NOT ({until})
    GROUP BY kind, a, b, region, year
) l USING (kind, a, b, region, year)
WHERE t.year = %s OR t.kind = 'mentored'
"""
NOW = "SELECT kind, a, b, region, year, value FROM totals WHERE year = %s OR kind = 'mentored'"
STANDING = """
SELECT kind, a, b, region, year, ref FROM changes WHERE kind = ANY(%s) AND year = %s AND {until}
GROUP BY kind, a, b, region, year, ref HAVING sum(change) > 0
"""
MADE_OF = """
SELECT m.ref, m.programme, m.region FROM (
    SELECT c.ref FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::int[]) AS k(kind, a, b, region, year)
    JOIN changes c USING (kind, a, b, region, year)
    WHERE c.ref > %s AND {until} GROUP BY c.ref HAVING sum(c.change) > 0
) counted JOIN memory m USING (ref) ORDER BY m.ref LIMIT %s
"""


class Told(Struct, frozen=True):
    """A picture, and the position up to which the projection had come when it was taken."""

    picture: Picture
    position: int


class Counted(NamedTuple):
    """A case that counts, and where it stands now."""

    ref: str
    programme: str
    region: str


class Part(NamedTuple):
    cases: tuple[Counted, ...]
    next: str | None
    """The reference after which the next part begins."""


class Harmonised:
    """Answers readers. Safe to share between threads."""

    def __init__(self, pool: ConnectionPool, definition_of: DefinitionOf) -> None:
        self._pool, self._definition_of = pool, definition_of

    def told(self, period: int, at: datetime, as_of: AsOf = None) -> Told:
        """The picture of a year; `at`: the moment whose day counts, UTC."""
        with self._pool.connection() as connection, connection.transaction():
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            here = place(connection, NAME)
            use(connection, NAME, "live")
            figures = _figures(connection, period, as_of)
            standing = _standing(connection, period, as_of)
            hashes = worlds.published(connection, as_of)
            alignments = worlds.alignments(connection, as_of)
        definitions = compared({name: self._definition_of(hash) for name, hash in hashes.items()})
        places = {(k.a, k.region, k.year): value for k, value in figures.items() if k.kind == "quota"}
        world = World(definitions=definitions, alignments=alignments, places=places)
        picture = Picture(figures=figures, clauses=standing, world=world, at=at, period=period)
        return Told(picture, here.position if here else 0)

    def made_of(self, keys: Sequence[Key], as_of: AsOf, after: str, limit: int) -> Part:
        """The cases that count in one of the figures, by reference."""
        if not keys:
            return Part((), None)
        condition, values = until(as_of)
        query = sql.SQL(MADE_OF).format(until=condition)
        columns = [list(column) for column in zip(*keys, strict=True)]
        with self._pool.connection() as connection, connection.transaction():
            use(connection, NAME, "live")
            rows = connection.execute(query, [*columns, after, *values, limit + 1]).fetchall()
        cases = tuple(Counted(*row) for row in rows[:limit])
        return Part(cases, cases[-1].ref if len(rows) > limit else None)


def _figures(connection: Connection[Any], period: int, as_of: AsOf) -> Mapping[Key, int]:
    condition, values = until(as_of)
    query = sql.SQL(NOW) if as_of is None else sql.SQL(FIGURES).format(until=condition)
    return {Key(*row[:5]): int(row[5]) for row in connection.execute(query, [*values, period])}


def _standing(connection: Connection[Any], period: int, as_of: AsOf) -> frozenset[Clause]:
    condition, values = until(as_of)
    query = sql.SQL(STANDING).format(until=condition)
    return frozenset(Clause(*row) for row in connection.execute(query, [CLAUSES, period, *values]))
