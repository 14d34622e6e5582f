"""Every change of every figure, append-only, and where each figure stands now."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from psycopg import Connection

from workflow.domain.findings.figures import Key
from workflow.projections.projection import write_rows

TABLES = """
CREATE TABLE changes (
    kind     text COLLATE "C" NOT NULL,
    a        text COLLATE "C" NOT NULL,
    b        text COLLATE "C" NOT NULL,
    region   text COLLATE "C" NOT NULL,
    year     integer          NOT NULL,
    ref      text COLLATE "C" NOT NULL,  -- what counts in it: a case, a person's digest, a clause
    position bigint           NOT NULL,
    at       timestamptz      NOT NULL,
    change   integer          NOT NULL
);
CREATE TABLE totals (
    kind     text COLLATE "C" NOT NULL,
    a        text COLLATE "C" NOT NULL,
    b        text COLLATE "C" NOT NULL,
    region   text COLLATE "C" NOT NULL,
    year     integer          NOT NULL,
    value    integer          NOT NULL,
    PRIMARY KEY (kind, a, b, region, year)
);
"""
INDEXES = """
CREATE INDEX changes_figure   ON changes (kind, a, b, region, year, position);
CREATE INDEX changes_position ON changes (position);
CREATE INDEX changes_at       ON changes (at);
"""
COLUMNS = ("kind", "a", "b", "region", "year", "value")
COPY = "COPY changes (kind, a, b, region, year, ref, position, at, change) FROM STDIN"
KNOWN = """
SELECT t.kind, t.a, t.b, t.region, t.year, t.value
FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::int[]) AS k(kind, a, b, region, year)
JOIN totals t ON (t.kind, t.a, t.b, t.region, t.year) = (k.kind, k.a, k.b, k.region, k.year)
"""


class Change(NamedTuple):
    position: int
    at: datetime
    key: Key
    ref: str
    change: int


class Ledger:
    """The changes of one batch, until they are written."""

    def __init__(self) -> None:
        self._changes: list[Change] = []

    def change(self, position: int, at: datetime, ref: str, before: Iterable[Key], after: Iterable[Key]) -> None:
        """What counted in the figures `before` counts in those `after`."""
        old, new = frozenset(before), frozenset(after)
        if old == new:
            return
        self._changes += [Change(position, at, key, ref, -1) for key in sorted(old - new)]
        self._changes += [Change(position, at, key, ref, 1) for key in sorted(new - old)]

    def add(self, position: int, at: datetime, key: Key, by: int) -> None:
        """A figure that an event moves: places transferred under terms."""
        self._changes.append(Change(position, at, key, "", by))

    def write(self, connection: Connection[Any]) -> None:
        """Append what was changed."""
        if not self._changes:
            return
        sums = Counter[Key]()
        with connection.cursor().copy(COPY) as copy:
            for one in self._changes:
                copy.write_row((*one.key, one.ref, one.position, one.at, one.change))
                sums[one.key] += one.change
        before = _known(connection, sums)
        rows = ((*key, before.get(key, 0) + change) for key, change in sums.items())
        write_rows(connection, "totals", COLUMNS, COLUMNS[:5], rows)
        self._changes = []


def _known(connection: Connection[Any], keys: Iterable[Key]) -> dict[Key, int]:
    columns = [list(column) for column in zip(*keys, strict=True)]
    return {Key(*row[:5]): row[5] for row in connection.execute(KNOWN, columns)}
