"""A real server of the API: granian on a real Postgres, with the demo's people and programme, no groups."""

import os
import secrets
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path

import psycopg
import pytest
import requests
from msgspec.structs import replace

from selaras.demo import people, places
from selaras.engines import PostgresServer
from selaras.processes import until
from tests.api.asking import Api
from workflow.domain.appointing import Appoint, RegisterPerson
from workflow.engine import Engine
from workflow.settings import Settings
from workflow.texts import texts_beside
from workflow.webhooks import signing

ROOT = Path(__file__).parent.parent.parent
DEFINITION = ROOT / "definitions" / "tkm-kelompok" / "v1.yaml"
PLENTY = 10_000
GATEWAY_SECRET = signing.shown(b"g" * 32)
SERVED = frozenset({"server", "engine", "api"})


@pytest.hookimpl(tryfirst=True)  # xdist reads the groups in this hook too
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All that need the server share one, so one worker runs them."""
    for item in items:
        if SERVED & set(getattr(item, "fixturenames", ())) and Path(item.path).is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.xdist_group("api"))


@pytest.fixture(scope="session")
def settings(
    postgres_server: PostgresServer, broker_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Settings]:
    """Of a database that lives as long as the session."""
    name = f"api_{os.getpid()}"
    with psycopg.connect(postgres_server.url_of("postgres"), autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} STRATEGY FILE_COPY")
    yield Settings(
        database_url=postgres_server.url_of(name),
        broker_url=broker_url,
        data_dir=tmp_path_factory.mktemp("api"),
        master_key=secrets.token_bytes(32),
        demo=True,
    )
    with psycopg.connect(postgres_server.url_of("postgres"), autocommit=True) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def engine(settings: Settings) -> Iterator[Engine]:
    """An engine beside the server: it seeds, and issues tokens."""
    with Engine.open(settings) as engine:
        _seed(engine)
        yield engine


def _seed(engine: Engine) -> None:
    today = date.today()
    for order in (*people.OFFICES, *people.AGENCIES, *people.registrations(), *people.appointments()):
        engine.directory.handle(order, by="seed")
    # Two whose appointment ended yesterday; one of them audits now, and so still sees every case.
    for person in ("former.palu", "moved.palu"):
        engine.directory.handle(RegisterPerson(person=person, language="id"), by="seed")
        former = Appoint(
            person=person,
            role="city_head",
            office=people.PALU,
            since=date(2024, 1, 1),
            until=today - timedelta(days=1),
            legal_basis=people.BASIS,
        )
        engine.directory.handle(former, by="seed")
    (auditor,) = (order for order in people.appointments() if order.person == "auditor")
    engine.directory.handle(replace(auditor, person="moved.palu"), by="seed")
    engine.registry.publish(DEFINITION.read_text(encoding="utf-8"), "v1.yaml", texts_beside(DEFINITION), by="seed")
    for quota in places.quotas(places.PROGRAMME, today.year):
        # All tests share one room: none may find the places used up by the others.
        engine.registry.set_quota(places.PROGRAMME, replace(quota, places=PLENTY), by="seed")


@pytest.fixture(scope="session")
def server(settings: Settings, engine: Engine) -> Iterator[str]:
    """The address of a granian with two workers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environ = {
        **os.environ,
        "DATABASE_URL": settings.database_url,
        "BROKER_URL": settings.broker_url,
        "DATA_DIR": str(settings.data_dir),
        "SELARAS_MASTER_KEY": settings.master_key.hex(),
        # All tests ask from one address.
        "KNOCKS_PER_SECOND": "1000",
        "GATEWAY_URL": "http://127.0.0.1:1/messages",
        "GATEWAY_SECRET": GATEWAY_SECRET,
        "GATEWAY_NETWORKS": "127.0.0.0/8",
        "PUBLIC_URL": "https://selaras.example",
    }
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--http", "1", "--no-ws", "--workers", "2", "--blocking-threads", "8", "--log-level", "warning"]
    log = settings.data_dir / "server.log"
    with log.open("wb") as lines:
        child = subprocess.Popen(
            [*command, "api.wsgi:app"], env=environ, cwd=ROOT, stdout=lines, stderr=subprocess.STDOUT
        )
    url = f"http://127.0.0.1:{port}"
    try:
        if not until(lambda: child.poll() is not None or _answers(url), seconds=180) or child.poll() is not None:
            pytest.fail(f"the server did not start: {log.read_text()[-2000:]}")
        yield url
    finally:
        child.terminate()
        with suppress(subprocess.TimeoutExpired):
            child.wait(timeout=20)
        child.kill()
        child.wait()


def _answers(url: str) -> bool:
    try:
        return requests.get(f"{url}/readyz", timeout=5).status_code == 200
    except requests.RequestException:
        return False


@pytest.fixture(scope="session")
def api(server: str, engine: Engine) -> Api:
    """People at the server."""
    return Api(server, engine)


@pytest.fixture
def log(settings: Settings) -> Path:
    """What the server wrote down."""
    return settings.data_dir / "server.log"
