"""A thousand releases, raises and transfers from four processes: the queue keeps its order."""

import os
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.places.small import CITIES, SMALL, set_up, year
from workflow.domain.events import ActionTaken, Move, Recorded
from workflow.domain.registry import PlacesTransferred, Programme, QuotaSet
from workflow.domain.registry import fold as fold_programme
from workflow.engine import Engine
from workflow.projections.runner import Runner
from workflow.reactions_known import reacting
from workflow.settings import Settings

ROOT = Path(__file__).parents[2]
PROCESSES, STEPS = 4, 250


@pytest.fixture
def town(settings: Settings) -> Iterator[Engine]:
    with Engine.open(settings) as engine:
        set_up(engine)
        yield engine


def follower_of(engine: Engine) -> Runner:
    runner = Runner(engine.pool, engine.log, reacting(engine))
    runner.prepare()
    return runner


def test_a_thousand_releases_raises_and_transfers_from_four_processes(town: Engine):
    runner = follower_of(town)
    settings = town.settings
    environ = {**os.environ, "DATABASE_URL": settings.database_url, "DATA_DIR": str(settings.data_dir)}
    crowd = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.places.crowd", str(seed), str(STEPS)],
            env=environ,
            cwd=ROOT,
            text=True,
            stdout=subprocess.PIPE,
        )
        for seed in range(PROCESSES)
    ]
    for process in crowd:
        process.communicate(timeout=280)
        assert process.returncode == 0
    runner.catch_up("promotion")
    assert runner.place("promotion").stopped_at is None
    log = town.log.select(0, 1_000_000)
    judge = Judge()
    for event in log:
        judge.see(event)
    assert judge.faults == []
    assert judge.joined > 50
    assert judge.promoted > 50
    assert judge.moved > 10
    for city in CITIES:
        key = f"quota/{SMALL}/{city}/{year()}"
        waiting = tuple(judge.queues[key])
        assert town.log.waiting(key) == waiting
        assert town.log.used(key) == judge.used[key]
        places = judge.programme.places(city, year()) or 0
        assert not waiting or judge.used[key] >= places, "a place is free and somebody waits for it"


class Judge:
    """Reads the log from its beginning and holds every event against the queues as they then stood."""

    def __init__(self) -> None:
        self.queues: dict[str, list[str]] = defaultdict(list)
        self.used: Counter[str] = Counter()
        self.programme = Programme(programme=SMALL)
        self.faults: list[str] = []
        self.joined = self.promoted = self.moved = 0

    def see(self, event: Recorded) -> None:
        if isinstance(event.body, QuotaSet | PlacesTransferred) or event.stream == f"programme/{SMALL}":
            self.programme = fold_programme((event,), self.programme)
            self.moved += isinstance(event.body, PlacesTransferred)
            return
        move = getattr(event.body, "move", None)
        if isinstance(move, Move):
            self.changes(event, move)

    def changes(self, event: Recorded, move: Move) -> None:
        ref = event.stream.removeprefix("case/")
        for change in move.claims:
            queue = self.queues[change.key]
            if change.kind == "turn":
                self.joined += change.taken
                queue.append(ref) if change.taken else queue.remove(ref)
            elif change.taken:
                self.takes(event, ref, change.key, queue)
            else:
                self.used[change.key] -= 1

    def takes(self, event: Recorded, ref: str, key: str, queue: list[str]) -> None:
        if queue and queue[0] != ref:
            self.faults.append(f"{ref} passed {queue[0]} at {event.position}")
        self.used[key] += 1
        places = self.programme.places(key.split("/")[2], year()) or 0
        if self.used[key] > places:
            self.faults.append(f"{self.used[key]} of {places} places at {event.position}")
        assert isinstance(event.body, ActionTaken)
        if event.actor == "system":
            self.promoted += 1
            if ref not in queue:
                self.faults.append(f"{ref} was taken up and did not wait at {event.position}")
