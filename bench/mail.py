"""From the API's acknowledgement to the mail server: proposals at a steady pace, and when each letter is there."""

from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from time import monotonic

from bench import system
from bench.load import Rate, rate
from bench.pace import proposing
from tests.journeys.conftest import running
from tests.notices.mailbox import Sink, serving
from workflow.delivery.preferences import Preference
from workflow.engine import Engine
from workflow.settings import Settings

TOLD = "officer.palu"
ARRIVED_WITHIN = 60.0
"""Seconds after the last decision."""


def acknowledged_to_mailed(place: Path, per_second: int, seconds: float) -> Rate:
    """Latencies on a system of its own, started as `make run` starts it; the rate as reached."""
    place.mkdir()
    with serving(place / "sink") as sink:
        relay = {"SMTP_URL": f"smtp-plain://127.0.0.1:{sink.port}", "MAIL_FROM": "selaras@agency.example"}
        with (
            running(place / "run", **relay) as (server, _),
            Engine.open(Settings.from_environment({"DATA_DIR": str(place / "run")})) as engine,
        ):
            system.prepare(engine)
            wish = Preference(channels=("mail",), address=f"{TOLD}@people.example")
            engine.preferences.put(TOLD, wish, datetime.now(UTC))
            acknowledged, took = proposing(server, engine, per_second, seconds)
            arrived = _arrived(sink, set(acknowledged))
    return rate([max(0.0, arrived[ref] - at) for ref, at in acknowledged.items()], took)


def _arrived(sink: Sink, refs: set[str]) -> dict[str, float]:
    """When the letter about each case was there, in seconds since the epoch. Raises RuntimeError where one is not."""
    end = monotonic() + ARRIVED_WITHIN
    while True:
        found = {}
        for file, letter in sink.stamped:
            ref = next((word for word in str(letter["Subject"]).split() if word in refs), None)
            if ref is not None:
                found[ref] = file.stat().st_mtime
        if found.keys() >= refs:
            return found
        if monotonic() > end:
            raise RuntimeError(f"{len(refs - found.keys())} letters did not arrive")
        Event().wait(0.5)
