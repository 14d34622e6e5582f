"""Builds a read model anew beside the live one, and swaps them when the new one is level."""

import gc
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from psycopg import Connection, sql

from workflow.domain.events import Recorded
from workflow.projections import positions
from workflow.projections.ahead import Log
from workflow.projections.positions import Place
from workflow.projections.projection import Projection, schema_of
from workflow.projections.runner import Runner, Step, create, take_lock, use

WINDOW = 50_000
"""Events a transaction while loading."""
CHUNK = 5_000
"""Events read from the log at once; no more are ever in memory."""
ABANDONED = 60
"""Seconds without progress after which another process may take a build over."""

RARELY = 1_000_000
"""Objects made before the collector looks."""

Progress = Callable[[int, int], None]
"""(position reached, head of the log)"""


class UnderWay(Exception):
    """Another process is building this read model anew."""


class TakenOver(Exception):
    """Another process took this build over, since this one made no progress for too long."""


class NotBuilt(Exception):
    """An event cannot be applied: the live read model stays as it was."""

    def __init__(self, name: str, position: int, reason: str) -> None:
        super().__init__(f"{name} cannot apply the event at position {position}: {reason}")
        self.position = position


def rebuild(runner: Runner, name: str, progress: Progress = lambda position, head: None) -> int:
    """Build beside, swap when level; the old one answers meanwhile. Returns the position at the swap.

    A failing event stops the build with its exception and leaves the live one as it was.
    Raises UnderWay, TakenOver, NotBuilt, NoSuchProjection.
    """
    projection = runner.projection(name)
    build = _Build(runner, projection, uuid.uuid4().hex)
    build.begin()
    try:
        more = True
        while more:
            with collecting_rarely():
                more = build.load()
            progress(build.position, runner.log.head())
        build.finish()
        swapped = build.swap()
    except BaseException:
        build.abandon()
        raise
    progress(swapped, runner.log.head())
    return swapped


@contextmanager
def collecting_rarely() -> Iterator[None]:
    """Let the collector of cycles rest: decoding makes many objects and no cycle, and it doubles the time."""
    before = gc.get_threshold()
    gc.set_threshold(RARELY, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


class _Build:
    """One attempt; `owner` tells it from another process's."""

    def __init__(self, runner: Runner, projection: Projection, owner: str) -> None:
        self.runner = runner
        self.projection = projection
        self.owner = owner
        self.position = 0

    def begin(self) -> None:
        with self.runner.pool.connection() as connection, connection.transaction():
            name = self.projection.name
            take_lock(connection, name, "next")
            under_way = connection.execute(
                "SELECT 1 FROM projections WHERE name = %s AND build = 'next'"
                " AND changed > now() - make_interval(secs => %s)",
                [name, ABANDONED],
            ).fetchone()
            if under_way:
                raise UnderWay(name)
            connection.execute("DELETE FROM projections WHERE name = %s AND build = 'next'", [name])
            create(connection, self.projection, "next", with_indexes=False)
            connection.execute(
                "UPDATE projections SET owner = %s WHERE name = %s AND build = 'next'", [self.owner, name]
            )

    def load(self) -> bool:
        """Load one window; False once the head is near."""
        with self.runner.pool.connection() as connection, connection.transaction():
            here = self._ours(connection)
            window = _Window(self.runner.log, here.position)
            self.projection.load(connection, window.events())
            if window.reached > here.position:
                self._advance(connection, here, window.reached)
            return window.full

    def finish(self) -> None:
        """Derive what loading left out, and make the indexes."""
        after: str | None = ""
        while after is not None:
            with self.runner.pool.connection() as connection, connection.transaction():
                here = self._ours(connection)
                after = self.projection.settle(connection, after)
                self._advance(connection, here, here.position)
        with self.runner.pool.connection() as connection, connection.transaction():
            here = self._ours(connection)
            connection.execute(self.projection.indexes)
            self._advance(connection, here, here.position)

    def swap(self) -> int:
        """Go on as the live one does, and once level with it take its place."""
        while self.runner.step(self.projection.name, "next") is Step.ADVANCED:
            pass
        name = self.projection.name
        old, live, new = (sql.Identifier(schema_of(name, build)) for build in ("old", "live", "next"))
        rename = sql.SQL("ALTER SCHEMA {} RENAME TO {}")
        with self.runner.pool.connection() as connection, connection.transaction():
            take_lock(connection, name, "live")
            here = self._ours(connection)
            if here.attempts:
                raise NotBuilt(name, here.position + 1, here.reason or "")
            ahead = positions.place(connection, name, "live")
            reached = max(here.position, ahead.position if ahead else 0)
            if reached > here.position:
                use(connection, name, "next")
                self.projection.apply(connection, self.runner.log.select(here.position, reached - here.position))
            # Renaming waits for no reader; whoever reads the old tables ends on them.
            connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(old))
            connection.execute(rename.format(live, old))
            connection.execute(rename.format(new, live))
            connection.execute("DELETE FROM projections WHERE name = %s AND build = 'live'", [name])
            connection.execute(
                "UPDATE projections SET build = 'live', owner = NULL, position = %s, changed = now() WHERE name = %s",
                [reached, name],
            )
        with self.runner.pool.connection() as connection:
            connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(old))
        return reached

    def abandon(self) -> None:
        """Remove what was built, if it is still ours."""
        name = self.projection.name
        with self.runner.pool.connection() as connection, connection.transaction():
            gone = connection.execute(
                "DELETE FROM projections WHERE name = %s AND build = 'next' AND owner = %s", [name, self.owner]
            )
            if gone.rowcount:
                connection.execute(
                    sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(schema_of(name, "next")))
                )

    def _ours(self, connection: Connection[Any]) -> Place:
        """Lock the build and say where it stands. Raises TakenOver."""
        name = self.projection.name
        take_lock(connection, name, "next")
        mine = connection.execute(
            "SELECT 1 FROM projections WHERE name = %s AND build = 'next' AND owner = %s", [name, self.owner]
        ).fetchone()
        here = positions.place(connection, name, "next")
        if mine is None or here is None:
            raise TakenOver(name)
        use(connection, name, "next")
        return here

    def _advance(self, connection: Connection[Any], here: Place, to: int) -> None:
        positions.advance(connection, here, to)
        self.position = to


class _Window:
    """The events of one transaction, read in chunks as they are asked for."""

    def __init__(self, log: Log, after: int) -> None:
        self._log = log
        self._after = after
        self.reached = after
        self.full = False
        """True once `WINDOW` events were given out."""

    def events(self) -> Iterator[Recorded]:
        with ThreadPoolExecutor(1) as reading:
            coming = reading.submit(self._log.select, self.reached, CHUNK)
            while not self.full and (chunk := coming.result()):
                self.reached = chunk[-1].position
                self.full = self.reached - self._after >= WINDOW
                if not self.full:
                    # The database looks for the next chunk while this one is folded.
                    coming = reading.submit(self._log.select, self.reached, CHUNK)
                yield from chunk
