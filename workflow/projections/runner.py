"""Brings read models level with the log: batch by batch, each in one transaction with its position."""

import time
from collections.abc import Iterable
from enum import Enum
from typing import Any

import psycopg
from eventsourcing.persistence import InterfaceError, OperationalError
from psycopg import Connection, sql
from psycopg_pool import ConnectionPool, PoolTimeout

from workflow.projections import positions
from workflow.projections.ahead import Ahead, Log
from workflow.projections.positions import Place
from workflow.projections.projection import Projection, schema_of

BATCH = 500
"""Events a transaction: short enough that none holds back vacuum or a reader."""
ATTEMPTS = 6
"""Failures at one event before its read model stops."""
FIRST_PAUSE = 0.1
"""Seconds after the first failure; doubled after each further one."""
LOOK_AGAIN = 0.02
"""Seconds between two looks of a reader who waits while another process does the work."""


AWAY = (psycopg.OperationalError, psycopg.InterfaceError, PoolTimeout, OperationalError, InterfaceError)
"""The database is away or busy: no fault of any event."""


class BeyondHead(Exception):
    """A reader asked for a position that the log has not reached."""

    def __init__(self, position: int, head: int) -> None:
        super().__init__(f"position {position} is beyond the head of the log, {head}")
        self.position = position
        self.head = head


class NotCaughtUp(Exception):
    """A list cannot answer as of the position asked for: it is late, or it has stopped."""

    def __init__(self, name: str, position: int, reached: int, stopped: bool) -> None:
        why = "has stopped" if stopped else "is late"
        super().__init__(f"{name} {why} at position {reached}, asked for {position}")
        self.name = name
        self.position = position
        self.reached = reached
        self.stopped = stopped


class NoSuchProjection(Exception):
    """No read model has this name."""


class Step(Enum):
    ADVANCED = "a full batch was applied; there may be more"
    REACHED = "all that the log held was applied"
    LEVEL = "nothing to apply"
    BUSY = "another process is at it; it looks at the head again when it is done"
    RESTS = "it backs off after a failure, or has stopped"
    STRANGE = "the build belongs to another version of the program"


class Runner:
    """Runs the given read models over one log. Safe to share between threads and to run in many processes."""

    def __init__(
        self,
        pool: ConnectionPool,
        log: Log,
        projections: Iterable[Projection],
        *,
        batch: int = BATCH,
        first_pause: float = FIRST_PAUSE,
    ) -> None:
        self.pool = pool
        self.log = log
        self._ahead = Ahead(log)
        self.projections = {projection.name: projection for projection in projections}
        self._batch = batch
        self._first_pause = first_pause

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self.projections)

    def prepare(self) -> None:
        """Create what is not there yet: the table of positions, and each read model's own, at position 0."""
        with self.pool.connection() as connection:
            positions.prepare(connection)
            for projection in self.projections.values():
                if positions.place(connection, projection.name) is None:
                    create(connection, projection, "live", with_indexes=True)

    def projection(self, name: str) -> Projection:
        """Raises NoSuchProjection."""
        try:
            return self.projections[name]
        except KeyError:
            raise NoSuchProjection(name) from None

    def places(self) -> list[Place]:
        """Every build with its position and, where it has stopped, why."""
        with self.pool.connection() as connection:
            return positions.places(connection)

    def place(self, name: str, build: str = "live") -> Place:
        """Raises NoSuchProjection."""
        with self.pool.connection() as connection:
            found = positions.place(connection, self.projection(name).name, build)
        if found is None:
            raise NoSuchProjection(f"{name} ({build})")
        return found

    def catch_up(self, name: str, turn: float | None = None) -> int:
        """Apply what the log holds beyond the read model's position; returns the position reached.

        Ends early after `turn` seconds, where another process is at it, or at an event that fails.
        """
        deadline = None if turn is None else time.monotonic() + turn
        while True:
            step = self.step(name)
            if step in (Step.LEVEL, Step.REACHED):
                # A nudge may have bounced off the lock that this step held.
                here = self.place(name)
                if self.log.head() <= here.position:
                    return here.position
            elif step is not Step.ADVANCED or (deadline is not None and time.monotonic() >= deadline):
                return self.place(name).position

    def step(self, name: str, build: str = "live", batch: int | None = None) -> Step:
        """Apply one batch to one build. Raises one of `AWAY` where the database is."""
        projection = self.projection(name)
        try:
            return self._step(projection, build, batch or self._batch)
        except AWAY:
            raise
        except Exception:
            return self._narrow(projection, build)

    def wait_for(self, name: str, position: int, timeout: float) -> int:
        """Return once the read model has reached `position`; a reader who is ahead of it does the work.

        Returns the position reached. Raises BeyondHead, and NotCaughtUp after `timeout` seconds or where it stopped.
        """
        here = self.place(name)
        if here.position >= position:
            return here.position
        head = self.log.head()
        if position > head:
            raise BeyondHead(position, head)
        deadline = time.monotonic() + timeout
        while True:
            self.catch_up(name, max(deadline - time.monotonic(), 0))
            here = self.place(name)
            if here.position >= position:
                return here.position
            if here.stopped_at is not None or time.monotonic() >= deadline:
                raise NotCaughtUp(name, position, here.position, here.stopped_at is not None)
            time.sleep(LOOK_AGAIN)

    def resume(self, name: str) -> bool:
        """Let a stopped read model try again; False where it had not stopped."""
        with self.pool.connection() as connection:
            return positions.resume(connection, self.projection(name).name)

    def _step(self, projection: Projection, build: str, batch: int) -> Step:
        with self.pool.connection() as connection, connection.transaction():
            if not try_lock(connection, projection.name, build):
                return Step.BUSY
            here = positions.place(connection, projection.name, build)
            if here is None or here.version != projection.version:
                return Step.STRANGE
            if here.stopped_at is not None or here.waits:
                return Step.RESTS
            wanted = 1 if here.attempts else batch
            events = self._ahead.select(here.position, wanted)
            if not events:
                return Step.LEVEL
            use(connection, projection.name, build)
            projection.apply(connection, events)
            if not positions.advance(connection, here, events[-1].position):
                raise psycopg.OperationalError("the position moved under the lock")
            return Step.ADVANCED if len(events) == wanted else Step.REACHED

    def _narrow(self, projection: Projection, build: str) -> Step:
        """After a batch failed: go event by event up to the one that fails, and note that one."""
        for _ in range(self._batch):
            here = self.place(projection.name, build)
            try:
                step = self._step(projection, build, 1)
            except AWAY:
                raise
            except Exception as again:
                with self.pool.connection() as connection:
                    pause = self._first_pause * 2**here.attempts
                    positions.fail(connection, here, reason_of(again), pause, ATTEMPTS)
                return Step.RESTS
            if step is not Step.ADVANCED:
                return step
        return Step.ADVANCED


def reason_of(error: Exception) -> str:
    """One line for the operator. Events carry personal values sealed only, so no message can hold one."""
    said = error.diag.message_primary if isinstance(error, psycopg.Error) else str(error)
    return f"{type(error).__name__}: {said or ''}"[:500]


def try_lock(connection: Connection[Any], name: str, build: str) -> bool:
    """Take the build's lock until the end of the transaction, if nobody has it."""
    row = connection.execute(
        "SELECT pg_try_advisory_xact_lock(hashtext('selaras projection'), hashtext(%s))", [schema_of(name, build)]
    ).fetchone()
    return bool(row and row[0])


def take_lock(connection: Connection[Any], name: str, build: str) -> None:
    """Wait for the build's lock and keep it until the end of the transaction."""
    connection.execute(
        "SELECT pg_advisory_xact_lock(hashtext('selaras projection'), hashtext(%s))", [schema_of(name, build)]
    )


def use(connection: Connection[Any], name: str, build: str) -> None:
    """Put the build's tables first on the search path until the end of the transaction.

    Its commit does not wait for the disk: what a crash takes, the rows and their position together, the log still has.
    """
    use = sql.SQL("SET LOCAL search_path TO {}, public; SET LOCAL synchronous_commit TO off")
    connection.execute(use.format(sql.Identifier(schema_of(name, build))))


def create(connection: Connection[Any], projection: Projection, build: str, *, with_indexes: bool) -> None:
    """Create a build's tables, empty, at position 0; nothing where they are there already."""
    with connection.transaction():
        connection.execute(positions.CREATION)
        if positions.place(connection, projection.name, build) is not None:
            return
        connection.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public")
        schema = sql.Identifier(schema_of(projection.name, build))
        connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(schema))
        connection.execute(sql.SQL("CREATE SCHEMA {}").format(schema))
        use(connection, projection.name, build)
        connection.execute(projection.tables)
        if with_indexes:
            connection.execute(projection.indexes)
        connection.execute(
            "INSERT INTO projections (name, build, version) VALUES (%s, %s, %s)",
            [projection.name, build, projection.version],
        )
