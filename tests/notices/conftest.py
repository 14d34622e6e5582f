"""The real engine with the demo's people and programme, and no groups; its read models beside it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from selaras.demo.loading import set_up
from tests.notices import mailbox, phones
from tests.notices.mailbox import Sink
from tests.notices.phones import Phones
from tests.notices.telling import Town
from workflow.engine import Engine
from workflow.settings import Settings


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, public_url="https://selaras.example")


@pytest.fixture
def town(settings: Settings) -> Iterator[Town]:
    with Engine.open(settings) as engine:
        set_up(engine, datetime.now(UTC))
        yield Town(engine)


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[Sink]:
    with mailbox.serving(tmp_path / "sink") as sink:
        yield sink


@pytest.fixture(name="phones")
def gateway(tmp_path: Path) -> Iterator[Phones]:
    with phones.serving(tmp_path / "phones") as gateway:
        yield gateway
