"""A master key that is not the one of the database: one clear line, exit 1, nothing left open."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from selaras.processes import until
from tests.ops.running import ROOT, Running, free_port
from workflow.engine import Engine
from workflow.settings import Settings
from workflow.store.master import WrongMasterKey

OTHERS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
KEY, OTHER = bytes(range(32)), bytes(range(1, 33))


def settings(database_url: str, broker_url: str, folder: Path, key: bytes = KEY) -> Settings:
    return Settings(database_url=database_url, broker_url=broker_url, data_dir=folder, master_key=key)


@pytest.fixture
def environ(database_url: str, broker_url: str, tmp_path: Path) -> dict[str, str]:
    """Of a person who has the wrong key for a database that is in use."""
    Engine.open(settings(database_url, broker_url, tmp_path)).close()
    given = {"DATABASE_URL": database_url, "BROKER_URL": broker_url, "DATA_DIR": str(tmp_path / "var")}
    return {**given, "SELARAS_MASTER_KEY": OTHER.hex()}


def test_an_engine_that_cannot_be_opened_leaves_no_connection(
    database_url: str, broker_url: str, tmp_path: Path
) -> None:
    Engine.open(settings(database_url, broker_url, tmp_path)).close()
    with pytest.raises(WrongMasterKey):
        Engine.open(settings(database_url, broker_url, tmp_path, OTHER))
    # A server's process outlives its closed connection by a moment, hence the wait: what stays open fails.
    with psycopg.connect(database_url, autocommit=True) as connection:
        assert until(lambda: connection.execute(OTHERS).fetchone() == (0,), seconds=10)


@pytest.mark.parametrize(
    "arguments",
    [
        ["replay", "TKM-7271-2026-000001"],
        ["projections"],
        ["erase", "0" * 32, "--reason", "Permintaan"],
        ["quota", "tkm-kelompok", "72.71", "2026", "1", "--legal-basis", "Contoh"],
    ],
    ids=lambda arguments: arguments[0],
)
def test_a_command_with_the_wrong_key_is_one_clear_line(environ: dict[str, str], arguments: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "selaras", *arguments],
        cwd=ROOT,
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1), done.stderr
    assert "master key" in done.stderr


def test_make_run_with_the_wrong_key_is_one_clear_line_and_nothing_starts(
    environ: dict[str, str], tmp_path: Path
) -> None:
    run = Running(tmp_path / "var", free_port(), **environ)
    complained = run.process.communicate(timeout=60)[1]
    assert (run.process.returncode, complained.count("\n")) == (1, 1), complained
    assert complained.startswith("Selaras cannot start: ")
    assert "master key" in complained
    assert not (tmp_path / "var" / "run.json").exists()
