"""A database with a log and the read models over it."""

from collections.abc import Iterator

import pytest
from psycopg_pool import ConnectionPool

from workflow.projections.models import ReadModels

from .histories import DEFINITION, Journal

SECRET = b"k" * 32


@pytest.fixture
def pool(database_url: str) -> Iterator[ConnectionPool]:
    with ConnectionPool(database_url, min_size=1, max_size=8, kwargs={"autocommit": True}, open=True) as opened:
        yield opened


@pytest.fixture
def journal(pool: ConnectionPool) -> Journal:
    return Journal(pool)


@pytest.fixture
def models(pool: ConnectionPool, journal: Journal) -> ReadModels:
    return ReadModels(pool, journal, lambda name: DEFINITION, SECRET)
