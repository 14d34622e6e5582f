"""`make run`: one clear line when it cannot start, nothing left when it ends, and a fresh start after a kill."""

import json
import signal
import socket
import stat
import subprocess
import sys
import urllib.request
from pathlib import Path

import psycopg
import pytest

from tests.ops.running import ROOT, Running, free_port, gone, running

pytestmark = pytest.mark.xdist_group("launch")


def left_in(data_dir: Path) -> set[str]:
    kept = {"postgres", "broker", "logs", "format", "master.key", "documents", "metrics"}
    return {path.name for path in data_dir.glob("*")} - kept


def refused(data_dir: Path, port: int, **environ: str) -> str:
    """The one line on standard error of a launcher that does not start."""
    code, _, complained = Running(data_dir, port, **environ).end(signal.SIGCONT)
    assert code == 1
    assert complained.count("\n") == 1
    return complained


def test_it_starts_answers_and_leaves_nothing_after_ctrl_c(tmp_path: Path):
    with running(tmp_path / "var") as run:
        assert run.until("Selaras is ready: ") == f"Selaras is ready: http://127.0.0.1:{run.port}"
        with urllib.request.urlopen(f"http://127.0.0.1:{run.port}/readyz") as reply:
            assert reply.status == 200
        family = run.family()
        # Links in messages lead here where nothing else is said.
        assert f"http://127.0.0.1:{run.port}" in {one.environ().get("PUBLIC_URL") for one in family}
        code, said, complained = run.end(signal.SIGINT)
        assert (code, complained) == (0, "")
        assert said.endswith("Selaras has stopped.\n")
        assert gone(family) == []
    assert left_in(tmp_path / "var") == set()


def test_what_other_shells_need_is_noted_for_us_alone_while_it_runs(tmp_path: Path):
    with running(tmp_path / "var") as run:
        run.until("Selaras is ready")
        notes, key = tmp_path / "var" / "run.json", tmp_path / "var" / "master.key"
        assert stat.S_IMODE(notes.stat().st_mode) == stat.S_IMODE(key.stat().st_mode) == 0o600
        with psycopg.connect(json.loads(notes.read_text())["database_url"]) as connection:
            assert connection.execute("SELECT count(*) FROM stored_events").fetchone()
        second = refused(tmp_path / "var", free_port())
        assert f"already runs from {tmp_path / 'var'} at http://127.0.0.1:{run.port}" in second


def test_engines_that_are_named_are_used_and_none_is_started(tmp_path: Path, database_url: str, broker_url: str):
    with running(tmp_path / "var", DATABASE_URL=database_url, BROKER_URL=broker_url) as run:
        run.until("Selaras is ready")
        assert not {one.name() for one in run.family()} & {"postgres", "valkey-server"}
        with psycopg.connect(database_url) as connection:
            assert connection.execute("SELECT count(*) FROM stored_events").fetchone()
    assert not (tmp_path / "var" / "postgres").exists()


def test_a_killed_launcher_takes_all_with_it_and_the_next_start_keeps_the_rows(tmp_path: Path):
    with running(tmp_path / "var") as run:
        run.until("Selaras is ready")
        family = run.family()
        with psycopg.connect(json.loads((tmp_path / "var" / "run.json").read_text())["database_url"]) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
        run.end(signal.SIGKILL)
        with running(tmp_path / "var") as again:
            again.until("Selaras is ready")
            assert gone(family) == []
            url = json.loads((tmp_path / "var" / "run.json").read_text())["database_url"]
            with psycopg.connect(url) as connection:
                assert connection.execute("SELECT one FROM kept").fetchone() == (1,)


def test_a_child_that_dies_is_started_anew(tmp_path: Path):
    with running(tmp_path / "var") as run:
        run.until("Selaras is ready")
        beat = next(one for one in run.family() if "beat" in one.cmdline())
        beat.kill()
        assert run.until("beat ended").startswith("beat ended (SIGKILL), again in 0.5 s")
        postgres = next(one for one in run.family() if one.name() == "postgres" and one.ppid() == run.process.pid)
        postgres.kill()
        assert run.until("postgres ended") == "postgres ended, again now"


def test_a_port_in_use_is_one_clear_line_and_nothing_starts(tmp_path: Path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        line = refused(tmp_path / "var", port)
    assert line == (
        f"Selaras cannot start: port {port} is in use: stop what uses it, or choose another: make run PORT=8001\n"
    )
    assert left_in(tmp_path / "var") == set()
    assert not (tmp_path / "var" / "postgres").exists()


def test_a_newer_data_folder_is_one_clear_line_and_stays_as_it_is(tmp_path: Path):
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "format").write_text("2\n")
    assert "was written by a newer Selaras (format 2, this one knows 1)" in refused(tmp_path / "var", free_port())
    assert [path.name for path in (tmp_path / "var").iterdir()] == ["format"]


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"PORT": "eighty"}, "PORT is 'eighty', where a number from 1 to 65535 is needed"),
        ({"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}, "the database does not answer"),
        ({"BROKER_URL": "redis://:hidden@127.0.0.1:1/0"}, "the broker does not answer at BROKER_URL"),
        ({"SELARAS_MASTER_KEY": "short"}, "the master key"),
    ],
)
def test_what_cannot_be_used_is_one_clear_line(tmp_path: Path, environ: dict[str, str], expected: str):
    line = refused(tmp_path / "var", free_port(), **environ)
    assert expected in line
    assert "hidden" not in line
    assert left_in(tmp_path / "var") == set()


def test_a_data_folder_that_is_a_file_is_one_clear_line(tmp_path: Path):
    (tmp_path / "var").write_text("a file")
    assert "cannot be used" in refused(tmp_path / "var", free_port())


def test_make_alone_lists_its_targets():
    said = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for target in ("run", "story", "test", "check", "bench", "clean"):
        assert f"make {target} " in said


def test_help_is_quick_because_it_loads_nothing_heavy():
    heavy = "flask celery psycopg cel_expr_python jsonschema_rs holidays openpyxl boto3 eventsourcing cryptography"
    script = (
        "import sys; from selaras.cli import group; group.main(['--help'], standalone_mode=False); "
        f"print('LOADED', sorted(set(sys.modules) & set({heavy.split()!r})))"
    )
    said = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert said.endswith("LOADED []\n")


@pytest.mark.parametrize(("arguments", "code"), [(["--help"], 0), (["no-such-command"], 2), (["replay"], 2)])
def test_exit_codes_tell_misuse_from_help(arguments: list[str], code: int):
    assert (
        subprocess.run([sys.executable, "-m", "selaras", *arguments], cwd=ROOT, capture_output=True).returncode == code
    )


def test_a_command_without_a_server_says_how_to_start_one(tmp_path: Path):
    done = subprocess.run(
        [sys.executable, "-m", "selaras", "token", "admin"],
        cwd=ROOT,
        env={"DATA_DIR": str(tmp_path), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "make run" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_signal_while_it_starts_leaves_nothing(tmp_path: Path):
    with running(tmp_path / "var") as run:
        run.until("Selaras starts")
        family = run.family()
        code, said, complained = run.end(signal.SIGTERM)
        assert (code, complained) == (0, "")
        assert "ready" not in said
        assert gone(family) == []
    assert left_in(tmp_path / "var") == set()
