"""Bearer tokens on a real Postgres: whose they are, and when they no longer are anybody's."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from psycopg_pool import ConnectionPool

from tests.directory.register import Register, person
from workflow.tokens import STALE, NotRegistered, Tokens, prepare

NOW = datetime(2026, 3, 2, tzinfo=UTC)
DIRECTORY = Register().obey(person("rina"), person("sari"))


class Clock:
    """Seconds that pass when told."""

    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def pool(database_url: str) -> Iterator[ConnectionPool]:
    with psycopg.connect(database_url, autocommit=True) as connection:
        prepare(connection)
        prepare(connection)
    with ConnectionPool(database_url, min_size=1, max_size=2, kwargs={"autocommit": True}, open=True) as opened:
        yield opened


@pytest.fixture
def tokens(pool: ConnectionPool) -> Tokens:
    return Tokens(pool)


def test_a_token_names_the_person_it_was_issued_to(tokens: Tokens) -> None:
    rina, sari = (tokens.issue(name, DIRECTORY) for name in ("rina", "sari"))
    assert (tokens.person(rina), tokens.person(sari)) == ("rina", "sari")
    assert rina.startswith("sel_")
    assert rina != sari


def test_only_registered_people_get_one(tokens: Tokens) -> None:
    for name in ("nobody", "system", ""):
        with pytest.raises(NotRegistered):
            tokens.issue(name, DIRECTORY)


def test_the_table_never_holds_the_token_itself(tokens: Tokens, pool: ConnectionPool) -> None:
    token = tokens.issue("rina", DIRECTORY, label="laptop")
    with pool.connection() as connection:
        (row,) = connection.execute("SELECT hash, tokens::text FROM tokens").fetchall()
    assert len(row[0]) == 32
    assert token.removeprefix("sel_") not in row[1]


def test_a_token_ends_at_its_hour_also_while_it_is_remembered(tokens: Tokens) -> None:
    token = tokens.issue("rina", DIRECTORY, days=1, at=NOW)
    assert tokens.person(token, at=NOW + timedelta(hours=23, minutes=59)) == "rina"
    assert tokens.person(token, at=NOW + timedelta(days=1)) is None


def test_a_revoked_token_is_nobodys_at_once_here_and_in_two_seconds_elsewhere(pool: ConnectionPool) -> None:
    clock = Clock()
    here, elsewhere = Tokens(pool), Tokens(pool, clock)
    token = here.issue("rina", DIRECTORY)
    assert here.person(token) == elsewhere.person(token) == "rina"
    assert here.revoke(token)
    assert here.person(token) is None
    assert elsewhere.person(token) == "rina", "remembered for a moment"
    clock.seconds += STALE
    assert STALE <= 2
    assert elsewhere.person(token) is None
    assert not here.revoke(token)


def test_all_tokens_of_a_person_end_together_and_nobody_elses(tokens: Tokens) -> None:
    ours = [tokens.issue("rina", DIRECTORY) for _ in range(3)]
    other = tokens.issue("sari", DIRECTORY)
    assert tokens.revoke_all("rina") == 3
    assert [tokens.person(token) for token in ours] == [None, None, None]
    assert tokens.person(other) == "sari"


@pytest.mark.parametrize(
    "forge",
    [
        lambda token: token[:-1],
        lambda token: token + "A",
        lambda token: token[:-2] + ("AA" if token[-2:] != "AA" else "BB"),
        lambda token: token.removeprefix("sel_"),
        lambda token: token.upper(),
        lambda token: token + "\n",
        lambda token: "sel_" + "A" * 43,
        lambda token: "",
        lambda token: "sel_\x00" + token,
        lambda token: "sel_" + "\ud800" * 43,
        lambda token: "' OR 1=1 --",
    ],
)
def test_a_forged_token_is_nobodys(tokens: Tokens, forge) -> None:
    token = tokens.issue("rina", DIRECTORY)
    assert tokens.person(forge(token)) is None


def test_forged_tokens_fill_no_memory(tokens: Tokens) -> None:
    for number in range(50):
        assert tokens.person(f"sel_{number:043d}") is None
    assert not tokens._seen
