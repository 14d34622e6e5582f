"""The library's application recorder with group commit: dense positions in commit order, claims, counters, keys."""

import os
from collections.abc import Sequence
from threading import Event, Thread
from typing import Any
from weakref import WeakSet

from eventsourcing.persistence import (
    ApplicationRecorder,
    ListenNotifySubscription,
    ProgrammingError,
    StoredEvent,
    Subscription,
)
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore

from workflow.store import schema
from workflow.store.committer import Committer, Outcome
from workflow.store.datastore import StoreDatastore
from workflow.store.wire import PackedSave
from workflow.store.write import ClaimWrite, CommandKey, CounterWrite
from workflow.store.writer import Writer

TABLE = "stored_events"
FIRST_LOOK, LAST_LOOK = 0.02, 1.0
"""Seconds between two looks of a subscription: at first, and after a while without news."""


class GroupCommitRecorder(PostgresApplicationRecorder):
    """Opens its connection and its thread at the first save, so that it may be made before a fork."""

    datastore: StoreDatastore

    def __init__(self, datastore: PostgresDatastore, *, events_table_name: str = TABLE) -> None:
        if not isinstance(datastore, StoreDatastore):
            raise ProgrammingError("the log needs a StoreDatastore")
        if events_table_name != TABLE:
            raise ProgrammingError(f"the log's table is called {TABLE}, not {events_table_name}")
        super().__init__(datastore, events_table_name=events_table_name)
        self._writer = Writer(datastore.conninfo)
        self._committer = Committer(self._writer.append)
        _recorders.add(self)

    def create_table(self) -> None:
        with self.datastore.get_connection() as connection:
            schema.install(connection)

    def insert_events(
        self,
        stored_events: Sequence[StoredEvent],
        *,
        command: CommandKey | None = None,
        reads: Sequence[tuple[str, int]] = (),
        claims: Sequence[ClaimWrite] = (),
        counters: Sequence[CounterWrite] = (),
        **_: Any,
    ) -> list[int]:
        """Store one save whole and return the positions of its events.

        Raises Rejected (an IntegrityError) with all reasons, Unstorable, and OperationalError where the database
        stays away: the outcome is then unknown.
        """
        if not stored_events:
            if command or claims or counters:
                raise ProgrammingError("a save needs an event")
            return []
        outcome = self._committer.run(PackedSave(stored_events, command, reads, claims, counters))
        if isinstance(outcome, int):
            return list(range(outcome - len(stored_events) + 1, outcome + 1))
        raise outcome

    def insert_many(self, saves: Sequence[PackedSave]) -> list[Outcome]:
        """Store many saves in order, a few hundred a transaction, each whole or not at all."""
        return self._committer.run_many(saves)

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> Subscription[ApplicationRecorder]:
        return PollingSubscription(recorder=self, gt=gt, topics=topics)

    def close(self) -> None:
        """Commit what waits, then close the connection."""
        self._committer.close()
        self._writer.close()

    def after_fork(self) -> None:
        self._writer.forget()
        self._committer.reset()
        self.datastore.after_fork()


class PollingSubscription(ListenNotifySubscription[GroupCommitRecorder]):
    """Looks for news by itself: a NOTIFY in the saves' transactions would queue them all behind one lock."""

    def __init__(self, recorder: GroupCommitRecorder, gt: int | None = None, topics: Sequence[str] = ()) -> None:
        self._ended = Event()
        super().__init__(recorder=recorder, gt=gt, topics=topics)
        self._looking = Thread(target=self._look, name="subscription", daemon=True)
        self._looking.start()

    def stop(self) -> None:
        self._ended.set()
        super().stop()

    def __exit__(self, *args: object, **kwargs: Any) -> None:
        try:
            super().__exit__(*args, **kwargs)
        finally:
            self._looking.join()

    def _look(self) -> None:
        pause, seen = FIRST_LOOK, self._last_notification_id
        while not self._ended.wait(pause):
            pause = FIRST_LOOK if self._last_notification_id != seen else min(pause * 1.5, LAST_LOOK)
            seen = self._last_notification_id
            self._has_been_notified.set()


_recorders: WeakSet[GroupCommitRecorder] = WeakSet()


def _after_fork() -> None:
    for recorder in list(_recorders):
        recorder.after_fork()


os.register_at_fork(after_in_child=_after_fork)
