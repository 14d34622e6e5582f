"""A system to measure: an embedded Postgres with its flushes on, the engine with the demo, groups under review."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from selaras import demo
from selaras.engines import PostgresServer
from tests.journeys.groups import group
from workflow.asks import ActionAsk, DocumentAsk, OpenAsk
from workflow.domain.publishing import SetQuota
from workflow.engine import Engine
from workflow.settings import Settings

HEAD, LEADER, CITY = "head.palu", "leader.palu", "72.71"
OFFICERS = ("officer.palu", "officer2.palu")


@contextmanager
def postgres() -> Iterator[str]:
    """The address of a Postgres of our own, as `make run` starts it."""
    with TemporaryDirectory(prefix="selaras-bench-") as place:
        server = PostgresServer(Path(place) / "p")
        try:
            yield server.start()
        finally:
            server.stop()


def settings(database_url: str, place: Path, key: bytes | None = None) -> Settings:
    return Settings(
        database_url=database_url,
        broker_url="memory://",
        data_dir=place,
        master_key=key or secrets.token_bytes(32),
        demo=True,
    )


def prepare(engine: Engine) -> None:
    """The demo's directory and registry, and places enough for any load."""
    demo.load(engine, few=True)
    year = datetime.now(UTC).year
    order = SetQuota(region=CITY, year=year, places=1_000_000, legal_basis="Contoh: pengukuran")
    engine.registry.set_quota("tkm-kelompok", order, by="bench")


def in_review(engine: Engine) -> str:
    """A group that the city has before it: its head may name an officer again and again."""
    opened = engine.casework.handle(None, OpenAsk(programme="tkm-kelompok", facts=group()), LEADER, key=str(uuid4()))
    ref = opened.case.ref
    for kind in ("proposal", "domicile"):
        paper = DocumentAsk(document=kind, sha256=secrets.token_hex(32), type="application/pdf", size=1000)
        engine.casework.handle(ref, paper, LEADER)
    engine.casework.handle(ref, ActionAsk(action="submit"), LEADER, key=str(uuid4()))
    return ref
