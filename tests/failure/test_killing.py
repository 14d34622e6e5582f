"""Every part is killed once under load; `make torture` does it forty times."""

from pathlib import Path

from tests.failure.killing import TARGETS, Killing
from tests.journeys.conftest import running


def test_nothing_acknowledged_is_lost_when_each_part_is_killed(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    with running(folder) as (server, launcher):
        killing = Killing(server, folder, launcher)
        assert killing.run(len(TARGETS)) == []
        assert killing.kills == dict.fromkeys(TARGETS, 1)
        assert killing.notes.acknowledged
