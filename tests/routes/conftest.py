"""Two servers over one log, with two programmes of one town and no groups."""

from collections.abc import Iterator

import pytest

from tests.routes.programmes import set_up
from workflow.engine import Engine
from workflow.settings import Settings


@pytest.fixture
def here(settings: Settings) -> Iterator[Engine]:
    with Engine.open(settings) as engine:
        set_up(engine)
        yield engine


@pytest.fixture
def there(settings: Settings, here: Engine) -> Iterator[Engine]:
    """What another process has opened: it has seen what was set up, and nothing since."""
    with Engine.open(settings) as engine:
        yield engine
