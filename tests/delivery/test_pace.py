"""No receiver gets more in a second than it may, however many send at once."""

import threading
from pathlib import Path

import psycopg
import pytest
from psycopg_pool import ConnectionPool

from workflow.delivery import pace
from workflow.settings import BadSettings, Settings

SLOW = 1e-6
"""A second: what is spent does not come back while a test runs."""


@pytest.fixture
def pool(database_url: str):
    with psycopg.connect(database_url, autocommit=True) as connection:
        pace.prepare(connection)
    with ConnectionPool(database_url, min_size=1, max_size=8, kwargs={"autocommit": True}) as opened:
        yield opened


def spent(pool: ConnectionPool, receiver: str = "mail", per_second: float = SLOW, wanted: int = 1) -> int:
    with pool.connection() as connection, connection.transaction():
        return pace.spend(connection, receiver, per_second, wanted)


def test_a_seconds_worth_goes_at_once_and_no_more(pool: ConnectionPool):
    assert spent(pool, per_second=5, wanted=3) == 3
    assert spent(pool, per_second=5, wanted=10) <= 2 + 5
    assert spent(pool, "phone", wanted=10) == 1, "the slowest receiver gets one"
    assert spent(pool, "phone", wanted=10) == 0
    assert spent(pool, "other") == 1, "each receiver has its own"


def test_what_was_not_spent_comes_back_with_time(pool: ConnectionPool):
    assert spent(pool) == 1
    assert spent(pool) == 0
    with pool.connection() as connection:
        connection.execute("UPDATE pace SET counted = counted - interval '12 days'")
    assert spent(pool, wanted=5) == 1


def test_a_clock_that_was_set_back_holds_up_nothing(pool: ConnectionPool):
    assert spent(pool) == 1
    with pool.connection() as connection:
        connection.execute("UPDATE pace SET counted = counted + interval '1 year'")
    assert spent(pool) == 1


def test_many_at_once_spend_no_more_than_one(pool: ConnectionPool):
    found: list[int] = []
    threads = [threading.Thread(target=lambda: found.append(spent(pool, wanted=3))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [0] * 7 + [1]


@pytest.mark.parametrize("text", ["0", "-1", "many", "nan", "inf"])
def test_a_pace_that_is_none_is_told_so(text: str, tmp_path: Path):
    known = {"DATABASE_URL": "x", "BROKER_URL": "x", "DATA_DIR": str(tmp_path), "SELARAS_MASTER_KEY": "0" * 64}
    assert Settings.from_environment({**known, "MAIL_PER_SECOND": "0.5"}).mail_per_second == 0.5
    assert Settings.from_environment({**known, "MAIL_PER_SECOND": ""}).mail_per_second == 100
    with pytest.raises(BadSettings, match="MAIL_PER_SECOND"):
        Settings.from_environment({**known, "MAIL_PER_SECOND": text})
