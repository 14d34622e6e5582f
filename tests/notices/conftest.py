"""The real engine with the demo's people and programme, and no groups; its read models beside it."""

import email
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest

from selaras.demo.loading import set_up
from selaras.processes import until
from tests.notices.telling import Town
from workflow.engine import Engine
from workflow.settings import Settings

ROOT = Path(__file__).parents[2]


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(
        database_url=database_url,
        broker_url="memory://",
        data_dir=tmp_path,
        master_key=b"k" * 32,
        demo=True,
        public_url="https://selaras.example",
    )


@pytest.fixture
def town(settings: Settings) -> Iterator[Town]:
    with Engine.open(settings) as engine:
        set_up(engine, datetime.now(UTC))
        yield Town(engine)


class Sink:
    """A mail server process; `mode` is how it behaves."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port

    def behaves(self, mode: str) -> None:
        (self.folder / "mode").write_text(mode)

    @property
    def letters(self) -> list[EmailMessage]:
        """What it took, in order."""
        files = sorted(self.folder.glob("*.eml"), key=lambda file: int(file.stem))
        return [email.message_from_bytes(file.read_bytes(), policy=SMTP) for file in files]

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


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[Sink]:
    with serving(tmp_path / "sink") as sink:
        yield sink
