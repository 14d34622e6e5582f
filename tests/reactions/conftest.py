"""An engine with the demo's people, places and programme, and no groups."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from selaras.demo.loading import set_up
from tests.reactions.desk import Desk
from workflow.engine import Engine
from workflow.settings import Settings


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(
        database_url=database_url, broker_url="memory://", data_dir=tmp_path, master_key=b"k" * 32, demo=True
    )


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    with Engine.open(settings) as engine:
        set_up(engine, datetime.now(UTC))
        yield engine


@pytest.fixture
def desk(engine: Engine) -> Desk:
    return Desk(engine)
