"""From the API's acknowledgement to another agency's address: proposals at a steady pace, and when each is there."""

from pathlib import Path
from threading import Event
from time import monotonic

from bench import system
from bench.load import Rate, rate
from bench.pace import proposing
from tests.journeys.conftest import running
from tests.webhooks.receiver import Receiver
from workflow.engine import Engine
from workflow.settings import Settings

ARRIVED_WITHIN = 60.0
"""Seconds after the last decision."""


def acknowledged_to_received(place: Path, per_second: int, seconds: float) -> Rate:
    """Latencies on a system of its own, started as `make run` starts it; the rate as reached."""
    receiver = Receiver()
    with (
        running(place, WEBHOOK_NETWORKS="127.0.0.0/8") as (server, _),
        Engine.open(Settings.from_environment({"DATA_DIR": str(place)})) as engine,
    ):
        system.prepare(engine)
        server.call("POST", "/webhooks", "integrator", 201, json={"url": receiver.url, "events": ["GroupProposed"]})
        acknowledged, took = proposing(server, engine, per_second, seconds)
        end = monotonic() + ARRIVED_WITHIN
        while len(receiver.came) < len(acknowledged) and monotonic() < end:
            Event().wait(0.1)
    receiver.close()
    arrived = {came.event["subject"]: came.at for came in receiver.came}
    return rate([max(0.0, arrived[ref] - at) for ref, at in acknowledged.items()], took)
