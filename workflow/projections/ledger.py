"""Every change of every figure, append-only, and where each figure stands now."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

from psycopg import Connection

from workflow.domain.findings.figures import CELL, Key
from workflow.projections.projection import write_rows

TABLES = """
CREATE TABLE changes (
    kind     text COLLATE "C" NOT NULL,
    a        text COLLATE "C" NOT NULL,
    b        text COLLATE "C" NOT NULL,
    region   text COLLATE "C" NOT NULL,
    year     integer          NOT NULL,
    ref      text COLLATE "C" NOT NULL,  -- what counts in it: a case, a person's digest, a clause; empty: places
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
        self._set: list[Change] = []

    def change(self, position: int, at: datetime, ref: str, before: Iterable[Key], after: Iterable[Key]) -> None:
        """What counted in the figures `before` counts in those `after`."""
        old, new = frozenset(before), frozenset(after)
        self._changes += [Change(position, at, key, ref, -1) for key in sorted(old - new)]
        self._changes += [Change(position, at, key, ref, 1) for key in sorted(new - old)]

    def set(self, position: int, at: datetime, key: Key, value: int) -> None:
        """A figure that an event sets: places."""
        self._set.append(Change(position, at, key, "", value))

    def add(self, position: int, at: datetime, key: Key, by: int) -> None:
        """A figure that an event moves: places transferred."""
        self._changes.append(Change(position, at, key, "", by))

    def write(self, connection: Connection[Any]) -> None:
        """Append what was changed; `idle` and `over` follow from the places."""
        coming = sorted([*self._changes, *self._set], key=lambda one: one.position)
        if not coming:
            return
        cells = {one.key[1:] for one in coming if one.key.kind in CELL}
        keys = {one.key for one in coming} | {Key(kind, *cell) for cell in cells for kind in (*CELL, "idle", "over")}
        totals = known(connection, keys)
        absolute = frozenset(map(id, self._set))
        written: list[Change] = []
        for position, together in groupby(coming, key=lambda one: one.position):
            moved: dict[tuple[str, str, str, int], datetime] = {}
            for one in together:
                change = one.change - totals.get(one.key, 0) if id(one) in absolute else one.change
                _append(written, totals, one._replace(change=change))
                if one.key.kind in CELL:
                    moved[one.key[1:]] = one.at
            for cell, at in moved.items():
                for kind, value in _follows(totals, cell):
                    key = Key(kind, *cell)
                    _append(written, totals, Change(position, at, key, "", value - totals.get(key, 0)))
        with connection.cursor().copy(COPY) as copy:
            for one in written:
                copy.write_row((*one.key, one.ref, one.position, one.at, one.change))
        changed = {one.key for one in written}
        write_rows(connection, "totals", COLUMNS, COLUMNS[:5], ((*key, totals[key]) for key in changed))
        self._changes, self._set = [], []


def _append(written: list[Change], totals: dict[Key, int], one: Change) -> None:
    if one.change:
        totals[one.key] = totals.get(one.key, 0) + one.change
        written.append(one)


def _follows(totals: Mapping[Key, int], cell: tuple[str, str, str, int]) -> tuple[tuple[str, int], ...]:
    """Idle places and those beyond the quota; neither is said of a region whose places were never set."""
    quota = totals.get(Key("quota", *cell))
    if quota is None:
        return ()
    free = quota - totals.get(Key("held", *cell), 0) - totals.get(Key("used", *cell), 0)
    return (("idle", max(free, 0)), ("over", max(-free, 0)))


def known(connection: Connection[Any], keys: Iterable[Key]) -> dict[Key, int]:
    columns = [list(column) for column in zip(*keys, strict=True)]
    return {Key(*row[:5]): row[5] for row in connection.execute(KNOWN, columns)}
