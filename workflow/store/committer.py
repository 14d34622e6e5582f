"""Group commit inside one process: who comes alone commits on its own thread, who finds company is carried along."""

from _thread import allocate_lock
from collections import deque
from collections.abc import Callable, Sequence
from threading import Condition, Thread

from eventsourcing.persistence import InterfaceError

from workflow.store.wire import PackedSave
from workflow.store.write import Rejected

Outcome = int | Rejected | Exception
"""Position of a save's last event, or why it was not stored."""
Commit = Callable[[Sequence[PackedSave]], Sequence[Outcome]]

MOST_SAVES = 256
MOST_BYTES = 4 << 20
"""A batch ends with the save that fills it: the lock is held no longer than others can wait."""


class _Pending:
    """A save that waits for its commit."""

    __slots__ = ("_done", "outcome", "save")

    def __init__(self, save: PackedSave) -> None:
        self.save = save
        self.outcome: Outcome | None = None
        self._done = allocate_lock()
        self._done.acquire()

    def settle(self, outcome: Outcome) -> None:
        self.outcome = outcome
        self._done.release()

    def wait(self) -> Outcome:
        self._done.acquire()
        assert self.outcome is not None
        return self.outcome


class Committer:
    """One leader a process at any moment: a lone caller, or the thread that drains the queue."""

    def __init__(self, commit: Commit) -> None:
        self._commit = commit
        self.reset()

    def reset(self) -> None:
        """Begin anew in the child of a fork, which has neither the thread nor whoever held the lock."""
        self._turn = Condition()
        self._queue: deque[_Pending] = deque()
        self._leading = False
        self._closed = False
        self._thread: Thread | None = None

    def run(self, save: PackedSave) -> Outcome:
        """Commit one save, alone or in company."""
        pending = None
        with self._turn:
            self._check_open()
            if self._leading or self._queue:
                pending = self._enqueue(save)
            else:
                self._leading = True
        if pending is not None:
            return pending.wait()
        try:
            return self._commit((save,))[0]
        finally:
            self._hand_over()

    def run_many(self, saves: Sequence[PackedSave]) -> list[Outcome]:
        """Commit saves in their order, in as few batches as will do."""
        with self._turn:
            self._check_open()
            waiting = [self._enqueue(save) for save in saves]
        return [pending.wait() for pending in waiting]

    def close(self) -> None:
        """Let what waits be committed, then end the thread."""
        with self._turn:
            self._closed = True
            self._turn.notify_all()
            self._turn.wait_for(lambda: not self._leading and not self._queue)
            thread = self._thread
        if thread is not None:
            thread.join()

    def _check_open(self) -> None:
        if self._closed:
            raise InterfaceError("the log is closed")

    def _enqueue(self, save: PackedSave) -> _Pending:
        if self._thread is None:
            thread = Thread(target=self._drain, name="committer", daemon=True)
            thread.start()
            self._thread = thread
        pending = _Pending(save)
        self._queue.append(pending)
        if not self._leading:
            self._turn.notify_all()
        return pending

    def _hand_over(self) -> None:
        with self._turn:
            self._leading = False
            if self._queue or self._closed:
                self._turn.notify_all()

    def _drain(self) -> None:
        while batch := self._next_batch():
            try:
                outcomes = self._commit([pending.save for pending in batch])
            except Exception as error:
                outcomes = [error] * len(batch)
            for pending, outcome in zip(batch, outcomes, strict=True):
                pending.settle(outcome)
            self._hand_over()

    def _next_batch(self) -> list[_Pending]:
        """Take the lead and what waits; empty once closed."""
        with self._turn:
            while self._leading or not self._queue:
                if self._closed and not self._queue:
                    return []
                self._turn.wait()
            self._leading = True
            batch: list[_Pending] = []
            size = 0
            while self._queue and len(batch) < MOST_SAVES and size < MOST_BYTES:
                batch.append(self._queue.popleft())
                size += batch[-1].save.size
            return batch
