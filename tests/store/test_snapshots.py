"""Long cases load from their snapshot, and never from one that does not fit."""

import sys
from collections.abc import Iterator
from types import ModuleType

import psycopg
import pytest

from tests.store.building import Cases, event, opening, save
from workflow.domain import evolve
from workflow.domain.evolve import fold
from workflow.store import schema, snapshots
from workflow.store.log import Log
from workflow.store.snapshots import EVERY, FOLD_MODULES, TOPIC

A = "case/A"


@pytest.fixture
def database(database_url: str) -> Iterator[psycopg.Connection]:
    schema.prepare(database_url)
    with psycopg.connect(database_url, autocommit=True) as connection:
        yield connection


def grow(log: Log, to: int) -> None:
    at = len(log.read(A))
    events = [event(A, n, opening("A") if n == 1 else None) for n in range(at + 1, to + 1)]
    log.append(save(*events))


def kept(database: psycopg.Connection) -> list[tuple[int, str]]:
    return database.execute("SELECT originator_version, topic FROM stored_snapshots ORDER BY 1").fetchall()


def test_a_short_case_has_no_snapshot(log: Log, database: psycopg.Connection) -> None:
    grow(log, EVERY - 1)
    assert log.load(A) == fold(log.read(A))
    assert kept(database) == []
    assert log.load("case/none") is None


def test_a_long_case_is_kept_when_it_is_read_and_only_the_newest_is(log: Log, database: psycopg.Connection) -> None:
    grow(log, EVERY)
    assert log.load(A) == fold(log.read(A))
    assert kept(database) == [(EVERY, TOPIC)]
    grow(log, 2 * EVERY + 7)
    assert log.load(A) == fold(log.read(A))
    assert kept(database) == [(2 * EVERY + 7, TOPIC)]
    grow(log, 2 * EVERY + 8)
    assert log.load(A) == fold(log.read(A))
    assert kept(database) == [(2 * EVERY + 7, TOPIC)]


def test_only_what_came_after_is_folded(log: Log, database: psycopg.Connection) -> None:
    grow(log, 3 * EVERY)
    log.load(A)
    # Rows that cannot be read any more would be noticed, were they read.
    database.execute("UPDATE stored_events SET state = 'gone' WHERE originator_version < %s", [3 * EVERY])
    grown = log.load(A)
    assert grown is not None
    assert grown.version == 3 * EVERY


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE stored_snapshots SET topic = 'Snapshot/of-another-fold'",
        "UPDATE stored_snapshots SET state = 'no JSON'",
        "UPDATE stored_snapshots SET state = '{}'",
        "UPDATE stored_snapshots SET originator_version = originator_version + 1000",
        "UPDATE stored_snapshots SET state = replace(state::text, '1', '2')::bytea",
    ],
)
def test_a_snapshot_that_does_not_fit_is_passed_over(log: Log, database: psycopg.Connection, harm: str) -> None:
    grow(log, EVERY)
    log.load(A)
    database.execute(harm)
    grow(log, EVERY + 3)
    assert log.load(A) == fold(log.read(A))
    assert log.load(A) == fold(log.read(A))


def test_a_snapshot_that_cannot_be_kept_fails_nobody(log: Log, database: psycopg.Connection) -> None:
    grow(log, EVERY)
    database.execute("DROP TABLE stored_snapshots CASCADE")
    database.execute(
        "CREATE VIEW stored_snapshots AS"
        " SELECT ''::text AS originator_id, 1::bigint AS originator_version, ''::text AS topic, ''::bytea AS state"
        " WHERE false"
    )
    assert log.load(A) == fold(log.read(A))


def test_the_librarys_repository_folds_from_the_same_snapshot(database_url: str) -> None:
    schema.prepare(database_url)
    application = Cases(database_url)
    try:
        log = Log(application)
        grow(log, EVERY + 1)
        log.load(A)
        assert application.snapshots is not None
        (snapshot,) = application.snapshots.get(A, desc=True, limit=1)
        assert (snapshot.originator_id, snapshot.originator_version) == (A, EVERY + 1)
    finally:
        application.close()


def test_the_folds_version_covers_every_module_of_the_fold() -> None:
    seen: set[ModuleType] = set()

    def walk(module: ModuleType) -> None:
        seen.add(module)
        names = {getattr(value, "__module__", "") for value in vars(module).values()}
        names |= {value.__name__ for value in vars(module).values() if isinstance(value, ModuleType)}
        for name in names:
            if name.startswith("workflow.domain.") and sys.modules[name] not in seen:
                walk(sys.modules[name])

    walk(evolve)
    assert seen <= set(FOLD_MODULES)
    assert snapshots.TOPIC.startswith("Snapshot/")
