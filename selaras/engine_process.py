"""What both engines have in common: one process, one socket in a short private folder, one owner."""

import contextlib
import hashlib
import os
import signal
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import msgspec
import psutil

from selaras import privilege, processes
from selaras.processes import Identity

LONGEST_SOCKET = 95
"""Bytes: the kernel takes 107, the engines add a suffix for a lock or a temporary name."""


class EngineError(Exception):
    """An engine cannot start; the message says why and what to do."""


class EngineProcess:
    """The process of one engine, in one data folder."""

    def __init__(
        self,
        data_dir: Path,
        *,
        program: str,
        files: Path,
        socket: str,
        farewell: signal.Signals,
        dies_with_parent: bool,
    ) -> None:
        self.data_dir = data_dir
        self.program = program
        self.files = files
        self.socket = socket
        self.farewell = farewell
        self.dies_with_parent = dies_with_parent
        self.log = data_dir / "logs" / f"{program}.log"
        self.owner = data_dir / f"{program}.owner.json"
        self.child: subprocess.Popen[bytes] | None = None

    def sockets(self) -> Path:
        """A folder short enough for a socket: in the data folder, or a private one under the temporary folder."""
        inside = self.data_dir / "sockets"
        if len(os.fsencode(inside / self.socket)) <= LONGEST_SOCKET:
            return inside
        name = hashlib.sha256(os.fsencode(self.data_dir)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"selaras-{os.geteuid()}-{name}"

    def refuse_or_clean(self) -> None:
        """Make way: what a killed parent left behind is stopped, what a living one runs is respected."""
        running = processes.working_in(self.files, self.program)
        owner = self._owner()
        if running and owner and processes.living(owner):
            raise EngineError(f"{self.data_dir} is in use by process {owner.pid}: stop it, or set another DATA_DIR")
        self._halt(running, self.farewell, patience=20)
        for folder in (self.data_dir, self.log.parent):
            folder.mkdir(parents=True, exist_ok=True)
        sockets = self.sockets()
        if not privilege.ours(sockets):
            raise EngineError(f"{sockets} belongs to somebody else: remove it, or set a shorter DATA_DIR")
        privilege.private_folder(sockets)
        for left in (sockets / self.socket, sockets / f"{self.socket}.lock"):
            left.unlink(missing_ok=True)

    def spawn(self, argv: list[str]) -> None:
        self.owner.write_bytes(msgspec.json.encode(processes.identity(os.getpid())))
        with self.log.open("wb") as log:
            signal_name = self.farewell.name.removeprefix("SIG") if self.dies_with_parent else None
            environ = {**os.environ, "LC_ALL": "C"}
            self.child = privilege.spawn(argv, environ=environ, output=log, dies_with_parent=signal_name)

    def wait(self, answers: Callable[[], bool]) -> None:
        child = self.child
        assert child is not None
        came = processes.until(lambda: child.poll() is not None or answers(), seconds=60)
        if child.poll() is not None or not came:
            self.kill()
            said = last_line(self.log.read_text(errors="replace"))
            raise EngineError(f"{self.program} did not start: {said} (its log: {self.log})")

    def alive(self) -> bool:
        return self.child is not None and self.child.poll() is None

    def stop(self) -> None:
        self._end(self.farewell, patience=30)

    def kill(self) -> None:
        self._end(signal.SIGKILL, patience=10)

    def _end(self, sign: signal.Signals, patience: float) -> None:
        self._halt(processes.working_in(self.files, self.program), sign, patience)
        if self.child is not None:
            self.child.wait()
            self.child = None
        with contextlib.suppress(OSError):
            self.owner.unlink(missing_ok=True)
            for left in (self.socket, f"{self.socket}.lock"):
                (self.sockets() / left).unlink(missing_ok=True)
            self.sockets().rmdir()

    def _halt(self, running: list[psutil.Process], sign: signal.Signals, patience: float) -> None:
        processes.end(processes.heads(running), first=sign, patience=patience)
        # Backends leave by themselves once their head has gone; those that do not are ended.
        processes.end(running, first=signal.SIGKILL, patience=5)

    def _owner(self) -> Identity | None:
        try:
            return msgspec.json.decode(self.owner.read_bytes(), type=Identity)
        except (OSError, msgspec.MsgspecError):
            return None


def last_line(text: str) -> str:
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "it said nothing")
