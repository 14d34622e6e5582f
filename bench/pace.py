"""Proposals over HTTP at a steady pace, and when each was acknowledged: what latencies of effects are measured from."""

import secrets
from time import perf_counter, sleep, time
from uuid import uuid4

import requests

from bench import system
from tests.journeys.client import Server
from tests.journeys.groups import group
from workflow.asks import DocumentAsk, OpenAsk
from workflow.domain.dossier import dossier
from workflow.engine import Engine


def proposing(server: Server, engine: Engine, per_second: int, seconds: float) -> tuple[dict[str, float], float]:
    """Each case's reference with the moment of its acknowledgement (seconds since the epoch); seconds it all took."""
    drafts = [_drafted(engine) for _ in range(int(per_second * seconds))]
    session, token = requests.Session(), server.token(system.LEADER)
    acknowledged, began = {}, perf_counter()
    for number, (ref, tag) in enumerate(drafts):
        sleep(max(0.0, began + number / per_second - perf_counter()))
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(uuid4()), "If-Match": f'"{tag}"'}
        path = f"{server.url}/api/v1/cases/{ref}/actions/submit"
        session.post(path, json={}, headers=headers, timeout=30).raise_for_status()
        acknowledged[ref] = time()
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
