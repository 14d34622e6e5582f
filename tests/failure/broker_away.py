"""The broker is stopped under load and comes back empty: `python -m tests.failure.broker_away [SECONDS]`."""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from threading import Event
from time import monotonic

import requests

from selaras.engines import BrokerServer
from tests.failure.clients import Notes
from tests.failure.deciding import ALIVE_WITHIN, load
from tests.journeys.client import Server
from tests.journeys.conftest import running


def outage(seconds: float, folder: Path) -> tuple[Notes, list[str]]:
    """Decisions are acknowledged and lists are right while the broker is away; workers come back by themselves.

    The clients' notes, and all that did not fit.
    """
    broker, notes = BrokerServer(folder / "b"), Notes()
    system = folder / "s"
    system.mkdir()
    with running(system, BROKER_URL=broker.start()) as (server, _):
        try:
            with load(server, system, notes) as found:
                until(lambda: ready(server) == "ready", "the workers' queues are heard")
                broker.stop()
                end = monotonic() + seconds
                while monotonic() < end:
                    known = len(notes.acknowledged)
                    until(lambda known=known: len(notes.acknowledged) > known, "decisions go on")  # type: ignore[misc]
                    newest = notes.acknowledged[-1]
                    path, asked = "/cases", {"at_least": newest.position, "q": newest.ref}
                    items = server.call("GET", path, "head.palu", params=asked).json()["items"]
                    if [item["ref"] for item in items] != [newest.ref]:
                        found.append(f"{newest.ref} is not in the list at {newest.position}")
                broker.start()
                until(lambda: ready(server) == "ready", "the workers come back")
        finally:
            broker.stop()
    return notes, found


def ready(server: Server) -> str:
    return str(requests.get(f"{server.url}/readyz", timeout=10).json()["status"])


def until(true: Callable[[], bool], what: str) -> None:
    """Wait for something. Raises TimeoutError."""
    end = monotonic() + ALIVE_WITHIN
    while not true():
        if monotonic() > end:
            raise TimeoutError(what)
        Event().wait(0.05)


def main(seconds: float) -> int:
    with tempfile.TemporaryDirectory() as place:
        notes, found = outage(seconds, Path(place))
    print(f"broker away for {seconds:g} s and back empty: {len(notes.acknowledged)} decisions acknowledged meanwhile")
    for line in found[:20]:
        print(line)
    print("nothing lost, every list right, workers back" if not found else f"{len(found)} faults")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else 60.0))
