"""The one connection on which a process appends, and what it does when that connection fails."""

import time
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
import psycopg
from eventsourcing import persistence
from psycopg import Connection

from workflow.store import wire
from workflow.store.committer import Outcome
from workflow.store.prepared import Prepared
from workflow.store.wire import PackedSave
from workflow.store.write import Reason, Rejected

PATIENCE = 10.0
"""Seconds for which a batch is sent again before its callers are told that the database is away."""
FIRST_PAUSE, LONGEST_PAUSE = 0.02, 0.5
SETTINGS = """
SET search_path = public;
SET default_transaction_isolation = 'read committed';
SET synchronous_commit = on;
SET enable_seqscan = off;
SET jit = off;
SET client_connection_check_interval = '500ms';
"""
"""Scans by index even with plans made while the tables were empty. The last one ends the wait of a killed writer's
backend, which would commit later what nobody waits for."""
CONNECTION: dict[str, str | int] = {
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "connect_timeout": 5,
    "fallback_application_name": "selaras-log",
}
"""Where the address does not say otherwise: a server whose machine vanished is noticed within half a minute."""
APPEND = b"""
SELECT positions, reasons FROM append_batch(
    $1, $2, $3,  $4, $5, $6, $7,  $8, $9, $10, $11,  $12, $13, $14, $15, $16,  $17, $18, $19, $20
)"""
"""Of `workflow.store.wire.joined`: saves, events, expectations, claims, counters."""
PASSING = ("08", "40", "53", "55", "57", "58")
"""Classes of SQLSTATE that say nothing about the save: connection, serialisation, resources, locks, shutdown, disk."""
READ_ONLY = "25006"
"""The server has become a standby."""

_reasons = msgspec.json.Decoder(dict[int, tuple[Reason, ...]])


class Writer:
    """Appends batches; opened at the first of them. Used by one thread at a time."""

    def __init__(self, conninfo: str) -> None:
        given = psycopg.conninfo.conninfo_to_dict(conninfo)
        self._conninfo = psycopg.conninfo.make_conninfo(
            conninfo, **{k: v for k, v in CONNECTION.items() if k not in given}
        )
        self._connection: Connection[Any] | None = None
        self._backend: tuple[int, datetime] | None = None
        self._abandoned: list[Connection[Any]] = []

    def append(self, saves: Sequence[PackedSave], *, uncertain: bool = False) -> list[Outcome]:
        """What became of each save. Raises the library's OperationalError where the database stays away: then the
        outcome is unknown, and who asks again finds their key.

        `uncertain`: an earlier sending may have been committed unheard.
        """
        started, pause = time.monotonic(), FIRST_PAUSE
        while True:
            try:
                outcomes = self._send(saves)
                return [self._settled(*both) for both in zip(saves, outcomes, strict=True)] if uncertain else outcomes
            except psycopg.Error as error:
                uncertain = self._lost() or uncertain
                if not _may_pass(error):
                    if len(saves) == 1:
                        return [_translated(error)]
                    # One of them is bad: the others must not fail with it.
                    return [self.append((save,), uncertain=uncertain)[0] for save in saves]
                if error.sqlstate == READ_ONLY:
                    self.close()
                if time.monotonic() - started > PATIENCE:
                    raise _translated(error) from error
            except BaseException:
                # Interrupted half-way: the connection is in no known state.
                self.close()
                raise
            time.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def forget(self) -> None:
        """Leave the connection to the parent of a fork: closing it here would end it there."""
        if self._connection is not None:
            self._abandoned.append(self._connection)
        self._connection = self._backend = None

    def _send(self, saves: Sequence[PackedSave]) -> list[Outcome]:
        if self._connection is None:
            self._connect()
        positions, reasons = self._append.row([array.packed for array in wire.joined(saves)])
        if reasons is None:
            return list(positions)
        refused = _reasons.decode(reasons)
        return [Rejected(refused[n]) if p is None else p for n, p in enumerate(positions, start=1)]

    def _connect(self) -> Connection[Any]:
        connection = psycopg.connect(self._conninfo, autocommit=True)
        try:
            connection.execute(SETTINGS)
            self._append = Prepared(connection, APPEND, wire.TYPES)
            if self._backend is not None:
                _end(connection, *self._backend)
            self._backend = connection.execute(
                "SELECT pid, backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid()"
            ).fetchone()
        except BaseException:
            connection.close()
            raise
        self._connection = connection
        return connection

    def _lost(self) -> bool:
        """Whether the connection went, so that nobody knows what became of what was sent on it."""
        if self._connection is None or not self._connection.closed:
            return False
        self._connection = None
        return True

    def _settled(self, save: PackedSave, outcome: Outcome) -> Outcome:
        """A save refused at its second sending may be in the log from its first."""
        if not isinstance(outcome, Rejected):
            return outcome
        connection = self._connection or self._connect()
        position = 0
        for event in save.stored:
            row = connection.execute(
                "SELECT notification_id FROM stored_events"
                " WHERE originator_id = %s AND originator_version = %s AND topic = %s AND state = %s",
                [event.originator_id, event.originator_version, event.topic, event.state],
            ).fetchone()
            if row is None or (position and row[0] != position + 1):
                return outcome
            position = row[0]
        return position


def _end(connection: Connection[Any], pid: int, started: datetime) -> None:
    """End the backend of the lost connection, which might still commit after we were refused."""
    row = connection.execute(
        "SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity WHERE pid = %s AND backend_start = %s",
        [pid, started],
    ).fetchone()
    if row is not None and not row[0]:
        raise psycopg.OperationalError("the connection before this one is still at work")


def _may_pass(error: psycopg.Error) -> bool:
    """Whether sending the same again can help."""
    if error.sqlstate is None:
        return isinstance(error, psycopg.OperationalError | psycopg.InterfaceError)
    return error.sqlstate[:2] in PASSING or error.sqlstate == READ_ONLY


def _translated(error: psycopg.Error) -> Exception:
    """The library's error of the same name."""
    for kind in type(error).__mro__:
        found = getattr(persistence, kind.__name__, None)
        if isinstance(found, type) and issubclass(found, persistence.PersistenceError):
            return found(str(error))
    return persistence.PersistenceError(str(error))
