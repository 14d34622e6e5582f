"""Starts `make run`'s launcher as a person would, in a data folder of its own, and sees what it leaves behind."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil

from selaras import processes

ROOT = Path(__file__).parents[2]


class Running:
    """One launcher in front of us; its lines as they come."""

    def __init__(self, data_dir: Path, port: int, **environ: str) -> None:
        self.data_dir = data_dir
        self.port = port
        clean = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "BROKER_URL")}
        self.environ = {**clean, "DATA_DIR": str(data_dir), "PORT": str(port), "DEMO": "0", **environ}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "selaras.launch"],
            cwd=ROOT,
            env=self.environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def until(self, start: str) -> str:
        """The first line that begins so; everything said, when it ends without."""
        said = []
        for line in self.process.stdout:
            said.append(line)
            if line.startswith(start):
                return line.rstrip()
        raise AssertionError("".join(said) + self.process.stderr.read())

    def family(self) -> list[psutil.Process]:
        """All that it started, engines included, even those that left its session."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def end(self, sign: signal.Signals = signal.SIGINT) -> tuple[int, str, str]:
        """Exit code, and what it said until the end on both channels."""
        if self.process.poll() is None:
            self.process.send_signal(sign)
        said, complained = self.process.communicate(timeout=60)
        return self.process.returncode, said, complained


@contextlib.contextmanager
def running(data_dir: Path, **environ: str) -> Iterator[Running]:
    """A launcher that is stopped on the way out, whatever happened."""
    run = Running(data_dir, free_port(), **environ)
    try:
        yield run
    finally:
        family = run.family() if run.process.poll() is None else []
        run.end()
        gone(family)


def gone(family: list[psutil.Process]) -> list[psutil.Process]:
    """Those of `family` that still live after a while; empty is what one hopes for."""
    processes.until(lambda: not _living(family), seconds=20)
    return _living(family)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _living(family: list[psutil.Process]) -> list[psutil.Process]:
    return [one for one in family if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]
