"""What an attempt comes to is its own: not another's begun after it, and nothing once a receipt has ended it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest

from selaras.processes import until
from tests.notices.phones import Desk, Phones, later
from tests.notices.telling import Town
from workflow.delivery.outbox import LEASE, Outbox
from workflow.delivery.receipts import Receipt, Status
from workflow.projections.notices import Notices


@pytest.fixture
def desk(town: Town, phones: Phones) -> Desk:
    desk = Desk(town, phones.url, patience=60)
    desk.wants("officer.palu")
    return desk


@contextmanager
def calling(desk: Desk, phones: Phones, answer: str, at: datetime | None = None) -> Iterator[list[BaseException]]:
    """While the body runs a call is open; then it is answered. The list holds afterwards what it raised."""
    before, raised = len(phones.came), list[BaseException]()

    def turn() -> None:
        try:
            desk.turn(at)
        except psycopg.Error as error:
            raised.append(error)

    phones.behaves(f"hold;{answer}")
    call = threading.Thread(target=turn)
    call.start()
    try:
        assert until(lambda: len(phones.came) == before + 1, seconds=30)
        yield raised
    finally:
        phones.release()
        call.join(60)
    assert not call.is_alive()


def told(desk: Desk, message: dict[str, Any], status: Status = "failed", reason: str | None = "131026") -> None:
    """The gateway says what became of a message."""
    assert desk.receipts.take(Receipt(id=message["id"], status=status, at=datetime.now(UTC), reason=reason))


@pytest.mark.parametrize("answer", ["202", "422", "409 Retry-After=9", "503"])
def test_the_answer_to_a_first_call_is_not_the_retrys(desk: Desk, phones: Phones, answer: str):
    ref = desk.town.submitted()
    with calling(desk, phones, answer):
        told(desk, phones.came[0])
        assert desk.dead.retry_all("phone", "admin") == 1
        phones.behaves("409 Retry-After=60")
        assert desk.turn() == 0
        retried = desk.way(ref)
    assert desk.way(ref) == retried
    assert (retried.state, retried.attempts, retried.reason) == ("waits", 1, "the gateway: 409")
    assert desk.dead.page("phone", None, 10) == []
    phones.behaves("202")
    assert desk.turn(later(hours=1)) == 1
    first, *again = [message["id"] for message in phones.came]
    assert again == [f"{first}.1"] * 2
    assert desk.way(ref).state == "sent"


def test_one_that_fails_while_its_call_is_open_rests(desk: Desk, phones: Phones):
    ref = desk.town.submitted()
    with calling(desk, phones, "202"):
        told(desk, phones.came[0])
    assert desk.way(ref).state == "dead"
    phones.behaves("202")
    assert desk.turn(later(hours=1)) == 0


@pytest.mark.parametrize(("status", "reason"), [("delivered", None), ("failed", "131026")])
def test_what_a_receipt_ends_while_it_waits_behind_another_is_not_sent(desk, phones, status, reason):
    phones.behaves("409 Retry-After=3000")
    ref = desk.town.submitted()
    assert desk.turn() == 0
    (message,) = phones.came
    desk.town.submitted()
    desk.town.models.runner.catch_up(Notices.name)
    Outbox(desk.town.engine.pool, desk.town.engine.log, "phone").collect()
    with calling(desk, phones, "202", later(hours=1)):
        assert desk.way(ref).attempts == 2, "it is taken together with the one that is called"
        told(desk, message, status, reason)
        ended = desk.way(ref)
    assert len(phones.came) == 2
    assert desk.way(ref) == ended


def test_a_lease_that_ran_out_is_nobodys_and_what_follows_is_its_successors(desk: Desk, phones: Phones):
    ref = desk.town.submitted()
    desk.town.models.runner.catch_up(Notices.name)
    now = datetime.now(UTC)
    outbox = Outbox(desk.town.engine.pool, desk.town.engine.log, "phone")
    outbox.collect(now)
    (slow,) = outbox.take(10, now)
    (quick,) = outbox.take(10, now + LEASE)
    outbox.back(slow, now)
    outbox.dead(slow, "422", now)
    assert not outbox.holds(slow)
    assert outbox.holds(quick)
    assert (desk.way(ref).state, desk.way(ref).attempts) == ("waits", 2)


def test_a_database_that_is_away_is_no_fault_of_the_gateways(desk: Desk, phones: Phones, database_url: str):
    ref = desk.town.submitted()
    with calling(desk, phones, "202") as raised, psycopg.connect(database_url, autocommit=True) as admin:
        # What a restart of the database does to everybody who is connected.
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND datname = current_database()"
        )
    assert isinstance(raised[0], psycopg.OperationalError)
    with psycopg.connect(database_url) as connection:
        breaker = connection.execute("SELECT failures, rests FROM channels WHERE channel = 'phone'").fetchone()
    assert breaker == (0, None)
    phones.behaves("202")
    assert until(lambda: turned(desk, later(minutes=2)) == 1, seconds=30), "the lease has run out"
    assert len({message["id"] for message in phones.came}) == 1
    assert desk.way(ref).state == "sent"


def turned(desk: Desk, at: datetime) -> int:
    """How many arrived; 0 also where a connection was met that had been cut."""
    try:
        return desk.turn(at)
    except psycopg.OperationalError:
        return 0


def test_a_limit_of_one_number_holds_up_no_other(desk: Desk, phones: Phones):
    desk.wants("officer2.palu")
    ref = desk.town.submitted()
    phones.behaves("409 Retry-After=3000")
    assert desk.turn() == 0
    assert len(phones.came) == 2, "the gateway is not left alone"
    phones.behaves("202")
    assert desk.turn(later(minutes=45)) == 0, "each waits for as long as was asked"
    other = desk.town.submitted()
    assert desk.turn(later(minutes=45)) == 2
    assert desk.turn(later(minutes=51)) == 2
    assert {desk.way(each).state for each in (ref, other)} == {"sent"}
    assert len({message["id"] for message in phones.came}) == 4


def test_a_turn_that_waited_too_long_for_its_turn_tries_one_all_the_same(town: Town, phones: Phones):
    desk = Desk(town, phones.url, seconds=0)
    for person in ("officer.palu", "officer2.palu"):
        desk.wants(person)
    town.submitted()
    phones.behaves("503")
    assert desk.turn() == 0
    phones.behaves("202")
    back = later(minutes=2)
    assert desk.turn(back) == 1, "the trial after a rest is made, not put back for another minute"
    assert desk.turn(back) == 1
