"""A process that appends on several threads and notes in a journal what it asks for and what it is told.

Run as `python -m tests.store.writing DATABASE_URL JOURNAL THREADS`. It says `ready` when SIGTERM may end it, after the
saves under way.
"""

import os
import random
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from threading import Event, Thread
from typing import Any, Literal

import msgspec
from eventsourcing.persistence import PersistenceError
from msgspec import Struct

from tests.store.building import Cases
from workflow.domain.events import FactsChanged, Recorded
from workflow.store.log import ClaimWrite, CommandKey, CounterWrite, KeyUsed, Log, Rejected, Write

SHARED = tuple(f"shared/{n}" for n in range(3))
CLAIMS = tuple(f"nik/{n}" for n in range(40))
COUNTERS = tuple(f"quota/{n}" for n in range(30))
LIMIT = 4


class Line(Struct, omit_defaults=True):
    """One line of the journal, written before or after a save."""

    what: Literal["asks", "stored", "refused", "failed"]
    key: str
    position: int = 0
    events: int = 0
    why: str = ""


class Journal:
    """Unbuffered: what was told stands there even if the process is killed in the next instant."""

    def __init__(self, path: str) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def note(self, line: Line) -> None:
        os.write(self._file, msgspec.json.encode(line) + b"\n")


class Client:
    """One thread: saves on streams of its own and on shared ones, with claims and counters that others want too."""

    def __init__(self, log: Log, journal: Journal, name: str) -> None:
        self.log, self.journal, self.name = log, journal, name
        self.random = random.Random(name)
        self.versions: dict[str, int] = {}
        self.claims: set[tuple[str, str]] = set()
        self.places: list[str] = []
        self.number = 0

    def once(self) -> None:
        self.number += 1
        key = f"{self.name}/{self.number}"
        write = self.write(key)
        self.journal.note(Line("asks", key, events=len(write.events)))
        try:
            position = self.log.append(write)
        except Rejected as rejected:
            self.journal.note(Line("refused", key, why=str(rejected)))
            for stream in {e.stream for e in write.events}:
                found = self.log.read(stream)
                self.versions[stream] = len(found)
            return
        except PersistenceError as error:
            self.journal.note(Line("failed", key, why=f"{type(error).__name__}: {error}"))
            return
        self.journal.note(Line("stored", key, position=position, events=len(write.events)))
        self.remember(write)
        if self.random.random() < 0.05:
            self.ask_again(write, position)

    def ask_again(self, write: Write, position: int) -> None:
        assert write.command is not None
        try:
            # Where the connection is cut meanwhile, the very same save is recognised as its own.
            if self.log.append(write) == position:
                return
        except Rejected as rejected:
            if rejected.reasons == (KeyUsed(position, write.command.request),):
                return
        self.journal.note(Line("failed", write.command.key, why="the same key was not answered with its position"))

    def write(self, key: str) -> Write:
        roll = self.random.random
        stream = self.random.choice(SHARED) if roll() < 0.2 else f"{self.name}/{self.number % 5}"
        claims: list[ClaimWrite] = []
        counters: list[CounterWrite] = []
        if roll() < 0.3:
            claims.append(ClaimWrite(self.random.choice(CLAIMS), stream, True))
        if self.claims and roll() < 0.3:
            held, holder = self.random.choice(sorted(self.claims))
            if all(c.key != held for c in claims):
                claims.append(ClaimWrite(held, holder, False))
        if roll() < 0.3:
            counters.append(CounterWrite(self.random.choice(COUNTERS), 1, LIMIT))
        elif self.places and roll() < 0.5:
            counters.append(CounterWrite(self.random.choice(self.places), -1))
        patch: dict[str, Any] = {
            "claims": [[c.key, c.holder, c.taken] for c in claims],
            "counters": [[c.key, c.delta] for c in counters],
            "filler": "x" * self.random.randrange(300),
        }
        base = self.versions.get(stream, 0)
        events = tuple(
            Recorded(
                stream=stream,
                version=base + number,
                at=datetime.now(UTC),
                actor=self.name,
                command=key,
                body=FactsChanged(patch=patch if number == 1 else {}, region="72.71"),
            )
            for number in range(1, self.random.choice((1, 1, 1, 2, 3)) + 1)
        )
        read = self.random.choice(SHARED)
        reads = ((read, self.versions.get(read, 0)),) if roll() < 0.1 else ()
        return Write(events, CommandKey("test", key, "r"), tuple(claims), tuple(counters), reads)

    def remember(self, write: Write) -> None:
        last = write.events[-1]
        self.versions[last.stream] = last.version
        for claim in write.claims:
            (self.claims.add if claim.taken else self.claims.discard)((claim.key, claim.holder))
        for counter in write.counters:
            (self.places.append if counter.delta > 0 else self.places.remove)(counter.key)


def run(log: Log, journal: Journal, name: str, threads: int, stopped: Callable[[], bool]) -> None:
    def work(client: Client) -> None:
        while not stopped():
            client.once()

    working = [Thread(target=work, args=(Client(log, journal, f"{name}.{n}"),)) for n in range(threads)]
    for thread in working:
        thread.start()
    for thread in working:
        thread.join()


def main(database_url: str, journal: str, threads: str) -> None:
    stop = Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    application = Cases(database_url)
    print("ready", flush=True)
    try:
        run(Log(application), Journal(journal), f"p{os.getpid()}", int(threads), stop.is_set)
    finally:
        application.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
