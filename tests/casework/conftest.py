"""Two servers over one log: engines as two processes would open them, with the demo's people and no groups."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from selaras.demo.loading import set_up
from workflow.engine import Engine
from workflow.settings import Settings


@pytest.fixture
def here(settings: Settings) -> Iterator[Engine]:
    with Engine.open(settings) as engine:
        set_up(engine, datetime.now(UTC))
        yield engine


@pytest.fixture
def there(settings: Settings, here: Engine) -> Iterator[Engine]:
    with Engine.open(settings) as engine:
        yield engine
