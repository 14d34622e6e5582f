"""Names, finds and ends processes: only those proven to be ours."""

import contextlib
import signal
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import psutil
from msgspec import Struct


class Identity(Struct, frozen=True):
    """A process beyond the reuse of its pid."""

    pid: int
    created: float
    """Its start, in seconds since the epoch."""


def identity(pid: int) -> Identity:
    return Identity(pid=pid, created=psutil.Process(pid).create_time())


def living(one: Identity) -> psutil.Process | None:
    """The very process that was named, or None when it has gone, even if another got its pid."""
    try:
        process = psutil.Process(one.pid)
        same = abs(process.create_time() - one.created) < 1.0
        return process if same and process.status() != psutil.STATUS_ZOMBIE else None
    except psutil.Error:
        return None


def working_in(folder: Path, program: str) -> list[psutil.Process]:
    """Processes of `program` whose working folder is `folder`: an engine always works in its own data folder."""
    place = str(folder.resolve())
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.status() == psutil.STATUS_ZOMBIE or Path(process.cwd()) != Path(place):
                continue
            if program in (process.name(), Path(process.exe()).name):
                found.append(process)
    return found


def heads(family: Sequence[psutil.Process]) -> list[psutil.Process]:
    """Those of `family` whose parent is outside of it."""
    members = {one.pid for one in family}
    found = []
    for one in family:
        with contextlib.suppress(psutil.Error):
            if one.ppid() not in members:
                found.append(one)
    return found


def end(processes: Sequence[psutil.Process], *, first: signal.Signals, patience: float) -> None:
    """Ask with `first`, wait `patience` seconds, then kill; returns when none is left."""
    left = list(processes)
    for sign, wait in ((first, patience), (signal.SIGKILL, 10.0)):
        for process in left:
            with contextlib.suppress(psutil.Error):
                process.send_signal(sign)
        _, left = psutil.wait_procs(left, timeout=wait)
        if not left:
            return


def until(ready: Callable[[], bool], *, seconds: float, pause: float = 0.01) -> bool:
    """Wait for a condition, at most `seconds`; True when it holds."""
    deadline = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > deadline:
            return False
        time.sleep(pause)
    return True
