"""Engines with the demo's people, the ministry's programme, one of the city, and alignments."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from selaras.demo.loading import set_up
from tests.alignments.paper import publish
from tests.alignments.table import Table
from workflow.engine import Engine
from workflow.settings import Settings


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    with Engine.open(settings) as engine:
        set_up(engine, datetime.now(UTC))
        publish(engine)
        yield engine


@pytest.fixture
def there(settings: Settings, engine: Engine) -> Iterator[Engine]:
    """Another process's engine on the same log."""
    with Engine.open(settings) as other:
        yield other


@pytest.fixture
def table(engine: Engine) -> Table:
    """Where city, province and ministry meet."""
    return Table(engine)
