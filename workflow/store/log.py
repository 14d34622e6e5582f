"""The log as the rest of the engine knows it: append, read by stream, read by position."""

import logging
from collections.abc import Sequence
from typing import Any

import msgspec
from eventsourcing.application import Application
from eventsourcing.persistence import PersistenceError
from psycopg import Connection
from psycopg.rows import tuple_row

from workflow.domain.case import Case
from workflow.domain.events import Recorded
from workflow.domain.evolve import evolve
from workflow.store import turns
from workflow.store.datastore import StoreDatastore
from workflow.store.mapper import EventMapper
from workflow.store.recorder import GroupCommitRecorder
from workflow.store.snapshots import EVERY, TOPIC, Snapshot
from workflow.store.wire import PackedSave, command_key
from workflow.store.write import (
    ClaimHeld,
    ClaimMoved,
    ClaimWrite,
    CommandKey,
    CounterFull,
    CounterWrite,
    Held,
    KeyUsed,
    ReadMoved,
    Reason,
    Rejected,
    Unstorable,
    VersionMoved,
    Write,
)

__all__ = [
    "ClaimHeld",
    "ClaimMoved",
    "ClaimWrite",
    "CommandKey",
    "CounterFull",
    "CounterWrite",
    "Held",
    "KeyUsed",
    "Log",
    "ReadMoved",
    "Reason",
    "Rejected",
    "Unstorable",
    "VersionMoved",
    "Write",
]

_log = logging.getLogger(__name__)

_READ = (
    "SELECT originator_id, originator_version, notification_id, topic, state FROM stored_events"
    " WHERE originator_id = %s AND originator_version > %s ORDER BY originator_version"
)
_SELECT = (
    "SELECT originator_id, originator_version, notification_id, topic, state FROM stored_events"
    " WHERE notification_id > %s ORDER BY notification_id LIMIT %s"
)
_WAITING = (
    "SELECT holder FROM claims WHERE key LIKE E'turn\\x1f%%'"
    ' AND key COLLATE "C" >= %s AND key COLLATE "C" < %s ORDER BY position'
)
# The event on which the snapshot stands comes too, to prove that it belongs to this history.
_LOAD = """
WITH snapshot AS (
    SELECT s.originator_version AS version, s.state FROM stored_snapshots s
    WHERE s.originator_id = %(stream)s AND s.topic = %(topic)s ORDER BY s.originator_version DESC LIMIT 1
)
SELECT NULL, s.version, NULL, NULL, s.state FROM snapshot s
UNION ALL
(SELECT e.originator_id, e.originator_version, e.notification_id, e.topic, e.state FROM stored_events e
 WHERE e.originator_id = %(stream)s AND e.originator_version >= coalesce((SELECT s.version FROM snapshot s), 0)
 ORDER BY e.originator_version)
"""
_MEMBERSHIPS = """
SELECT c.key, c.holder, c.position, false AS ended FROM claims c WHERE c.key = ANY(%(keys)s)
UNION ALL
SELECT r.key, r.holder, r.position, true FROM releases r WHERE r.key = ANY(%(keys)s)
ORDER BY position
"""

Row = tuple[str, int, int, str, bytes]


class Log:
    """One application's log. Safe to share between threads.

    Every method raises the library's OperationalError where the database stays away.
    """

    def __init__(self, application: Application[str]) -> None:
        recorder, mapper = application.recorder, application.mapper
        if not isinstance(recorder, GroupCommitRecorder) or not isinstance(mapper, EventMapper):
            raise TypeError("the application was not constructed with workflow.store.factory.environment()")
        self._events = application.events
        self._snapshots = application.snapshots
        self._recorder = recorder
        self._mapper = mapper
        self._datastore: StoreDatastore = recorder.datastore

    # --- writing ----------------------------------------------------------------------------------------------

    def append(self, write: Write) -> int:
        """Store one save whole; returns the position of its last event. Raises Rejected, Unstorable."""
        if not write.events:
            raise Unstorable("a save needs an event")
        recordings = self._events.put(
            write.events,  # type: ignore[arg-type]
            command=write.command,
            reads=write.reads,
            claims=write.claims,
            counters=write.counters,
        )
        return recordings[-1].notification.id

    def append_many(self, writes: Sequence[Write]) -> list[int | Rejected]:
        """Store saves in order, a few hundred a transaction; each is stored whole or refused alone.

        Raises Unstorable before anything is stored; another error leaves some stored, which their keys tell.
        """
        saves = [
            PackedSave(
                [self._mapper.to_stored_event(event) for event in write.events],
                write.command,
                write.reads,
                write.claims,
                write.counters,
            )
            for write in writes
        ]
        outcomes: list[int | Rejected] = []
        for outcome in self._recorder.insert_many(saves):
            if not isinstance(outcome, int | Rejected):
                raise outcome
            outcomes.append(outcome)
        return outcomes

    def next_number(self, series: str) -> int:
        """The next number of a series, from 1; never given twice, gaps are allowed."""
        return int(self._one("SELECT next_number(%s)", [series]))

    # --- reading ----------------------------------------------------------------------------------------------

    def read(self, stream: str, after: int = 0) -> list[Recorded]:
        """Events of a stream beyond a version, in order, with their positions."""
        return [self._recorded(row) for row in self._rows(_READ, [stream, after])]

    def select(self, after: int, limit: int) -> list[Recorded]:
        """At most `limit` events of the whole log beyond a position, in order."""
        return [self._recorded(row) for row in self._rows(_SELECT, [after, limit])]

    def head(self) -> int:
        """Position of the last event; 0 for an empty log."""
        return int(
            self._one("SELECT coalesce((SELECT notification_id FROM stored_events ORDER BY 1 DESC LIMIT 1), 0)", [])
        )

    def load(self, stream: str) -> Case | None:
        """The case in a stream, by way of its snapshot where there is one; None where there is no such case."""
        rows = self._rows(_LOAD, {"stream": stream, "topic": TOPIC})
        case = None
        if rows and rows[0][2] is None:
            case = _standing(rows.pop(0), rows)
            rows = rows[1:] if case else self._rows(_READ, [stream, 0])
        for row in rows:
            case = evolve(case, self._recorded(row))
        if case is not None and len(rows) >= EVERY:
            self._keep(stream, case)
        return case

    def command(self, actor: str, key: str) -> KeyUsed | None:
        """What a command led to, if it was stored."""
        try:
            name = command_key(actor, key)
        except Unstorable:
            return None
        rows = self._rows("SELECT position, request FROM commands WHERE key = %s", [name])
        return KeyUsed(*rows[0]) if rows else None

    def holders(self, keys: Sequence[str]) -> dict[str, str]:
        """Claim keys that are taken, each with who holds it."""
        if not keys:
            return {}
        return dict(self._rows("SELECT key, holder FROM claims WHERE key = ANY(%s)", [list(keys)]))

    def memberships(self, keys: Sequence[str]) -> list[Held]:
        """Everybody who holds or held one of these keys, in order of position."""
        return [Held(*row) for row in self._rows(_MEMBERSHIPS, {"keys": list(keys)})] if keys else []

    def waiting(self, counter: str) -> tuple[str, ...]:
        """Who waits for a place of a counter, by the position at which they began to."""
        return tuple(ref for (ref,) in self._rows(_WAITING, list(turns.between(counter))))

    def used(self, key: str) -> int:
        """How many hold a counter."""
        query = "SELECT coalesce((SELECT used FROM ledger WHERE key = %s ORDER BY position DESC LIMIT 1), 0)"
        return int(self._one(query, [key]))

    # --- below ------------------------------------------------------------------------------------------------

    def _recorded(self, row: Row) -> Recorded:
        stream, version, position, topic, state = row
        return self._mapper.recorded(stream, version, position, topic, state)

    def _keep(self, stream: str, case: Case) -> None:
        """Snapshots are made by those who read: no save waits for one or fails with it."""
        if self._snapshots is None:
            return
        try:
            self._snapshots.put([Snapshot(stream, case.version, case)])
        except PersistenceError as error:
            _log.warning("no snapshot was kept: %s", type(error).__name__)

    def _rows(self, query: str, parameters: Any) -> list[Any]:
        def read(connection: Connection[Any]) -> list[Any]:
            with connection.cursor(row_factory=tuple_row, binary=True) as cursor:
                return cursor.execute(query.encode(), parameters, prepare=True).fetchall()

        return self._datastore.patiently(read)

    def _one(self, query: str, parameters: Any) -> Any:
        return self._rows(query, parameters)[0][0]


def _standing(snapshot: Row, events: Sequence[Row]) -> Case | None:
    """The case of a snapshot, if it can be read and the log holds the event on which it stands."""
    try:
        case = Snapshot.of_state(snapshot[4])
    except msgspec.DecodeError:
        return None
    fits = bool(events) and (events[0][1], events[0][2]) == (case.version, case.position)
    return case if fits else None
