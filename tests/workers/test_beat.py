"""The beat goes on waking the workers whatever becomes of its clock."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from celery import Celery
from celery.beat import ScheduleEntry

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
