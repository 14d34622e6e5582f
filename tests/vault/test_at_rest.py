"""What lies in the database's files: nothing personal before an erasure, and no key of the person after it."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from secrets import choice, randbelow
from typing import Any

import psycopg
import pytest
from eventsourcing.application import Application

from selaras.engines import PostgresServer
from tests import searching
from tests.searching import written_out
from tests.vault.people import SCHEMA, member
from workflow.domain.dossier import digest
from workflow.domain.events import CaseOpened, Move, Recorded
from workflow.domain.evolve import fold
from workflow.store.factory import environment
from workflow.store.log import Log, Write
from workflow.store.schema import prepare
from workflow.store.vault import Vault

CASE = "TKM-7271-2026-000001"


class Cases(Application[str]):
    """The smallest application on the log."""


@pytest.fixture
def log(prepared_url: str) -> Iterator[Log]:
    prepare(prepared_url)
    with closing(Cases(environment(prepared_url))) as application:
        yield Log(application)


def somebody() -> dict[str, Any]:
    """A member whom no other test knows, so that finding them in a file means that this test put them there."""
    name = "".join(choice("bcdfghjklmnpqrstvwxz") for _ in range(24))
    born = date(1970, 1, 1) + timedelta(days=randbelow(10_000))
    nik = f"727108{born:%d%m%y}{randbelow(10_000):04d}"
    return member(name=name, nik=nik, born=born.isoformat(), phone=f"08{randbelow(10**11):011d}")


def opening(facts: dict[str, Any]) -> Recorded:
    return Recorded(
        stream=f"case/{CASE}",
        version=1,
        at=datetime(2026, 11, 25, tzinfo=UTC),
        actor="leader.palu",
        body=CaseOpened(
            ref=CASE,
            programme="tkm-kelompok",
            definition_version=1,
            applicant="leader.palu",
            region="72.71.06",
            facts=facts,
            tracking_code="code",
            move=Move(from_="", to="draft", round=1, phase="proposal"),
        ),
    )


def files_with(server: PostgresServer, *needles: bytes, wal: bool = True) -> list[tuple[str, bytes]]:
    """The server's files that hold one of these, after everything in memory was written out."""
    written_out(server.url_of("postgres"))
    return searching.files_with(server.files, *needles, wal=wal)


def test_nothing_personal_lies_in_the_files_before_and_after(
    log: Log, sealer: Vault, postgres_server: PostgresServer
) -> None:
    one = somebody()
    person = sealer.person(one["nik"])
    facts = {"group": f"Kelompok {one['name'][::-1]}", "members": [one]}
    needles = [value.encode() for value in (one["name"], one["phone"], one["nik"])]
    stored = sealer.seal(facts, SCHEMA, CASE)
    log.append(Write(events=(opening(stored),)))

    assert files_with(postgres_server, facts["group"].encode()), "what is not personal is found: the search works"
    assert files_with(postgres_server, *needles) == []
    sealer.erase(person, "Permintaan yang bersangkutan", "admin")
    assert files_with(postgres_server, *needles) == []


def test_the_wrapped_key_is_gone_from_the_tables_files(
    log: Log, sealer: Vault, prepared_url: str, postgres_server: PostgresServer
) -> None:
    one = somebody()
    person = sealer.person(one["nik"])
    sealer.seal({"group": "Kelompok", "members": [one, member(2)]}, SCHEMA, CASE)
    with psycopg.connect(prepared_url, autocommit=True) as connection:
        rows = dict(connection.execute("SELECT person, wrapped FROM person_keys").fetchall())
    gone = rows.pop(person)
    (kept,) = rows.values()
    assert files_with(postgres_server, gone, wal=False)

    assert sealer.erase(person, "Permintaan yang bersangkutan", "admin").rewritten

    assert files_with(postgres_server, gone, wal=False) == []
    assert files_with(postgres_server, kept, wal=False)


def test_an_erasure_does_not_wait_for_who_reads_the_keys_without_end(sealer: Vault, prepared_url: str) -> None:
    one = somebody()
    stored = sealer.seal({"members": [one]}, SCHEMA, CASE)
    with psycopg.connect(prepared_url) as reading:
        reading.execute("SELECT count(*) FROM person_keys")
        done = sealer.erase(sealer.person(one["nik"]), "Permintaan yang bersangkutan", "admin")
        assert not done.rewritten
        assert sealer.open(stored, SCHEMA, CASE)["members"] == [{"role": "member"}]
    again = sealer.erase(sealer.person(one["nik"]), "Permintaan yang bersangkutan", "admin")
    assert (again.again, again.rewritten) == (True, True)


def test_a_history_folds_to_the_same_state_after_an_erasure(log: Log, sealer: Vault) -> None:
    one = somebody()
    log.append(Write(events=(opening(sealer.seal({"members": [one]}, SCHEMA, CASE)),)))
    before = fold(log.read(f"case/{CASE}"))
    sealer.erase(sealer.person(one["nik"]), "Permintaan yang bersangkutan", "admin")
    after = fold(log.read(f"case/{CASE}"))
    assert after == before
    assert digest(after.facts) == digest(before.facts)
    assert sealer.open(after.facts, SCHEMA, CASE)["members"] == [{"role": "member"}]
