"""A messaging gateway of our own beside a test: a process, how it is to behave, and what it got."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from selaras.processes import until
from tests.notices.mailbox import ROOT
from tests.notices.telling import Town
from workflow.delivery.dead_letters import DeadLetters
from workflow.delivery.gateway import Gateway, access_of
from workflow.delivery.preferences import Preference
from workflow.delivery.receipts import Receipts
from workflow.delivery.sending import sender
from workflow.delivery.sent import Sending, ways
from workflow.delivery.when import Rhythm
from workflow.projections.notices import Notices
from workflow.webhooks import signing

SECRET = signing.shown(bytes(range(32)))
NUMBERS = {"officer.palu": "+6281200000001", "officer2.palu": "+6281200000002", "leader.palu": "+6281200000003"}


class Phones:
    """A gateway process; `behaves` says how."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.url = folder, f"http://127.0.0.1:{port}/messages"

    def behaves(self, mode: str) -> None:
        (self.folder / "mode").write_text(mode)

    def release(self) -> None:
        """Answer what was held."""
        (self.folder / "released").touch()

    @property
    def came(self) -> list[dict[str, Any]]:
        """Every message that came well signed, in order, repeats too."""
        files = sorted(self.folder.glob("*.json"), key=lambda file: int(file.stem))
        return [json.loads(file.read_text())["message"] for file in files]

    @property
    def told(self) -> list[int]:
        """What our side answered to its receipts, in order."""
        file = self.folder / "answered"
        return [int(line) for line in file.read_text().split()] if file.exists() else []


@contextmanager
def serving(folder: Path, secret: str = SECRET) -> Iterator[Phones]:
    folder.mkdir()
    (folder / "mode").write_text("202")
    process = subprocess.Popen([sys.executable, "-m", "tests.notices.exchange", str(folder), secret], cwd=ROOT)
    try:
        assert until((folder / "port").exists, seconds=30)
        yield Phones(folder, int((folder / "port").read_text()))
    finally:
        process.kill()
        process.wait(10)


class Desk:
    """The town's messages to phones: `turn` sends what is due."""

    def __init__(self, town: Town, url: str, patience: float = 5, seconds: float = 30, **settings: Any) -> None:
        """`patience`: with one answer; `seconds`: of a turn."""
        self.town, self.patience, self.seconds = town, patience, seconds
        given = {"gateway_url": url, "gateway_secret": SECRET, "gateway_networks": "127.0.0.0/8", **settings}
        self.settings = replace(town.engine.settings, **given)
        self.dead, self.receipts = DeadLetters(town.engine.pool), Receipts(town.engine.pool)

    def wants(self, person: str, *more: str, **rhythm: str) -> None:
        choice = Preference(
            channels=("phone", *more),
            phone=NUMBERS[person],
            address=f"{person}@people.example",
            rhythm=Rhythm(**rhythm),
        )
        self.town.engine.preferences.put(person, choice, datetime.now(UTC))

    def turn(self, at: datetime | None = None) -> int:
        self.town.models.runner.catch_up(Notices.name)
        access = access_of(self.settings)
        assert access is not None
        carrier = Gateway(access, self.receipts.id_of, self.patience)
        return sender(self.town.engine, carrier, self.settings.gateway_per_second).turn(self.seconds, at)

    def way(self, ref: str, person: str = "officer.palu") -> Sending:
        """What became of the one notice of a case to a person."""
        ids = [row.id for row in self.town.rows(ref) if row.person == person]
        with self.town.engine.pool.connection() as connection:
            (found,) = (one for rows in ways(connection, ids).values() for one in rows if one.channel == "phone")
        return found


def later(**span: float) -> datetime:
    return datetime.now(UTC) + timedelta(**span)
