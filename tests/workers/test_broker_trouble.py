"""The broker cuts, dies and forgets; reads stay right, nothing is lost, workers come back by themselves."""

import threading
import time
from collections.abc import Callable

import psycopg
import pytest
import redis

from tests.projections.histories import History
from workers import nudge, queues
from workers.app import app
from workers.watch import UNSEEN
from workflow.projections.items import Area, ListSight

from .busy import LOCK
from .conftest import Room, until
from .test_catching_up import alive, send_canary

NATION = ListSight(areas=(Area(""),))


class Load:
    """Somebody who opens cases all the time and reads their own writes."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self.accepted = 0
        self.wrong: list[object] = []
        self.slowest_nudge = 0.0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> "Load":
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stop.set()
        self._thread.join(30)

    def _run(self) -> None:
        try:
            while not self._stop.wait(0.02):
                head = self.room.journal.append(History(f"L{self.accepted:04}").events)
                self.accepted += 1
                began = time.perf_counter()
                nudge.nudge(head)
                self.slowest_nudge = max(self.slowest_nudge, time.perf_counter() - began)
                self.room.models.runner.wait_for("cases", head, 10)
                newest = self.room.models.lists.cases(NATION, sort="-opened", limit=200)
                if newest.position < head or len(newest.items) != min(self.accepted, 200):
                    self.wrong.append((head, newest.position, len(newest.items)))
        except Exception as error:
            self.wrong.append(error)


def cut(room: Room) -> None:
    """Close every connection to the broker but one's own."""
    with redis.Redis.from_url(nudge.redis_url(room.broker.url)) as admin:
        admin.client_kill_filter(_type="normal", skipme=True)


def consuming(room: Room) -> Callable[[], bool]:
    """True once a canary sent from now on came through; sent anew as long as it did not."""

    def check() -> bool:
        try:
            send_canary()
        except Exception:
            return False
        return alive(room)

    return check


def all_there(room: Room, load: Load) -> None:
    assert not load.wrong
    assert load.accepted == room.journal.head()
    until(lambda: room.reached("inbox") == room.reached("cases") == room.journal.head())


@pytest.fixture
def started(room: Room) -> Room:
    room.keep(lambda: room.worker(SELARAS_CANARY_SECONDS="1"))
    until(consuming(room))
    return room


def test_connections_cut_again_and_again(started: Room):
    with Load(started) as load:
        for _ in range(5):
            cut(started)
            load._stop.wait(0.8)
        forget(started)
        until(consuming(started), 60)
    all_there(started, load)


def test_a_broker_that_is_away_for_a_while_and_comes_back_empty(started: Room):
    with Load(started) as load:
        started.broker.kill()
        before = load.accepted
        until(lambda: load.accepted > before + 50)
        started.broker.start()
        forget(started)
        until(consuming(started), 60)
    all_there(started, load)
    # The bound is wide: what is told is that no request ever waits for a broker.
    assert load.slowest_nudge < 0.5


def test_a_broker_that_is_wiped(started: Room):
    with Load(started) as load:
        for _ in range(3):
            with redis.Redis.from_url(nudge.redis_url(started.broker.url)) as admin:
                admin.flushall()
            load._stop.wait(0.2)
        forget(started)
        until(consuming(started), 60)
    all_there(started, load)


def test_a_worker_that_takes_no_message_ends_itself(room: Room):
    """celery/celery #8030: connected, alive, deaf."""
    deaf = room.worker(program="tests.workers.deaf", SELARAS_CANARY_SECONDS="0.2")
    until(lambda: deaf.poll() is not None, 60)
    assert "no message reaches this worker" in room.said()


def test_a_worker_whose_children_are_all_at_work_is_not_deaf(room: Room):
    """A mail server may take longer for a letter than four canaries."""
    worker = room.worker(program="tests.workers.busy", SELARAS_CANARY_SECONDS="0.3")
    own = queues.own("w@test")
    with psycopg.connect(room.database_url, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        app.send_task("wait", queue=queues.PROJECT, retry=False)
        with redis.Redis.from_url(nudge.redis_url(room.broker.url)) as broker:
            until(lambda: worker.poll() is not None or broker.llen(own) > 2 * UNSEEN)
        assert worker.poll() is None
        connection.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
    until(consuming(room))
    assert worker.poll() is None


def test_a_worker_is_not_blamed_for_a_broker_that_is_away(room: Room):
    worker = room.worker(SELARAS_CANARY_SECONDS="0.3")
    head = room.journal.append(History("A").events)
    until(lambda: room.reached() == head)
    room.broker.stop()
    until(lambda: room.said().count("the canary does not reach the broker") > 2)
    assert worker.poll() is None


def test_nudges_never_fail_and_never_pile_up(room: Room):
    for position in range(1000):
        nudge.nudge(position)
    room.broker.stop()
    for position in range(1000):
        nudge.nudge(position)
    room.broker.start()
    with redis.Redis.from_url(nudge.redis_url(room.broker.url)) as admin:
        for _ in range(4):
            nudge.send()
        assert admin.llen(queues.PROJECT) <= 2
    assert app.conf.task_acks_late


def forget(room: Room) -> None:
    """Whatever canary came before does not count."""
    with room.pool.connection() as connection:
        connection.execute("DELETE FROM canaries")
