"""The whole system, started as `make run` starts it: engines, web server, worker, beat, and the small demo."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.journeys.client import Server

HERE = str(Path(__file__).parent)
OURS = ("DATABASE_URL", "BROKER_URL", "DEMO", "SELARAS_MASTER_KEY", "DOCUMENTS_URL")


@pytest.hookimpl(tryfirst=True)  # xdist reads the groups in this hook too
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All journeys share one server, so one worker runs them all."""
    for item in items:
        if str(item.path).startswith(HERE):
            item.add_marker(pytest.mark.xdist_group("journeys"))


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of the system that all journeys share."""
    return tmp_path_factory.mktemp("run")


@pytest.fixture(scope="session")
def server(folder: Path) -> Iterator[Server]:
    with running(folder) as (server, _):
        yield server


@contextmanager
def running(folder: Path, **settings: str) -> Iterator[tuple[Server, int]]:
    """A running system with the small demo, and its launcher's process id; stopped with the signal of Ctrl-C.

    `settings`: variables of its environment, as BROKER_URL.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if name not in OURS}
    environment = {**kept, "DATA_DIR": str(folder), "PORT": str(port), "DEMO": "few", **settings}
    output = folder.with_suffix(".out")
    with output.open("wb") as told:
        launcher = subprocess.Popen([sys.executable, "-m", "selaras.launch"], env=environment, stdout=told, stderr=told)
    try:
        while b"Selaras is ready" not in output.read_bytes():
            try:
                launcher.wait(timeout=0.1)
            except subprocess.TimeoutExpired:
                continue
            logs = "\n".join(f"{log.name}: {log.read_text()[-1500:]}" for log in sorted(folder.glob("logs/*.log")))
            raise RuntimeError(f"the system did not start: {output.read_text()}\n{logs}")
        yield Server(f"http://127.0.0.1:{port}", environment), launcher.pid
    finally:
        launcher.send_signal(signal.SIGINT)
        launcher.wait(timeout=60)
        output.unlink(missing_ok=True)
