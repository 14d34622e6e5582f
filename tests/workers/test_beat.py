"""The beat goes on waking the workers whatever becomes of its clock."""

import socket
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from celery import Celery
from celery.beat import ScheduleEntry
from kombu.utils import functional

from workers.app import SETTING
from workers.beat import Schedule

WOKEN = {"send mail", "push", "sweep", "sweep clock"}


class Clock:
    """A machine's clock that somebody sets."""

    def __init__(self) -> None:
        self.now = datetime(2026, 5, 4, 8, tzinfo=UTC)

    def goes(self, **span: float) -> None:
        self.now += timedelta(**span)


class Watched(Schedule):
    """Notes what it would send."""

    sent: set[str]
    producer = None

    def apply_entry(self, entry: ScheduleEntry, producer: object = None) -> None:
        self.sent.add(entry.name)


def woken(schedule: Watched, clock: Clock) -> set[str]:
    """What is sent within ten seconds."""
    schedule.sent = set()
    for _ in range(20):
        while schedule.tick() == 0:
            pass
        clock.goes(seconds=0.5)
    return schedule.sent


@pytest.mark.parametrize("days", [-1, -366, 366, 0])
def test_a_clock_that_is_set_keeps_nobody_asleep(days: int, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    app = Celery("beat", broker="memory://", set_as_current=False)
    app.conf.beat_schedule = SETTING["beat_schedule"]
    monkeypatch.setattr(app, "now", lambda: clock.now)
    monkeypatch.setattr(time, "time", lambda: clock.now.timestamp())
    schedule = Watched(app, max_interval=1)
    assert woken(schedule, clock) >= WOKEN
    clock.goes(days=days)
    assert woken(schedule, clock) >= WOKEN


def test_a_beat_that_starts_without_a_broker_looks_again_every_two_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        app = Celery("beat", broker=f"redis://127.0.0.1:{port}/0", set_as_current=False)
        slept: list[float] = []

        def sleeps(seconds: float) -> None:
            slept.append(seconds)
            if len(slept) > 100:
                raise Enough

        monkeypatch.setattr(functional, "sleep", sleeps)
        with pytest.raises(Enough):
            Schedule(app, lazy=True).producer  # noqa: B018 (it connects)
    # Whole seconds are slept one by one; the rest of each pause comes last.
    pauses = [sum(pause) for pause in split_after(slept, lambda seconds: seconds != 1.0)]
    assert min(pauses) >= 0.2
    assert max(pauses) <= 2.0


class Enough(Exception):
    """The broker was looked for often enough."""


def split_after(items: list[float], last: Callable[[float], bool]) -> list[list[float]]:
    parts: list[list[float]] = [[]]
    for item in items:
        parts[-1].append(item)
        if last(item):
            parts.append([])
    return parts[:-1]
