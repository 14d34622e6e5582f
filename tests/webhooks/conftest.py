"""An engine with a city's system as integrator, a receiver, and cases that are opened by events alone."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from selaras.demo import people
from tests.webhooks.receiver import Receiver
from workflow.domain.appointing import Appoint, RegisterPerson
from workflow.domain.events import CaseOpened, Move, Recorded
from workflow.engine import Engine
from workflow.projections.feed import Feed
from workflow.projections.models import ReadModels
from workflow.settings import Settings
from workflow.store.log import Write
from workflow.webhooks.pushing import Pusher
from workflow.webhooks.subscriptions import Subscriptions, Webhook

WHO = "system.palu"


class City:
    """The office whose system is told, and what happens in its region."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.models = ReadModels(engine.pool, engine.log, engine.registry.definition, engine.settings.master_key)
        self.subscriptions = Subscriptions(engine.pool, engine.settings.master_key)
        self.pusher = Pusher(engine)
        self.opened = 0
        self.definition = ""
        """Hash of the cases' definition, for what reads it."""

    def happens(self, number: int = 1, region: str = "72.71.01") -> list[int]:
        """So many cases are opened; the positions of their openings."""
        positions = []
        for _ in range(number):
            self.opened += 1
            ref = f"TKM-7271-2026-{self.opened:06d}"
            body = CaseOpened(
                ref=ref,
                programme="tkm-kelompok",
                definition_version=1,
                applicant="leader.palu",
                region=region,
                facts={},
                tracking_code=ref,
                move=Move(from_="", to="draft", round=1, phase="proposal"),
            )
            event = Recorded(
                stream=f"case/{ref}",
                version=1,
                at=datetime.now(UTC),
                actor="leader.palu",
                definition=self.definition,
                body=body,
            )
            positions.append(self.engine.log.append(Write(events=(event,))))
        self.models.runner.catch_up(Feed.name)
        return positions

    def subscribe(self, url: str, after: int | None = None, **more: object) -> tuple[Webhook, str]:
        start = self.engine.log.head() if after is None else after
        return self.subscriptions.add(WHO, url, after=start, **more)  # type: ignore[arg-type]

    def push(self) -> None:
        while self.pusher.push(30):
            pass

    def now(self, id: str) -> None:
        """The pause after a failure is over."""
        with self.engine.pool.connection() as connection:
            connection.execute("UPDATE webhooks SET next_at = now() WHERE id = %s", [id])
            connection.execute("UPDATE webhook_receivers SET rests = now()")

    def read(self, id: str) -> Webhook:
        found = self.subscriptions.read(WHO, id)
        assert found is not None
        return found


@pytest.fixture
def city(database_url: str, broker_url: str, tmp_path: Path) -> Iterator[City]:
    settings = Settings(
        database_url=database_url,
        broker_url=broker_url,
        data_dir=tmp_path,
        master_key=bytes(range(32)),
        webhook_networks="127.0.0.0/8",
    )
    with Engine.open(settings) as engine:
        (office,) = (order for order in people.OFFICES if order.office == people.PALU)
        engine.directory.handle(office, by="seed")
        engine.directory.handle(RegisterPerson(person=WHO, language="en"), by="seed")
        post = Appoint(
            person=WHO, role="integrator", office=people.PALU, since=date(2024, 1, 1), legal_basis=people.BASIS
        )
        engine.directory.handle(post, by="seed")
        yield City(engine)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.close()
