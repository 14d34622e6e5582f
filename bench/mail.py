"""From the API's acknowledgement to the mail server: proposals at a steady pace, and when each letter is there."""

import secrets
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from time import monotonic, perf_counter, sleep, time
from uuid import uuid4

import requests

from bench import system
from bench.load import Rate, rate
from tests.journeys.conftest import running
from tests.journeys.groups import group
from tests.notices.mailbox import Sink, serving
from workflow.asks import DocumentAsk, OpenAsk
from workflow.delivery.preferences import Preference
from workflow.domain.dossier import dossier
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
            drafts = [_drafted(engine) for _ in range(int(per_second * seconds))]
            wish = Preference(channels=("mail",), address=f"{TOLD}@people.example")
            engine.preferences.put(TOLD, wish, datetime.now(UTC))
            session, token = requests.Session(), server.token(system.LEADER)
            acknowledged, began = {}, perf_counter()
            for number, (ref, tag) in enumerate(drafts):
                sleep(max(0.0, began + number / per_second - perf_counter()))
                headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(uuid4()), "If-Match": f'"{tag}"'}
                path = f"{server.url}/api/v1/cases/{ref}/actions/submit"
                session.post(path, json={}, headers=headers, timeout=30).raise_for_status()
                acknowledged[ref] = time()
            took = perf_counter() - began
            arrived = _arrived(sink, set(acknowledged))
    return rate([max(0.0, arrived[ref] - at) for ref, at in acknowledged.items()], took)


def _drafted(engine: Engine) -> tuple[str, str]:
    """A group that can be submitted, and its dossier."""
    opened = engine.casework.handle(
        None, OpenAsk(programme="tkm-kelompok", facts=group()), system.LEADER, key=str(uuid4())
    )
    for kind in ("proposal", "domicile"):
        paper = DocumentAsk(document=kind, sha256=secrets.token_hex(32), type="application/pdf", size=1000)
        opened = engine.casework.handle(opened.case.ref, paper, system.LEADER)
    return opened.case.ref, dossier(opened.definition, opened.case)


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
