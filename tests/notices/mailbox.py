"""A mail server of our own beside a test: a process, how it is to behave, and what it took."""

import email
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from selaras.processes import until

ROOT = Path(__file__).parents[2]


class Sink:
    """A mail server process; `mode` is how it behaves."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port

    def behaves(self, mode: str) -> None:
        (self.folder / "mode").write_text(mode)

    @property
    def letters(self) -> list[EmailMessage]:
        """What it took, in order."""
        return [letter for _, letter in self.stamped]

    @property
    def stamped(self) -> list[tuple[Path, EmailMessage]]:
        """What it took, in order, each with its file, written when it was there."""
        files = sorted(self.folder.glob("*.eml"), key=lambda file: int(file.stem))
        return [(file, email.message_from_bytes(file.read_bytes(), policy=SMTP)) for file in files]

    @property
    def asked(self) -> list[str]:
        """Recipients that it was asked to take, in order."""
        file = self.folder / "asked"
        return file.read_text().split() if file.exists() else []


@contextmanager
def serving(folder: Path, *options: str) -> Iterator[Sink]:
    folder.mkdir()
    (folder / "mode").write_text("ok")
    process = subprocess.Popen([sys.executable, "-m", "tests.notices.sink", str(folder), *options], cwd=ROOT)
    try:
        assert until((folder / "port").exists, seconds=30)
        yield Sink(folder, int((folder / "port").read_text()))
    finally:
        process.kill()
        process.wait(10)
