"""What the harmonisation projection answers: figures, what stands, and what a figure is made of, as of any moment."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, LiteralString, NamedTuple

from msgspec import Struct
from msgspec.structs import replace
from psycopg import Connection, sql
from psycopg_pool import ConnectionPool

from workflow.domain.calendar import HOME_ZONE, local_date
from workflow.domain.findings.answers import Answer
from workflow.domain.findings.clauses import Clause, World, compared
from workflow.domain.findings.figures import FURTHER, KEPT, LATE, Key
from workflow.domain.findings.finding import DATA, Finding, Picture
from workflow.domain.findings.finding_rules import postponed
from workflow.domain.findings.keeping import kept_by, last_day
from workflow.domain.findings.presence import CLAUSES, FIGURES, PLACES, Presence, presence_of
from workflow.projections import worlds
from workflow.projections.accounts import Account, Accounts
from workflow.projections.idling import idle_began, idle_ended
from workflow.projections.positions import place
from workflow.projections.projection import DefinitionOf
from workflow.projections.runner import use
from workflow.projections.worlds import AsOf, until

NAME = "harmonisation"
THEN = """
SELECT t.kind, t.a, t.b, t.region, t.year, t.value - coalesce(l.change, 0)
FROM totals t LEFT JOIN (
    SELECT kind, a, b, region, year, sum(change) AS change FROM changes WHERE NOT ({until})
    GROUP BY kind, a, b, region, year
) l USING (kind, a, b, region, year)
WHERE t.year = %s OR (t.kind = ANY(%s) AND t.year < %s) OR t.kind = 'transferred'
"""
NOW = """
SELECT kind, a, b, region, year, value FROM totals
WHERE year = %s OR (kind = ANY(%s) AND year < %s AND value > 0) OR kind = 'transferred'
"""
CLAUSED = """
SELECT kind, a, b, region, year, ref, sum(change), max(position) FROM changes
WHERE kind = ANY(%s) AND year = %s AND {until} GROUP BY kind, a, b, region, year, ref
"""
LAST = """
SELECT k.kind, k.a, k.b, k.region, k.year, l.position
FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::int[]) AS k(kind, a, b, region, year)
CROSS JOIN LATERAL (
    SELECT c.position FROM changes c
    WHERE (c.kind, c.a, c.b, c.region, c.year) = (k.kind, k.a, k.b, k.region, k.year) AND {until}
    ORDER BY c.position DESC LIMIT 1
) l
"""
BEGAN = """
SELECT max(position) FROM (
    SELECT position, change, sum(change) OVER (ORDER BY position, ref) AS total
    FROM changes WHERE (kind, a, b, region, year) = (%s, %s, %s, %s, %s) AND (%s::text IS NULL OR ref = %s) AND {until}
) r WHERE total > 0 AND total - change <= 0
"""
CAME_SINCE = """
SELECT true FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::int[]) AS k(kind, a, b, region, year)
JOIN changes c USING (kind, a, b, region, year) WHERE {until} GROUP BY a, b, region, year, ref
HAVING sum(c.change) > 0 AND coalesce(sum(c.change) FILTER (WHERE c.position <= %s), 0) <= 0 LIMIT 1
"""
MADE_OF = """
SELECT m.ref, m.programme, m.region FROM (
    SELECT c.ref FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::int[]) AS k(kind, a, b, region, year)
    JOIN changes c USING (kind, a, b, region, year)
    WHERE c.ref > %s AND {until} GROUP BY c.ref HAVING sum(c.change) > 0
) counted JOIN memory m USING (ref) ORDER BY m.ref LIMIT %s
"""


PERSONS = """
SELECT c.ref FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::int[]) AS k(kind, a, b, region, year)
JOIN changes c USING (kind, a, b, region, year) WHERE {until} GROUP BY c.ref HAVING sum(c.change) > 0
"""
SPREAD = """
SELECT m.programme, m.region, count(*) FROM (
    SELECT c.ref FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::int[]) AS k(kind, a, b, region, year)
    JOIN changes c USING (kind, a, b, region, year)
    WHERE {until} GROUP BY c.ref HAVING sum(c.change) > 0
) counted JOIN memory m USING (ref) GROUP BY m.programme, m.region
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


class Spread(NamedTuple):
    """How many cases count, of a programme in a region where they stand now."""

    programme: str
    region: str
    cases: int


class Part(NamedTuple):
    cases: tuple[Counted, ...]
    next: str | None
    """The reference after which the next part begins."""


class Harmonised:
    """Answers readers. Safe to share between threads."""

    def __init__(self, pool: ConnectionPool, definition_of: DefinitionOf, accounts: Accounts) -> None:
        self._pool, self._definition_of, self._accounts = pool, definition_of, accounts

    def told(self, period: int, at: datetime, as_of: AsOf = None) -> Told:
        """The picture of a year; `at`: the moment whose day counts, UTC."""
        account, reached = self._accounts.accounts(year=period, as_of=as_of)
        with self._pool.connection() as connection, connection.transaction():
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            here = place(connection, NAME)
            position = min(reached, here.position if here else 0)
            # Two projections rarely stand at the same position: both are told as of the earlier one.
            when = position if as_of is None and (here is None or here.position > position) else as_of
            use(connection, NAME, "live")
            figures = _figures(connection, period, when)
            standing, ended = _claused(connection, period, when)
            ended |= _ended(connection, figures, period, when)
            hashes = worlds.published(connection, when)
            alignments = worlds.alignments(connection, when)
            definitions = compared({name: self._definition_of(hash) for name, hash in hashes.items()})
            windows = worlds.windows(connection, when)
            orders = worlds.orders(connection, period, when)
        if as_of is None and reached > position:
            account, _ = self._accounts.accounts(year=period, as_of=position)
        for one in account:
            figures |= _places(one)
        asked = position if as_of is None else as_of
        ended |= idle_ended(self._pool, account, asked)
        places = {(k.a, k.region, k.year): value for k, value in figures.items() if k.kind == "quota"}
        world = World(definitions=definitions, alignments=alignments, places=places, orders=orders, windows=windows)
        picture = Picture(
            figures=figures,
            clauses=standing,
            ended=ended,
            world=world,
            at=at,
            period=period,
        )
        return Told(replace(picture, ended={**ended, **self._postponed(picture, account, asked)}), position)

    def _postponed(self, picture: Picture, account: Iterable[Account], as_of: datetime | int) -> dict[Presence, int]:
        """Places that were idle until terms said that they are not idle yet, with the position of these terms."""
        found: dict[Presence, int] = {}
        for one in account:
            if one.free and one.programme in picture.world.definitions:
                terms = postponed(picture, one.programme, one.region)
                key = Key("idle", one.programme, "", one.region, one.year)
                if terms is not None and 0 < idle_began(self._pool, key, as_of) < terms:
                    found[key, ""] = terms
        return found

    def began(self, presence: Presence, as_of: AsOf = None) -> int:
        """The position from which a figure has been more than nothing without a break; 0 where it is none."""
        key, dimension = presence
        if key.kind in PLACES:
            return idle_began(self._pool, key, as_of)
        condition, values = until(as_of)
        with self._pool.connection() as connection, connection.transaction():
            use(connection, NAME, "live")
            query = sql.SQL(BEGAN).format(until=condition)
            ref = dimension if key.kind in CLAUSES else None
            row = connection.execute(query, [*key, ref, ref, *values]).fetchone()
        return row[0] or 0 if row else 0

    def covers(self, picture: Picture, answer: Answer, finding: Finding, as_of: AsOf = None) -> bool:
        """True where what was accepted is the finding as it stands. Of a breach of terms on data: no release is kept
        too long that was not then; of the others: it has stood since without a break."""
        if finding.dimension.startswith(DATA):
            keys, day = kept_by(picture, finding), local_date(answer.at, HOME_ZONE)
            # What was over by that day had been released by then; but its case may have come from another region since.
            either = sorted({key._replace(kind=kind) for key in keys for kind in (KEPT, FURTHER)})
            return all(last_day(key) < day for key in keys) and not self._came_since(either, answer.position, as_of)
        presence = presence_of(finding)
        return presence is None or answer.position > self.began(presence, as_of)

    def _came_since(self, keys: Sequence[Key], position: int, as_of: AsOf) -> bool:
        """True where a case counts in these figures that did not count in them after a position."""
        if not keys:
            return False
        condition, values = until(as_of)
        columns = [list(column) for column in zip(*keys, strict=True)]
        query = sql.SQL(CAME_SINCE).format(until=condition)
        with self._pool.connection() as connection, connection.transaction():
            use(connection, NAME, "live")
            return connection.execute(query, [*columns, *values, position]).fetchone() is not None

    def years(self) -> tuple[int, ...]:
        """The years of which there are figures or places, the latest first."""
        with self._pool.connection() as connection, connection.transaction():
            use(connection, NAME, "live")
            rows = connection.execute("SELECT DISTINCT year FROM totals").fetchall()
        return tuple(sorted({*(row[0] for row in rows), *self._accounts.years()}, reverse=True))

    def made_of(self, keys: Sequence[Key], as_of: AsOf, after: str, limit: int) -> Part:
        """The cases that count in one of the figures, by reference."""
        rows = self._counting(MADE_OF, keys, as_of, [after], [limit + 1])
        cases = tuple(Counted(*row) for row in rows[:limit])
        return Part(cases, cases[-1].ref if len(rows) > limit else None)

    def spread(self, keys: Sequence[Key], as_of: AsOf) -> tuple[Spread, ...]:
        """How many cases count in one of the figures, by programme and region."""
        return tuple(Spread(*row) for row in self._counting(SPREAD, keys, as_of))

    def persons(self, keys: Sequence[Key], as_of: AsOf) -> frozenset[str]:
        """The claim keys of the persons who count in figures of persons (`double`)."""
        return frozenset(row[0] for row in self._counting(PERSONS, keys, as_of))

    def _counting(
        self,
        query: LiteralString,
        keys: Sequence[Key],
        as_of: AsOf,
        before: Sequence[Any] = (),
        behind: Sequence[Any] = (),
    ) -> list[tuple[Any, ...]]:
        """Rows of the cases that count in one of the figures; `before`, `behind`: the query's other values."""
        if not keys:
            return []
        condition, values = until(as_of)
        columns = [list(column) for column in zip(*keys, strict=True)]
        with self._pool.connection() as connection, connection.transaction():
            use(connection, NAME, "live")
            stated = sql.SQL(query).format(until=condition)
            return connection.execute(stated, [*columns, *before, *values, *behind]).fetchall()


def _figures(connection: Connection[Any], period: int, as_of: AsOf) -> dict[Key, int]:
    condition, values = until(as_of)
    query = sql.SQL(NOW) if as_of is None else sql.SQL(THEN).format(until=condition)
    return {
        Key(*row[:5]): int(row[5])
        for row in connection.execute(query, [*values, period, [KEPT, FURTHER, LATE], period])
    }


def _places(account: Account) -> dict[Key, int]:
    def key(kind: str) -> Key:
        return Key(kind, account.programme, "", account.region, account.year)

    figures = {key(kind): getattr(account, kind) for kind in ("held", "used", "waiting")}
    # Where places were never set, none are idle and none are too many.
    known = account.allotted is not None or account.moved != 0
    return {**figures, key("quota"): account.quota} if known else figures


def _claused(connection: Connection[Any], period: int, as_of: AsOf) -> tuple[frozenset[Clause], dict[Presence, int]]:
    """The clauses that stand, and those that stood, with the position of their end."""
    condition, values = until(as_of)
    query = sql.SQL(CLAUSED).format(until=condition)
    rows = connection.execute(query, [list(CLAUSES), period, *values]).fetchall()
    standing = frozenset(Clause(*row[:6]) for row in rows if row[6] > 0)
    return standing, {(Key(*row[:5]), row[5]): row[7] for row in rows if row[6] <= 0}


def _ended(connection: Connection[Any], figures: Mapping[Key, int], period: int, as_of: AsOf) -> dict[Presence, int]:
    """The figures that were more than nothing and are no longer, and those of what was deleted late, with the position
    of their last change."""
    zero = [key for key, value in figures.items() if key.kind in FIGURES and value == 0 and key.year == period]
    zero += [key for key, value in figures.items() if key.kind == LATE and value > 0]
    if not zero:
        return {}
    condition, values = until(as_of)
    columns = [list(column) for column in zip(*zero, strict=True)]
    rows = connection.execute(sql.SQL(LAST).format(until=condition), [*columns, *values])
    return {(Key(*row[:5]), ""): row[5] for row in rows}
