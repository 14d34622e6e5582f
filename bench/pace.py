"""Proposals over HTTP at a steady pace, and when each was acknowledged: what latencies of effects are measured from."""

import secrets
import threading
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter, sleep, time
from uuid import uuid4

import requests

from bench import system
from tests.journeys.client import Server
from tests.journeys.groups import group
from workflow.asks import DocumentAsk, OpenAsk
from workflow.domain.dossier import dossier
from workflow.engine import Engine

CLIENTS = 4
"""Connections that take turns, so that one slow answer does not slow the pace."""


def proposing(server: Server, engine: Engine, per_second: int, seconds: float) -> tuple[dict[str, float], float]:
    """Each case's reference with the moment of its acknowledgement (seconds since the epoch); seconds it all took."""
    drafts = [_drafted(engine) for _ in range(int(per_second * seconds))]
    token, local, began = server.token(system.LEADER), threading.local(), perf_counter()

    def propose(number: int, ref: str, tag: str) -> tuple[str, float]:
        sleep(max(0.0, began + number / per_second - perf_counter()))
        if not hasattr(local, "session"):
            local.session = requests.Session()
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(uuid4()), "If-Match": f'"{tag}"'}
        path = f"{server.url}/api/v1/cases/{ref}/actions/submit"
        local.session.post(path, json={}, headers=headers, timeout=30).raise_for_status()
        return ref, time()

    with ThreadPoolExecutor(CLIENTS) as clients:
        acknowledged = dict(clients.map(propose, range(len(drafts)), *zip(*drafts, strict=True)))
    return acknowledged, perf_counter() - began


def _drafted(engine: Engine) -> tuple[str, str]:
    """A group that can be submitted, and its dossier."""
    opened = engine.casework.handle(
        None, OpenAsk(programme="tkm-kelompok", facts=group()), system.LEADER, key=str(uuid4())
    )
    for kind in ("proposal", "domicile"):
        paper = DocumentAsk(document=kind, sha256=secrets.token_hex(32), type="application/pdf", size=1000)
        opened = engine.casework.handle(opened.case.ref, paper, system.LEADER)
    return opened.case.ref, dossier(opened.definition, opened.case)
