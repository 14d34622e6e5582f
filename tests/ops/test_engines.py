"""The embedded engines: they start, survive a kill, make way and refuse what they cannot read."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
import pytest
import redis

from selaras import privilege, processes
from selaras.engines import BrokerServer, EngineError, PostgresServer


@pytest.fixture
def postgres(tmp_path: Path):
    server = PostgresServer(tmp_path / "engine")
    yield server
    server.stop()


def test_each_test_gets_an_empty_database(database_url: str):
    with psycopg.connect(database_url) as connection:
        tables = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    assert tables == (0,)


def test_the_broker_answers(broker_url: str):
    path = broker_url.removeprefix("redis+socket://").split("?")[0]
    assert redis.Redis(unix_socket_path=path).ping()


def test_committed_rows_survive_a_kill(postgres: PostgresServer):
    url = postgres.start()
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
    postgres.kill()
    with psycopg.connect(postgres.start()) as connection:
        assert connection.execute("SELECT one FROM kept").fetchall() == [(1,)]


def test_a_stop_leaves_no_process_and_no_socket(postgres: PostgresServer):
    postgres.start()
    postgres.stop()
    assert processes.working_in(postgres.files, "postgres") == []
    assert not postgres._engine.sockets().exists()


def test_the_socket_path_stays_short_in_a_deep_folder(tmp_path: Path):
    server = PostgresServer(tmp_path / ("deep" * 20) / ("deeper" * 15))
    try:
        with psycopg.connect(server.start()) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    finally:
        server.stop()


def test_an_engine_of_a_killed_parent_makes_way(tmp_path: Path):
    folder = tmp_path / "engine"
    script = (
        "import sys, time; from pathlib import Path; from selaras.engines import *; "
        "PostgresServer(Path(sys.argv[1])).start(); BrokerServer(Path(sys.argv[1])).start(); "
        "print('up', flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", script, str(folder)], stdout=subprocess.PIPE)
    assert parent.stdout.readline() == b"up\n"
    with pytest.raises(EngineError, match="in use by process"):
        PostgresServer(folder).start()
    left = processes.working_in(folder / "postgres", "postgres")
    parent.send_signal(signal.SIGKILL)
    parent.wait()

    postgres, broker = PostgresServer(folder), BrokerServer(folder)
    try:
        assert psycopg.connect(postgres.start()).execute("SELECT 1").fetchone() == (1,)
        assert broker.start()
        assert not [one for one in left if one.is_running() and one.status() != "zombie"]
    finally:
        postgres.stop()
        broker.stop()


def test_a_lock_file_with_somebody_elses_pid_does_not_stop_it(postgres: PostgresServer):
    postgres.start()
    postgres.kill()
    lock = postgres.files / "postmaster.pid"
    lines = lock.read_text().splitlines() if lock.exists() else ["0", str(postgres.files), "0", "5432", "", "", "", ""]
    lock.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    assert postgres.start()


def test_a_newer_data_folder_is_one_clear_error(postgres: PostgresServer):
    postgres.start()
    postgres.stop()
    (postgres.files / "PG_VERSION").write_text("99\n")
    with pytest.raises(EngineError, match="written by PostgreSQL 99, this is 18: use a newer Selaras"):
        postgres.start()


def test_a_broken_data_folder_is_one_clear_error_and_leaves_nothing(postgres: PostgresServer):
    postgres.start()
    postgres.stop()
    (postgres.files / "postgresql.conf").write_text("max_connections = many\n")
    postgres.options = {}
    with pytest.raises(EngineError, match="did not start"):
        postgres.start()
    assert processes.working_in(postgres.files, "postgres") == []


def test_an_initialisation_cut_short_is_begun_anew(postgres: PostgresServer):
    half = postgres.files.with_name("postgres.new")
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    assert postgres.start()


def test_the_broker_restarts_over_its_own_socket(tmp_path: Path):
    broker = BrokerServer(tmp_path / "v")
    try:
        broker.start()
        broker.kill()
        assert broker.start().startswith("redis+socket://")
    finally:
        broker.stop()


WAYS = {"plain": ["plain"], "user": ["user"], "namespace": ["namespace", "user"]}[privilege.way()]


@pytest.mark.parametrize("way", WAYS)
def test_it_runs_without_roots_rights_in_every_way_this_machine_has(way: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(privilege, "way", lambda: way)
    with tempfile.TemporaryDirectory(prefix="selaras-") as name:
        folder = Path(name)
        # Another user's engine has to reach its folder.
        folder.chmod(0o711)
        postgres, broker = PostgresServer(folder), BrokerServer(folder)
        try:
            assert psycopg.connect(postgres.start()).execute("SELECT 1").fetchone() == (1,)
            assert broker.start()
            if way == "user":
                assert {one.uids().real for one in processes.working_in(folder / "postgres", "postgres")} == {65534}
        finally:
            postgres.stop()
            broker.stop()


def test_a_socket_folder_that_somebody_else_laid_out_is_not_used(tmp_path: Path):
    postgres = PostgresServer(tmp_path / "engine")
    theirs = tmp_path / "theirs"
    theirs.mkdir(mode=0o755)
    sockets = postgres._engine.sockets()
    sockets.parent.mkdir(parents=True, exist_ok=True)
    sockets.symlink_to(theirs)
    try:
        with pytest.raises(EngineError, match="belongs to somebody else"):
            postgres.start()
        assert theirs.stat().st_mode & 0o777 == 0o755
    finally:
        sockets.unlink()
