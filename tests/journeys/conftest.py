"""The whole system, started as `make run` starts it: embedded Postgres and broker, web server, worker, beat, demo."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.client import Server

HERE = str(Path(__file__).parent)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All journeys share one server, so one worker runs them all."""
    for item in items:
        if str(item.path).startswith(HERE):
            item.add_marker(pytest.mark.xdist_group("journeys"))


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A running system with the demo in it, stopped with the signal that Ctrl-C sends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = tmp_path_factory.mktemp("run")
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "BROKER_URL", "DEMO")}
    environment = {**kept, "DATA_DIR": str(folder), "PORT": str(port)}
    launcher = subprocess.Popen(
        [sys.executable, "-m", "selaras.launch"], env=environment, stdout=subprocess.PIPE, text=True
    )
    assert launcher.stdout is not None
    try:
        for line in launcher.stdout:
            if line.startswith("Selaras is ready"):
                break
        else:
            logs = "\n".join(f"{log.name}: {log.read_text()[-1500:]}" for log in sorted(folder.glob("logs/*.log")))
            pytest.fail(f"the system did not start: {logs}")
        yield Server(f"http://127.0.0.1:{port}", environment)
    finally:
        launcher.send_signal(signal.SIGINT)
        launcher.wait(timeout=30)
