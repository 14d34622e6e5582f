"""Several processes write at once, are killed and cut off; a checker from outside finds every promise kept.

The same checker must find a log whose lock is let go too early, or is not taken at all.
"""

import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.store.checking import Follower, faults, journal
from workflow.store import schema

LOCK = "PERFORM pg_advisory_xact_lock(7310447351620063337);"
TIP = (
    "SELECT coalesce((SELECT e.notification_id FROM stored_events e"
    " ORDER BY e.notification_id DESC LIMIT 1), 0) INTO tip;"
)


class Writers:
    """Processes that write, of which any may be killed and another started."""

    def __init__(self, database_url: str, folder: Path) -> None:
        self.url, self.folder = database_url, folder
        self.running: list[subprocess.Popen[bytes]] = []
        self.started = 0

    def start(self, number: int) -> None:
        for _ in range(number):
            self.started += 1
            path = self.folder / f"journal{self.started}"
            command = [sys.executable, "-m", "tests.store.writing", self.url, str(path), "4"]
            self.running.append(subprocess.Popen(command, stdout=subprocess.PIPE))
        for process in self.running[-number:]:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"

    def kill_one(self) -> None:
        victim = self.running.pop(0)
        victim.send_signal(signal.SIGKILL)
        victim.communicate()

    def end(self) -> None:
        for process in self.running:
            process.send_signal(signal.SIGTERM)
        for process in self.running:
            process.communicate(timeout=60)
        codes = [process.returncode for process in self.running]
        self.running = []
        assert not any(codes)

    def lines(self) -> list[Path]:
        return list(self.folder.glob("journal*"))


@contextmanager
def writing(database_url: str, folder: Path, number: int) -> Iterator[Writers]:
    writers = Writers(database_url, folder)
    try:
        writers.start(number)
        yield writers
    finally:
        for process in writers.running:
            process.kill()
            process.communicate()


def cut(admin: psycopg.Connection, chance: random.Random) -> None:
    """End one of the backends that append, whatever it is doing."""
    rows = admin.execute(
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%append_batch%'"
        " AND pid <> pg_backend_pid()"
    ).fetchall()
    if rows:
        admin.execute("SELECT pg_terminate_backend(%s)", [chance.choice(rows)[0]])


def reach(admin: psycopg.Connection, position: int, meanwhile: Callable[[], None] = lambda: None) -> None:
    while admin.execute("SELECT coalesce(max(notification_id), 0) FROM stored_events").fetchone()[0] < position:  # type: ignore[index]
        meanwhile()


def story(database_url: str, folder: Path, *, kills: int, cuts: bool, length: int = 3000) -> list[str]:
    """Let four processes write `length` events under these troubles; returns what the checker finds."""
    chance = random.Random(length)
    follower = Follower(database_url)
    with psycopg.connect(database_url, autocommit=True) as admin:
        try:
            with writing(database_url, folder, 4) as writers:
                for step in range(1, kills + 2):
                    target = length * step // (kills + 1)
                    for stage in range(target - length // (kills + 1) + 50, target, 50):
                        reach(admin, stage)
                        if cuts:
                            cut(admin, chance)
                    reach(admin, target)
                    if step <= kills:
                        writers.kill_one()
                        writers.start(1)
                writers.end()
        finally:
            # A killed writer's backend may still be at work: what it commits must be whole as well.
            while admin.execute(
                "SELECT true FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%append_batch%'"
                " AND pid <> pg_backend_pid() LIMIT 1"
            ).fetchone():
                pass
            seen = follower.end()
    return faults(database_url, journal(writers.lines()), seen)


def test_four_processes_write_one_dense_log(database_url: str, tmp_path: Path) -> None:
    schema.prepare(database_url)
    assert story(database_url, tmp_path, kills=0, cuts=False) == []


def test_writers_killed_and_connections_cut_lose_and_double_nothing(database_url: str, tmp_path: Path) -> None:
    schema.prepare(database_url)
    assert story(database_url, tmp_path, kills=6, cuts=True, length=4000) == []


def break_append(database_url: str, *changes: tuple[str, str]) -> None:
    """Prepare a log whose function is our own but for these changes."""
    schema.prepare(database_url)
    source = (Path(schema.__file__).parent / "append.sql").read_text()
    for old, new in changes:
        assert source.count(old) == 1
        source = source.replace(old, new)
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("CREATE SEQUENCE tip MINVALUE 0 START 0")
        connection.execute(source.encode())


def test_a_lock_let_go_before_the_commit_is_found_out(database_url: str, tmp_path: Path) -> None:
    break_append(
        database_url,
        (LOCK, "PERFORM pg_advisory_lock(7310447351620063337);"),
        (
            TIP,
            "SELECT last_value INTO tip FROM tip; PERFORM setval('tip', tip + cardinality(streams));"
            " PERFORM pg_advisory_unlock(7310447351620063337); PERFORM pg_sleep(random() * 0.01);",
        ),
    )
    found = story(database_url, tmp_path, kills=0, cuts=False, length=600)
    assert [fault for fault in found if "follower by position" in fault]


def test_a_log_without_a_lock_is_found_out(database_url: str, tmp_path: Path) -> None:
    break_append(database_url, (LOCK, ""))
    found = story(database_url, tmp_path, kills=0, cuts=False, length=600)
    assert [fault for fault in found if "failed" in fault]


@pytest.fixture(autouse=True)
def _from_the_projects_root(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(request.config.rootpath), os.environ.get("PYTHONPATH", "")]))
