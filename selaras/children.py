"""Child processes kept alive: started with their log, started anew with growing pauses, ended with all they started."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import psutil

from selaras import privilege, processes

MARK = "SELARAS_RUN"
"""Environment: names the run that a process belongs to, so that a later run can end what a killed one left."""
LOG_LIMIT = 20_000_000
"""Bytes; a longer log is put aside once, when the child starts."""
FIRST_PAUSE, LONGEST_PAUSE, SETTLED = 0.5, 30.0, 10.0
"""Seconds. Who ran for the last of them was well, and its next death is a first one."""


class Child:
    """One command that should always run."""

    def __init__(self, name: str, argv: Sequence[str], environ: Mapping[str, str], log: Path) -> None:
        self.name = name
        self.argv = list(argv)
        self.environ = dict(environ)
        self.log = log
        self.deaths = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._started = 0.0
        self._again_at: float | None = None

    def start(self) -> None:
        """Start it; call from the main thread, for it dies with the thread that made it."""
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".log.1"))
        self._started = time.monotonic()
        self._again_at = None
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                privilege.bound_to_parent(self.argv, "TERM"),
                env=self.environ,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def revive(self) -> str | None:
        """Start it anew if it died and its pause is over; a line to print when it has just died, else None."""
        process, now = self._process, time.monotonic()
        if process is None or process.poll() is None:
            return None
        if self._again_at is None:
            self.deaths = 1 if now - self._started > SETTLED else self.deaths + 1
            pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (self.deaths - 1))
            self._again_at = now + pause
            # Its own children may live on and hold the port.
            self._signal_all(signal.SIGKILL)
            return f"{self.name} ended ({_how(process.returncode)}), again in {pause:g} s: {last_line(self.log)}"
        if now >= self._again_at:
            self.start()
        return None

    def ask_to_end(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)

    def end(self, patience: float) -> None:
        """Wait for it, at most `patience` seconds, then kill it with all that it started."""
        if self._process is None:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=max(0.0, patience))
        self._signal_all(signal.SIGKILL)
        self._process.wait()

    def _signal_all(self, sign: signal.Signals) -> None:
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, sign)


def end_all(children: Sequence[Child], patience: float = 15.0) -> None:
    """Ask all at once, in order, then wait for each."""
    deadline = time.monotonic() + patience
    for child in children:
        child.ask_to_end()
    for child in children:
        child.end(deadline - time.monotonic())


def end_marked(run: str) -> None:
    """End every process that carries the mark of `run`, us excepted."""
    marked = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.pid != os.getpid() and process.environ().get(MARK) == run:
                marked.append(process)
    processes.end(marked, first=signal.SIGTERM, patience=5)


def last_line(log: Path) -> str:
    """The last line that a log holds, for a person who asks why."""
    with contextlib.suppress(OSError), log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 4096))
        lines = [line.strip() for line in file.read().decode(errors="replace").splitlines() if line.strip()]
        if lines:
            return lines[-1]
    return "it said nothing"


def _how(returncode: int) -> str:
    return f"exit {returncode}" if returncode >= 0 else signal.Signals(-returncode).name
