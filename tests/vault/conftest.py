"""A vault over a real, fresh database."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg_pool import ConnectionPool

from workflow.store import vault
from workflow.store.vault import Vault

KEY = bytes(range(32))


@pytest.fixture
def prepared_url(database_url: str) -> str:
    with psycopg.connect(database_url, autocommit=True) as connection:
        vault.prepare(connection)
    return database_url


@pytest.fixture
def pool(prepared_url: str) -> Iterator[ConnectionPool[Any]]:
    with ConnectionPool(prepared_url, min_size=1, max_size=4, kwargs={"autocommit": True}) as opened:
        yield opened


@pytest.fixture
def sealer(pool: ConnectionPool[Any]) -> Vault:
    return Vault(pool, KEY)
