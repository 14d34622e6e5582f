"""After an erasure nobody opens the person's values any more, and all else is as it was."""

import multiprocessing
import threading
from multiprocessing.connection import Connection as Pipe
from typing import Any

import pytest
from psycopg_pool import ConnectionPool

from tests.vault.conftest import KEY
from tests.vault.people import SCHEMA, group, member
from workflow.store.shapes import shape_of
from workflow.store.vault import Damaged, Erased, NoSuchPerson, Vault

CASE = "TKM-7271-2026-000001"
REASON = "Permintaan yang bersangkutan"


def erased(sealer: Vault, number: int) -> str:
    person = sealer.person(member(number)["nik"])
    sealer.erase(person, REASON, "admin")
    return person


def test_an_erased_person_is_left_out_of_what_guards_see(sealer: Vault) -> None:
    stored = sealer.seal(group(3), SCHEMA, CASE)
    erased(sealer, 2)
    first, second, third = sealer.open(stored, SCHEMA, CASE)["members"]
    assert second == {"role": "member"}
    assert (first["name"], third["name"]) == ("Anggota Contoh 1", "Anggota Contoh 3")
    assert sealer.guarded(stored, SCHEMA, CASE)[1] == {"name", "nik", "born", "phone"}


def test_readers_see_that_the_values_are_erased(sealer: Vault) -> None:
    stored = sealer.seal(group(1), SCHEMA, CASE)
    erased(sealer, 1)
    gone = {"name": "erased", "nik": "erased", "born": "erased", "phone": "erased", "role": "member"}
    assert sealer.open(stored, SCHEMA, CASE, reveal_nik=True)["members"] == [gone]
    assert sealer.hidden(stored, SCHEMA)["members"] == [gone]


def test_nothing_is_erased_at_first(sealer: Vault) -> None:
    assert sealer.guarded(sealer.seal(group(3), SCHEMA, CASE), SCHEMA, CASE)[1] == frozenset()


def test_what_is_stored_stays_as_it_was(sealer: Vault) -> None:
    stored = sealer.seal(group(2), SCHEMA, CASE)
    person = erased(sealer, 1)
    plain = sealer.plain(stored, SCHEMA, CASE)
    assert plain["members"][0]["name"] == Erased(stored["members"][0]["name"], person)
    assert sealer.seal(plain, SCHEMA, CASE) == stored


def test_who_comes_back_has_a_new_key_and_the_old_values_stay_erased(sealer: Vault) -> None:
    old = sealer.seal(group(1), SCHEMA, CASE)
    person = erased(sealer, 1)
    new = sealer.seal(group(1), SCHEMA, CASE)
    assert new != old
    assert sealer.plain(new, SCHEMA, CASE) == group(1)
    assert sealer.open(old, SCHEMA, CASE)["members"] == [{"role": "member"}]
    assert sealer.open(new, SCHEMA, CASE)["members"][0]["nik"] == person


def test_keys_read_ahead_open_nothing_of_who_was_erased_since(sealer: Vault, pool: ConnectionPool[Any]) -> None:
    reading = Vault(pool, KEY)
    cases = {name: sealer.seal(group(number), SCHEMA, name) for number, name in enumerate("ab", start=1)}
    reading.ahead([(stored, shape_of(SCHEMA)) for stored in cases.values()])
    erased(sealer, 1)
    assert reading.open(cases["a"], SCHEMA, "a")["members"] == [{"role": "member"}]
    assert reading.open(cases["b"], SCHEMA, "b")["members"][1]["name"] == "Anggota Contoh 2"


def test_values_that_are_no_sealed_ones_are_found_while_reading_ahead(sealer: Vault) -> None:
    with pytest.raises(Damaged):
        sealer.ahead([({"members": [{"nik": "plain"}]}, shape_of(SCHEMA))])


def test_an_erasure_is_on_record_with_who_and_why(sealer: Vault, pool: ConnectionPool[Any]) -> None:
    sealer.seal(group(1), SCHEMA, CASE)
    person = erased(sealer, 1)
    with pool.connection() as connection:
        rows = connection.execute("SELECT person, wrapped, erased_by, reason FROM person_keys").fetchall()
    assert rows == [(person, None, "admin", REASON)]


def test_an_erasure_done_again_says_so_and_keeps_the_first_reason(sealer: Vault) -> None:
    sealer.seal(group(1), SCHEMA, CASE)
    person = sealer.person(member(1)["nik"])
    first = sealer.erase(person, REASON, "admin")
    again = sealer.erase(person, "alasan yang lain", "other")
    assert (first.again, again.again) == (False, True)
    assert (again.reason, again.by, again.at) == (REASON, "admin", first.at)


def test_who_was_never_here_cannot_be_erased(sealer: Vault) -> None:
    with pytest.raises(NoSuchPerson):
        sealer.erase(sealer.person("7271010103909999"), REASON, "admin")


def reader(url: str, pipe: Pipe) -> None:
    """Another process, its keys warm: opens whenever it is asked."""
    with ConnectionPool(url, min_size=1, max_size=2, kwargs={"autocommit": True}) as pool:
        vault = Vault(pool, KEY)
        while (stored := pipe.recv()) is not None:
            pipe.send(vault.open(stored, SCHEMA, CASE)["members"][0])


def test_once_erase_returns_no_other_process_opens_the_values(sealer: Vault, prepared_url: str) -> None:
    stored = sealer.seal(group(1), SCHEMA, CASE)
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    process = spawn.Process(target=reader, args=(prepared_url, theirs))
    process.start()
    try:
        ours.send(stored)
        assert ours.recv()["name"] == "Anggota Contoh 1"
        asking = threading.Event()

        def ask_on() -> None:
            while not asking.is_set():
                ours.send(stored)
                ours.recv()

        asker = threading.Thread(target=ask_on)
        asker.start()
        erased(sealer, 1)
        asking.set()
        asker.join()
        ours.send(stored)
        assert ours.recv() == {"role": "member"}
    finally:
        ours.send(None)
        process.join()


def test_a_person_has_one_key_whoever_seals_first(prepared_url: str) -> None:
    barrier = threading.Barrier(8)
    stored: list[Any] = []

    def seal() -> None:
        with ConnectionPool(prepared_url, min_size=1, max_size=1, kwargs={"autocommit": True}) as pool:
            vault = Vault(pool, KEY)
            barrier.wait()
            stored.append(vault.seal(group(20), SCHEMA, CASE))

    threads = [threading.Thread(target=seal) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(stored) == 8
    assert all(one == stored[0] for one in stored)
