"""A prepared log on a fresh database."""

from collections.abc import Iterator

import pytest

from tests.store.building import opened
from workflow.store.log import Log


@pytest.fixture
def log(database_url: str) -> Iterator[Log]:
    with opened(database_url) as log:
        yield log
