"""Connections that fail, rows that are bad, processes that fork: each save's fate is known, and no other's changes."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from eventsourcing.persistence import IntegrityError, InterfaceError, PersistenceError

from selaras.engines import PostgresServer
from tests.store.building import Cases, event, leave, opened, place, save, take
from workflow.store import schema
from workflow.store.datastore import StoreDatastore
from workflow.store.log import CommandKey, KeyUsed, Log, Rejected, VersionMoved

LOCK = 7310447351620063337
A, B = "case/A", "case/B"


@pytest.fixture
def admin(database_url: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database_url, autocommit=True) as connection:
        yield connection


def until(admin: psycopg.Connection, query: str) -> list[tuple]:
    """What a query returns once it returns something."""
    while not (rows := admin.execute(query).fetchall()):
        pass
    return rows


def writer_waiting_for(admin: psycopg.Connection, event: str) -> int:
    query = "SELECT pid FROM pg_stat_activity WHERE query LIKE '%append_batch%' AND wait_event = '{}'"
    return int(until(admin, query.format(event) + " AND datname = current_database()")[0][0])


@contextmanager
def lock_held(admin: psycopg.Connection) -> Iterator[None]:
    """Nobody appends meanwhile: saves gather."""
    admin.execute("SELECT pg_advisory_lock(%s)", [LOCK])
    try:
        yield
    finally:
        admin.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def on_insert(admin: psycopg.Connection, body: str) -> None:
    """Let Postgres do something to each event that is stored."""
    admin.execute(
        f"CREATE FUNCTION trouble() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} RETURN NEW; END $$;"
        "CREATE TRIGGER trouble BEFORE INSERT ON stored_events FOR EACH ROW EXECUTE FUNCTION trouble()"
    )


def together(log: Log, calls: list[Callable[[], int]]) -> list[Future[int]]:
    with ThreadPoolExecutor(len(calls)) as pool:
        return [pool.submit(call) for call in calls]


# --- connections ----------------------------------------------------------------------------------------------


def test_a_connection_cut_before_the_commit_is_mended_unnoticed(log: Log, admin: psycopg.Connection) -> None:
    with ThreadPoolExecutor(1) as pool:
        with lock_held(admin):
            saving = pool.submit(log.append, save(event(A, 1), claims=(take("nik/1", A),), counters=(place("q", 1),)))
            admin.execute("SELECT pg_terminate_backend(%s)", [writer_waiting_for(admin, "advisory")])
        assert saving.result() == 1
    assert (log.head(), log.used("q")) == (1, 1)


@contextmanager
def server_whose_commits_wait(tmp_path: Path) -> Iterator[tuple[str, psycopg.Connection]]:
    """A Postgres that waits, once a commit is done, for a standby that never answers."""
    server = PostgresServer(tmp_path / "p", options={"fsync": "off"})
    try:
        url = server.start()
        schema.prepare(url)
        with psycopg.connect(url, autocommit=True) as admin:
            admin.execute("ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
            admin.execute("SELECT pg_reload_conf()")
            until(admin, "SELECT 1 WHERE current_setting('synchronous_standby_names') = 'nobody'")
            yield url, admin
    finally:
        server.stop()


def test_a_connection_lost_after_the_commit_answers_with_its_own_save(tmp_path: Path) -> None:
    with server_whose_commits_wait(tmp_path) as (url, admin):
        application = Cases(url)
        try:
            log = Log(application)
            key = CommandKey("officer", "k-1", "r-1")
            for number, command in ((1, key), (2, None)):
                write = save(event(A, number), event(f"case/other{number}", 1), command=command)
                with ThreadPoolExecutor(1) as pool:
                    saving = pool.submit(log.append, write)
                    # Committed, and its caller will never hear of it.
                    admin.execute("SELECT pg_terminate_backend(%s)", [writer_waiting_for(admin, "SyncRep")])
                    assert saving.result() == 2 * number
            assert log.head() == 4
            assert log.command("officer", "k-1") == KeyUsed(2, "r-1")
        finally:
            application.close()


def test_a_key_found_after_a_loss_may_be_another_attempts(
    log: Log, admin: psycopg.Connection, database_url: str
) -> None:
    key = CommandKey("officer", "k-1", "r-1")
    with ThreadPoolExecutor(2) as pool, opened(database_url) as other:
        with lock_held(admin):
            ours = pool.submit(log.append, save(event(A, 1), event(A, 2), command=key))
            pid = writer_waiting_for(admin, "advisory")
            theirs = pool.submit(other.append, save(event(A, 1, actor="another"), command=key))
            until(
                admin,
                "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%append_batch%'"
                f" AND wait_event = 'advisory' AND pid <> {pid}",
            )
            admin.execute("SELECT pg_terminate_backend(%s)", [pid])
        assert theirs.result() == 1
        with pytest.raises(Rejected) as rejected:
            ours.result()
    assert rejected.value.reasons == (KeyUsed(1, "r-1"),)
    assert log.head() == 1


def test_a_crashed_server_is_waited_for(tmp_path: Path) -> None:
    server = PostgresServer(tmp_path / "p")
    try:
        url = server.start()
        with opened(url) as log:
            assert log.append(save(event(A, 1))) == 1
            server.kill()
            with ThreadPoolExecutor(2) as pool:
                saving = pool.submit(log.append, save(event(A, 2)))
                server.start()
                assert saving.result() == 2
                assert [e.version for e in log.read(A)] == [1, 2]
    finally:
        server.stop()


def test_a_database_that_stays_away_is_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workflow.store.writer.PATIENCE", 0.2)
    monkeypatch.setattr("workflow.store.datastore.PATIENCE", 0.2)
    server = PostgresServer(tmp_path / "p", options={"fsync": "off"})
    try:
        with opened(server.start()) as log:
            log.append(save(event(A, 1)))
            server.kill()
            with pytest.raises(PersistenceError):
                log.append(save(event(A, 2)))
            with pytest.raises(PersistenceError):
                log.read(A)
            server.start()
            assert log.append(save(event(A, 2))) == 2
    finally:
        server.stop()


def test_a_database_that_was_away_for_long_is_not_left_alone_for_as_long_again(tmp_path: Path) -> None:
    server = PostgresServer(tmp_path / "p", options={"fsync": "off"})
    try:
        store = StoreDatastore(server.start(), pool_size=1, max_overflow=0)
        with store.pool as pool:
            pool.wait()
            server.kill()
            # At pauses that double, the sixth try would be followed by half a minute.
            while pool.get_stats().get("connections_errors", 0) < 6:
                with pytest.raises(psycopg.OperationalError), pool.connection(timeout=0.2) as connection:
                    connection.execute("SELECT 1")
            server.start()
            with pool.connection(timeout=10) as connection:
                assert connection.execute("SELECT 1").fetchone()
    finally:
        server.stop()


# --- bad saves and unlucky ones -------------------------------------------------------------------------------


def test_a_serialisation_failure_is_tried_again(log: Log, admin: psycopg.Connection) -> None:
    admin.execute("CREATE SEQUENCE times")
    on_insert(admin, "IF nextval('times') < 4 THEN RAISE EXCEPTION 'unlucky' USING ERRCODE = '40001'; END IF;")
    assert log.append(save(event(A, 1))) == 1


def test_a_bad_save_fails_alone_in_its_batch(log: Log, admin: psycopg.Connection) -> None:
    on_insert(admin, "IF NEW.originator_id = 'case/bad' THEN RAISE EXCEPTION 'bad' USING ERRCODE = '22000'; END IF;")
    with ThreadPoolExecutor(20) as pool:
        with lock_held(admin):
            first = pool.submit(log.append, save(event("case/first", 1)))
            writer_waiting_for(admin, "advisory")
            good = [pool.submit(log.append, save(event(f"case/{n}", 1))) for n in range(10)]
            bad = pool.submit(log.append, save(event("case/bad", 1)))
        assert first.result() == 1
        assert sorted(saved.result() for saved in good) == list(range(2, 12))
        with pytest.raises(PersistenceError, match="bad"):
            bad.result()
    assert log.head() == 11


def test_a_counter_cannot_fall_below_nothing(log: Log) -> None:
    log.append(save(event(A, 1), counters=(place("q", 2),)))
    outcomes = together(
        log,
        [
            lambda: log.append(save(event(A, 2), counters=(leave("q"),))),
            lambda: log.append(save(event(B, 1), counters=(leave("q"),))),
        ],
    )
    errors = [outcome.exception() for outcome in outcomes if outcome.exception()]
    assert [type(error) for error in errors] == [IntegrityError]
    assert (log.used("q"), log.head()) == (0, 2)


def test_saves_that_meet_in_one_batch_are_judged_one_after_the_other(log: Log, admin: psycopg.Connection) -> None:
    with ThreadPoolExecutor(20) as pool:
        with lock_held(admin):
            first = pool.submit(log.append, save(event("case/first", 1)))
            writer_waiting_for(admin, "advisory")
            rivals = [pool.submit(log.append, save(event(A, 1, actor=f"officer{n}"))) for n in range(8)]
        assert first.result() == 1
        lost = [rival.exception() for rival in rivals if rival.exception()]
    assert len(lost) == 7
    assert {error.reasons for error in lost if isinstance(error, Rejected)} == {(VersionMoved(A, 1),)}
    assert log.head() == 2


# --- settings, forks, closing ---------------------------------------------------------------------------------


def test_what_a_save_relies_on_does_not_depend_on_the_servers_settings(log: Log, admin: psycopg.Connection) -> None:
    (name,) = admin.execute("SELECT current_database()").fetchone() or ("",)
    admin.execute(f"ALTER DATABASE {name} SET default_transaction_isolation = 'serializable'")
    admin.execute(f"ALTER DATABASE {name} SET synchronous_commit = off")
    names = ["transaction_isolation", "synchronous_commit", "enable_seqscan", "client_connection_check_interval"]
    admin.execute("CREATE TABLE seen (name text, value text)")
    on_insert(admin, "".join(f"INSERT INTO seen VALUES ('{name}', current_setting('{name}'));" for name in names))
    log.append(save(event(A, 1)))
    values = dict(admin.execute("SELECT name, value FROM seen").fetchall())
    assert [values[name] for name in names] == ["read committed", "on", "off", "500ms"]


def test_nothing_is_opened_before_it_is_used(database_url: str, admin: psycopg.Connection) -> None:
    schema.prepare(database_url)
    others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    # What prepared the database has closed its connections; their servers end a moment later.
    until(admin, f"SELECT true WHERE ({others}) = 0")
    application = Cases(database_url)
    try:
        Log(application)
        assert admin.execute(others).fetchone() == (0,)
    finally:
        application.close()


def test_a_fork_leaves_the_parents_connections_alone(log: Log) -> None:
    together(log, [lambda n=n: log.append(save(event(f"case/{n}", 1))) for n in range(4)])  # type: ignore[misc]
    log.read(A)
    child = os.fork()
    if child == 0:
        try:
            mine = [lambda n=n: log.append(save(event(f"case/child{n}", 1))) for n in range(4)]  # type: ignore[misc]
            done = [saved.result() for saved in together(log, mine)]
            os._exit(0 if sorted(done) == [5, 6, 7, 8] and log.head() == 8 else 1)
        finally:
            os._exit(2)
    assert os.waitpid(child, 0)[1] == 0
    assert log.append(save(event(A, 1))) == 9
    assert len(log.select(0, 100)) == 9


def test_closing_commits_what_waits_and_refuses_what_comes(database_url: str, admin: psycopg.Connection) -> None:
    schema.prepare(database_url)
    application = Cases(database_url)
    log = Log(application)
    with ThreadPoolExecutor(6) as pool:
        with lock_held(admin):
            first = pool.submit(log.append, save(event(A, 1)))
            writer_waiting_for(admin, "advisory")
            waiting = pool.submit(log.append_many, [save(event(f"case/{n}", 1)) for n in range(3)])
        closing = pool.submit(application.close)
        assert first.result() == 1
        closing.result()
        try:
            assert waiting.result() == [2, 3, 4]
        except InterfaceError:
            assert admin.execute("SELECT max(notification_id) FROM stored_events").fetchone() == (1,)
    with pytest.raises(InterfaceError, match="closed"):
        log.append(save(event(A, 2)))
