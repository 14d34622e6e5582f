"""A load of decisions on a running system, judged at its end by the clients' notes and the database alone."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

import psycopg

from tests.failure.checker import faults
from tests.failure.clients import CLIENTS, Client, Notes
from tests.journeys.client import Server

ALIVE_WITHIN = 90.0
"""Seconds for the system to answer again after a failure."""


@contextmanager
def load(
    server: Server, folder: Path, notes: Notes, assignments: int = 6, gate: Event | None = None
) -> Iterator[list[str]]:
    """Clients decide while the body runs; the list given holds afterwards all that does not fit.

    `gate`: no further group is opened while it is not set.
    """
    url = json.loads((folder / "run.json").read_text())["database_url"]
    year = str(datetime.now(UTC).year)
    server.command("quota", "tkm-kelompok", "72.71", year, "1000000", "--legal-basis", "Contoh: uji beban")
    with psycopg.connect(url) as connection:
        (before,) = connection.execute("SELECT max(notification_id) FROM stored_events").fetchone() or (0,)
    for person in ("leader.palu", "head.palu"):
        server.token(person)
    stop, found = Event(), list[str]()
    clients = [Client(server, notes, stop, assignments, gate) for _ in range(CLIENTS)]
    for client in clients:
        client.start()
    try:
        yield found
    finally:
        stop.set()
        for client in clients:
            client.join(timeout=ALIVE_WITHIN)
    found += faults(url, notes, before)
