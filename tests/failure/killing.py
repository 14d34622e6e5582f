"""Kills web server, worker, Postgres and broker in turn under load: `python -m tests.failure.killing [KILLS]`."""

import sys
import tempfile
from collections import Counter
from contextlib import suppress
from pathlib import Path
from threading import Event
from time import monotonic

import psutil
import requests

from tests.failure.clients import CLIENTS, Notes
from tests.failure.deciding import ALIVE_WITHIN, load
from tests.journeys.client import Server
from tests.journeys.conftest import running

TARGETS = {"web": "granian", "postgres": "postgres", "worker": "celery", "broker": "valkey-server"}
UNDER_LOAD = 1.0
"""Seconds of decisions between one recovery and the next kill."""


class Killing:
    """One run against a system of its own."""

    def __init__(self, server: Server, folder: Path, launcher: int) -> None:
        self._server, self._folder, self._launcher = server, folder, psutil.Process(launcher)
        self.notes, self.kills = Notes(), Counter[str]()

    def run(self, kills: int) -> list[str]:
        """Kill so often, in turn; what the checker finds afterwards."""
        with load(self._server, self._folder, self.notes) as found:
            for number in range(kills):
                self._until_deciding()
                self._kill(list(TARGETS)[number % len(TARGETS)])
            self._until_deciding()
        return found

    def _until_deciding(self) -> None:
        """Wait until decisions are acknowledged again, then let them go on for a moment."""
        known, end = len(self.notes.acknowledged), monotonic() + ALIVE_WITHIN
        while len(self.notes.acknowledged) < known + CLIENTS:
            if monotonic() > end or self.notes.wrong:
                raise SystemExit(f"no decisions any more: {self.notes.wrong[:3]}; logs in {self._folder}")
            Event().wait(0.05)
        Event().wait(UNDER_LOAD)

    def _kill(self, target: str) -> None:
        found = victims(self._launcher, TARGETS[target])
        # The postmaster alone: what it started has to notice by itself, as after a crash.
        for process in found[:1] if target == "postgres" else found:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        self.kills[target] += bool(found)


def victims(launcher: psutil.Process, word: str) -> list[psutil.Process]:
    """Processes below the launcher whose command line has a word in it."""
    found = []
    for process in launcher.children(recursive=True):
        with suppress(psutil.Error):
            if word in " ".join(process.cmdline()):
                found.append(process)
    return found


def main(kills: int) -> int:
    with tempfile.TemporaryDirectory() as place, running(Path(place)) as (server, launcher):
        killing = Killing(server, Path(place), launcher)
        found = killing.run(kills)
        notes = killing.notes
        print(
            f"killed {dict(killing.kills)}; {len(notes.acknowledged)} decisions acknowledged of {len(notes.sent)} sent"
        )
        requests.get(f"{server.url}/readyz", timeout=10).raise_for_status()
    for line in found[:20]:
        print(line)
    print("every acknowledged decision is there once, and nothing else" if not found else f"{len(found)} faults")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 40))
