"""What could not be delivered rests with its reason until an operator has it sent again."""

import psycopg
import pytest
from psycopg_pool import ConnectionPool

from workflow.delivery import dead_letters
from workflow.delivery.dead_letters import DeadLetters, bury, delivered, take_wanted


@pytest.fixture
def pool(database_url: str):
    with psycopg.connect(database_url, autocommit=True) as connection:
        dead_letters.prepare(connection)
    with ConnectionPool(database_url, min_size=1, max_size=4, kwargs={"autocommit": True}) as opened:
        yield opened


def died(pool: ConnectionPool, message: str, channel: str = "mail", reason: str = "550") -> None:
    with pool.connection() as connection:
        bury(
            connection,
            channel=channel,
            receiver="leader.palu",
            message=message,
            ref="TKM-1",
            reason=reason,
            attempts=3,
        )


def test_what_died_is_listed_with_its_reason_the_youngest_first(pool):
    for number in range(5):
        died(pool, f"n{number}")
    letters = DeadLetters(pool)
    first = letters.page(None, None, 2)
    assert [letter.message for letter in first] == ["n4", "n3"]
    rest = letters.page(None, first[-1].id, 10)
    assert [(letter.message, letter.reason, letter.attempts) for letter in rest] == [
        (name, "550", 3) for name in ("n2", "n1", "n0")
    ]
    assert letters.page("webhook", None, 10) == []


def test_nothing_is_sent_again_until_somebody_wants_it(pool):
    died(pool, "n1")
    with pool.connection() as connection, connection.transaction():
        assert take_wanted(connection, "mail") is None


def test_what_is_wanted_is_taken_by_its_channel_and_by_one_worker_only(pool):
    died(pool, "n1")
    letters = DeadLetters(pool)
    (letter,) = letters.page(None, None, 10)
    assert letters.retry(letter.id, "admin")
    with pool.connection() as one, one.transaction(), pool.connection() as other, other.transaction():
        assert take_wanted(other, "webhook") is None
        taken = take_wanted(one, "mail")
        assert taken is not None
        assert (taken.message, taken.by) == ("n1", "admin")
        assert take_wanted(other, "mail") is None
        delivered(one, taken)
    assert letters.page(None, None, 10) == []


def test_what_dies_again_rests_again_and_counts_on(pool):
    died(pool, "n1")
    letters = DeadLetters(pool)
    assert letters.retry_all("mail", "admin") == 1
    assert letters.retry_all("mail", "admin") == 0
    died(pool, "n1", reason="timeout")
    (letter,) = letters.page(None, None, 10)
    assert (letter.reason, letter.attempts, letter.wanted) == ("timeout", 6, None)


def test_there_is_nothing_to_send_again_under_a_strange_name(pool):
    assert not DeadLetters(pool).retry(12345, "admin")
