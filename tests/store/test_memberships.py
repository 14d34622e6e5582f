"""A key that several hold: taken only on what its taker knew of it, whoever held it before."""

import psycopg
import pytest

from tests.store.building import event, opened, release, save, take
from workflow.store import schema
from workflow.store.log import ClaimHeld, ClaimMoved, ClaimWrite, Held, Log, Rejected, Write

A, B, C = "case/A", "case/B", "case/C"


def beside(key: str, holder: str, seen: int) -> ClaimWrite:
    return ClaimWrite(key=key, holder=holder, taken=True, seen=seen)


def reasons(log: Log, write: Write) -> tuple[object, ...]:
    with pytest.raises(Rejected) as rejected:
        log.append(write)
    return rejected.value.reasons


def test_a_key_is_taken_beside_another_holder_by_who_knew_of_them(log: Log) -> None:
    log.append(save(event(A, 1), claims=(take("nik/1", A),)))
    log.append(save(event(B, 1), claims=(beside("nik/1", B, 1),)))
    assert log.memberships(["nik/1"]) == [Held("nik/1", A, 1, False), Held("nik/1", B, 2, False)]
    assert reasons(log, save(event(C, 1), claims=(take("nik/1", C),))) == (
        ClaimHeld("nik/1", A),
        ClaimHeld("nik/1", B),
    )


def test_who_did_not_know_of_the_latest_change_is_refused(log: Log) -> None:
    log.append(save(event(A, 1), claims=(take("nik/1", A),)))
    log.append(save(event(A, 2), claims=(release("nik/1", A),)))
    for known in (0, 1):
        assert reasons(log, save(event(B, 1), claims=(beside("nik/1", B, known),))) == (ClaimMoved("nik/1", 2),)
    log.append(save(event(B, 1), claims=(beside("nik/1", B, 2), beside("nik/2", B, 0))))
    assert log.holders(["nik/1", "nik/2"]) == {"nik/1": B, "nik/2": B}


def test_two_of_one_batch_who_knew_the_same_come_one_after_the_other(log: Log) -> None:
    log.append(save(event(A, 1), claims=(take("nik/1", A),)))
    first, second = log.append_many([save(event(stream, 1), claims=(beside("nik/1", stream, 1),)) for stream in (B, C)])
    assert first == 2
    assert isinstance(second, Rejected)
    assert second.reasons == (ClaimMoved("nik/1", 2),)


def test_what_was_held_is_remembered_in_order_and_a_release_of_nothing_is_not(log: Log) -> None:
    log.append(save(event(A, 1), claims=(take("nik/1", A), release("nik/2", A))))
    log.append(save(event(A, 2), event(B, 1), claims=(release("nik/1", A), take("nik/1", B))))
    log.append(save(event(B, 2), claims=(release("nik/1", B),)))
    log.append(save(event(B, 3), claims=(release("nik/1", B),)))
    log.append(save(event(A, 3), claims=(take("nik/1", A),)))
    assert log.memberships(["nik/1", "nik/2"]) == [
        Held("nik/1", A, 3, True),
        Held("nik/1", B, 4, True),
        Held("nik/1", A, 6, False),
    ]
    assert log.memberships([]) == []


def test_a_database_of_the_first_version_keeps_its_claims(database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE claims (key text PRIMARY KEY, holder text NOT NULL, position bigint NOT NULL)")
        connection.execute("INSERT INTO claims VALUES ('nik/1', 'case/A', 1)")
    schema.prepare(database_url)
    with opened(database_url) as log:
        log.append(save(event(B, 1), claims=(beside("nik/1", B, 1),)))
        assert {held.holder for held in log.memberships(["nik/1"])} == {A, B}
