"""A worker process and a beat over a small programme, on the run's Postgres and a broker of the test's own."""

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from kombu import pools
from psycopg_pool import ConnectionPool

from selaras.engines import BrokerServer
from tests.projections.conftest import SECRET
from tests.projections.histories import DEFINITION, Journal
from workers.app import app
from workflow.projections.models import ReadModels

ROOT = Path(__file__).parents[2]


class Room:
    """Everything that a test of workers needs; processes end with it."""

    def __init__(self, database_url: str, broker: BrokerServer, folder: Path) -> None:
        self.broker = broker
        self.folder = folder
        self.database_url = database_url
        self.pool = ConnectionPool(database_url, min_size=1, max_size=8, kwargs={"autocommit": True}, open=True)
        self.journal = Journal(self.pool)
        self.models = ReadModels(self.pool, self.journal, lambda name: DEFINITION, SECRET)
        self.running: list[subprocess.Popen] = []
        self.closing = threading.Event()
        self.keeper: threading.Thread | None = None

    def start(self, *arguments: str, program: str = "tests.workers.small", **environ: str) -> subprocess.Popen:
        """`celery -A PROGRAM:app …`; its output is in `said()`."""
        given = {
            "DATABASE_URL": self.database_url,
            "BROKER_URL": self.broker.url,
            "DATA_DIR": str(self.folder),
            "SELARAS_MASTER_KEY": SECRET.hex(),
            **environ,
        }
        celery = [sys.executable, "-m", "celery", "-A", f"{program}:app"]
        with (self.folder / "said").open("ab") as output:
            process = subprocess.Popen(
                [*celery, *arguments], cwd=ROOT, env={**os.environ, **given}, stdout=output, stderr=output
            )
        self.running.append(process)
        return process

    def keep(self, start: Callable[[], subprocess.Popen]) -> None:
        """Start a process, and again whenever it ends, as the launcher does."""

        def watch() -> None:
            process = start()
            while not self.closing.wait(0.1):
                if process.poll() is not None:
                    process = start()

        self.keeper = threading.Thread(target=watch)
        self.keeper.start()

    def worker(self, name: str = "w", **environ: str) -> subprocess.Popen:
        quiet = ["--loglevel", "WARNING", "--without-gossip", "--without-mingle"]
        return self.start("worker", *quiet, "--concurrency", "1", "--hostname", f"{name}@test", **environ)

    def said(self) -> str:
        return (self.folder / "said").read_text(errors="replace")

    def reached(self, name: str = "inbox") -> int:
        return self.models.runner.place(name).position

    def close(self) -> None:
        self.closing.set()
        if self.keeper:
            self.keeper.join(10)
        for process in self.running:
            process.kill()
        for process in self.running:
            process.wait(10)
        self.pool.close()


@pytest.fixture
def broker() -> Iterator[BrokerServer]:
    folder = Path(tempfile.mkdtemp(prefix="selaras-b-"))
    server = BrokerServer(folder)
    server.start()
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def room(database_url: str, broker: BrokerServer, tmp_path: Path) -> Iterator[Room]:
    made = Room(database_url, broker, tmp_path)
    # As in a process that has just been forked: no connection to an earlier test's broker is left.
    app.conf.broker_url = broker.url
    pools.reset()
    app._after_fork()
    yield made
    made.close()


def until(holds: Callable[[], object], seconds: float = 30) -> None:
    """Wait for a condition."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it never came to hold"
        time.sleep(0.02)
