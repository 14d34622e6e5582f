"""What a read model is: its tables, and how a batch of events changes them."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from itertools import chain, islice
from typing import Any, ClassVar

from psycopg import Connection, sql

from workflow.domain.definition.model import Definition
from workflow.domain.events import Recorded

FEW = 20
"""Rows that are written one by one."""

DefinitionOf = Callable[[str], Definition]
"""A definition by its hash. Raises where the registry does not know it."""


class Projection(ABC):
    """Tables that can be thrown away and built again from the log.

    `apply` must come to the same rows however the log is cut into batches, and may read only its own tables.
    """

    name: ClassVar[str]
    """Lower-case letters; its tables live in the Postgres schema `read_NAME`."""
    version: ClassVar[int]
    """Raise it when tables or `apply` change: the new one is built beside the old one and swapped when level."""
    tables: ClassVar[str]
    """CREATE TABLE statements with unqualified names."""
    prompt: ClassVar[bool] = False
    """Somebody waits for each event: applied at once, also under load, where others gather some."""
    indexes: ClassVar[str]
    """CREATE INDEX statements; after a rebuild's load, which is several times faster than before it."""

    @abstractmethod
    def apply(self, connection: Connection[Any], events: Iterable[Recorded]) -> None:
        """Bring the tables on the search path from the position before `events` to the last of them.

        Runs inside the runner's transaction; an exception rolls the batch back.
        """

    def load(self, connection: Connection[Any], events: Iterable[Recorded]) -> None:
        """As `apply`, for a build that nobody reads yet: what can be derived later is left to `settle`."""
        self.apply(connection, events)

    def settle(self, connection: Connection[Any], after: str) -> str | None:
        """Derive what `load` left out, a bounded part at a time: begins after the key `after` (at first the empty
        text) and returns the key from which to go on, None at the end."""
        return None


def schema_of(name: str, build: str) -> str:
    """The Postgres schema of a build: `live` answers, `next` is being built beside it."""
    return f"read_{name}" if build == "live" else f"read_{name}_{build}"


def add_rows(
    connection: Connection[Any],
    table: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    types: Sequence[str] = (),
) -> None:
    """Insert rows of which none is there yet.

    `types`: of the columns, as in "text"; where given, values travel as bytes, which halves what sealed facts take.
    """
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    query = sql.SQL("COPY {} ({}) FROM STDIN {}").format(
        sql.Identifier(table), names, sql.SQL("(FORMAT BINARY)" if types else "")
    )
    with connection.cursor().copy(query) as copy:
        if types:
            copy.set_types(types)
        for row in rows:
            copy.write_row(row)


def write_rows(
    connection: Connection[Any], table: str, columns: Sequence[str], key: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Insert or overwrite whole rows: many by COPY into a temporary table, which costs more than a few rows do."""
    coming = iter(rows)
    few = list(islice(coming, FEW))
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    upsert = sql.SQL("INSERT INTO {} ({}) {} ON CONFLICT ({}) DO UPDATE SET {}")
    keys = sql.SQL(", ").join(map(sql.Identifier, key))
    changes = sql.SQL(", ").join(
        sql.SQL("{0} = EXCLUDED.{0}").format(sql.Identifier(name)) for name in columns if name not in key
    )
    target, landing = sql.Identifier(table), sql.Identifier(f"landing_{table}")
    if len(few) < FEW:
        given = sql.SQL("VALUES ({})").format(sql.SQL(", ").join([sql.Placeholder()] * len(columns)))
        with connection.cursor() as cursor:
            cursor.executemany(upsert.format(target, names, given, keys, changes), few)
        return
    connection.execute(
        sql.SQL("CREATE TEMP TABLE {landing} ON COMMIT DROP AS SELECT {names} FROM {target} WITH NO DATA").format(
            landing=landing, names=names, target=target
        )
    )
    add_rows(connection, f"landing_{table}", columns, chain(few, coming))
    given = sql.SQL("SELECT {} FROM {}").format(names, landing)
    connection.execute(upsert.format(target, names, given, keys, changes))
    connection.execute(sql.SQL("DROP TABLE {}").format(landing))
