"""The shipped worker and commands over the real engine."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from tests.projections.conftest import SECRET
from workers import canary, queues
from workers.app import app
from workflow.domain.directory import PersonRegistered
from workflow.domain.events import Recorded
from workflow.engine import Engine
from workflow.settings import Settings
from workflow.store.log import Write

from .conftest import Room, until

AT = datetime(2026, 3, 2, tzinfo=UTC)


def settings_of(room: Room, folder: Path) -> Settings:
    return Settings(
        database_url=room.database_url, broker_url=room.broker.url, data_dir=folder, master_key=SECRET, demo=True
    )


def selaras(room: Room, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environ = {
        **os.environ,
        "DATABASE_URL": room.database_url,
        "BROKER_URL": room.broker.url,
        "DATA_DIR": str(folder),
        "SELARAS_MASTER_KEY": SECRET.hex(),
    }
    program = [sys.executable, "-c", "from selaras.cli import main; main()"]
    return subprocess.run([*program, *arguments], env=environ, capture_output=True, text=True, check=False)


def test_the_shipped_worker_follows_the_real_log(room, tmp_path):
    room.worker(program="workers.app")
    with Engine.open(settings_of(room, tmp_path), pool_size=2) as engine:
        person = PersonRegistered(person="officer.palu", applicant=False, language="id")
        event = Recorded(stream="directory", version=1, at=AT, actor="admin", body=person)
        head = engine.log.append(Write(events=(event,)))
    until(lambda: room.reached("inbox") == room.reached("cases") == head)
    app.send_task(queues.CANARY, [queues.PROJECT], queue=queues.PROJECT, retry=False)

    def seen() -> bool:
        with room.pool.connection() as connection:
            return canary.ages(connection)[queues.PROJECT] is not None

    until(seen)


def test_the_commands_tell_and_rebuild(room, tmp_path):
    told = selaras(room, tmp_path, "projections")
    assert told.returncode == 0, told.stderr
    assert "inbox" in told.stdout
    assert "level" in told.stdout
    built = selaras(room, tmp_path, "rebuild", "inbox")
    assert built.returncode == 0, built.stderr
    assert "built anew" in built.stdout
    unknown = selaras(room, tmp_path, "rebuild", "nothing")
    assert unknown.returncode == 2
    assert "inbox" in unknown.stderr


def test_a_stopped_read_model_is_seen_by_the_operator_and_resumed(room, tmp_path):
    with room.pool.connection() as connection:
        connection.execute("UPDATE projections SET stopped_at = 1, reason = 'KeyError: x' WHERE name = 'inbox'")
    told = selaras(room, tmp_path, "projections")
    assert told.returncode == 1
    assert "stopped at 1: KeyError: x" in told.stdout
    assert selaras(room, tmp_path, "projections", "--resume", "inbox").returncode == 0
    assert "stopped" not in selaras(room, tmp_path, "projections").stdout
