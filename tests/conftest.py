"""Real engines for tests: one Postgres and one Valkey a run, shared by its workers; a fresh database a test."""

import fcntl
import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import psycopg
import pytest

from selaras import processes
from selaras.engines import BrokerServer, PostgresServer
from workflow.settings import Settings

ROOM = "SELARAS_TEST_ROOM"
"""Environment: the folder of this run's engines, made by the controlling process, inherited by the workers."""
PREFIX = "selaras-t-"

_numbers = itertools.count(1)


def pytest_configure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput") or ROOM in os.environ:
        return
    _sweep()
    room = Path(tempfile.mkdtemp(prefix=PREFIX))
    (room / "run.owner").write_bytes(msgspec.json.encode(processes.identity(os.getpid())))
    os.environ[ROOM] = str(room)
    config.stash[_OURS] = room


def pytest_unconfigure(config: pytest.Config) -> None:
    room = config.stash.get(_OURS, None)
    if room is not None:
        os.environ.pop(ROOM, None)
        _close(room)


_OURS = pytest.StashKey[Path]()


@pytest.fixture(scope="session")
def postgres_server() -> PostgresServer:
    """The run's one Postgres. Commits skip the disk: a killed server still recovers, only a power cut would not."""
    return _running(_postgres(_room()))


@pytest.fixture(scope="session")
def broker_url() -> str:
    """The run's one Valkey, as a Celery address with a database number of this worker's own."""
    number = int("".join(filter(str.isdigit, os.environ.get("PYTEST_XDIST_WORKER", "0"))) or 0)
    return _running(_broker(_room())).url.replace("virtual_host=0", f"virtual_host={number}")


@pytest.fixture
def database_url(postgres_server: PostgresServer) -> Iterator[str]:
    """A fresh, empty database, dropped afterwards whoever is still connected."""
    name = f"t{os.getpid()}_{next(_numbers)}"
    with psycopg.connect(postgres_server.url_of("postgres"), autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} STRATEGY FILE_COPY")
    yield postgres_server.url_of(name)
    with psycopg.connect(postgres_server.url_of("postgres"), autocommit=True) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Of an engine in this process, on the fresh database; a room that needs more replaces it in its own fixture."""
    return Settings(
        database_url=database_url, broker_url="memory://", data_dir=tmp_path, master_key=b"k" * 32, demo=True
    )


def _room() -> Path:
    return Path(os.environ[ROOM])


def _postgres(room: Path) -> PostgresServer:
    quick = {"fsync": "off", "full_page_writes": "off", "max_connections": "400", "shared_buffers": "64MB"}
    return PostgresServer(room / "p", options=quick)


def _broker(room: Path) -> BrokerServer:
    return BrokerServer(room / "v", databases=64)


def _running(server: PostgresServer | BrokerServer) -> PostgresServer | BrokerServer:
    """Start `server` unless another worker has; the controlling process stops it."""
    with _locked(_room() / "lock"):
        started = server.data_dir / "started"
        if not started.exists():
            server.start()
            started.touch()
    return server


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _close(room: Path) -> None:
    for server in (_postgres(room), _broker(room)):
        server.stop()
    shutil.rmtree(room, ignore_errors=True)


def _sweep() -> None:
    """Stop what a killed run left behind."""
    for room in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        try:
            owner = msgspec.json.decode((room / "run.owner").read_bytes(), type=processes.Identity)
        except (OSError, msgspec.MsgspecError):
            continue
        if not processes.living(owner):
            _close(room)
