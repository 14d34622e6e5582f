"""An engine with the demo's people, places and programme, and no groups."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from selaras.demo.loading import set_up
from tests.reactions.desk import Desk
from workflow.engine import Engine
from workflow.settings import Settings


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    with Engine.open(settings) as engine:
        set_up(engine, datetime.now(UTC))
        yield engine


@pytest.fixture
def desk(engine: Engine) -> Desk:
    return Desk(engine)
