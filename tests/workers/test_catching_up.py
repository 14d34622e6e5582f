"""Real workers keep read models level: by message, and without."""

from tests.projections.histories import History
from workers import canary, nudge, queues
from workers.app import app

from .conftest import until


def alive(room) -> bool:
    """True once a canary came through the queue within the last seconds."""
    with room.pool.connection() as connection:
        age = canary.ages(connection)[queues.PROJECT]
    return age is not None and age < 2


def send_canary() -> None:
    app.send_task(queues.CANARY, [queues.PROJECT], queue=queues.PROJECT, retry=False)


def test_a_nudge_is_worked_on(room):
    room.worker()
    head = room.journal.append(History("A").events)
    nudge.nudge(head)
    until(lambda: room.reached("inbox") == room.reached("cases") == head)
    send_canary()
    until(lambda: alive(room))


def test_without_any_message_the_follower_does_it(room):
    room.worker()
    for number in range(3):
        head = room.journal.append(History(f"A{number}").events)
        until(lambda head=head: room.reached("inbox") == room.reached("cases") == head)


def test_a_worker_that_starts_before_the_broker_works_all_the_same(room):
    room.broker.stop()
    room.worker()
    head = room.journal.append(History("A").events)
    until(lambda: room.reached() == head)
    room.broker.start()
    send_canary()
    until(lambda: alive(room))


def test_the_beat_sweeps_and_sends_canaries(room):
    room.worker()
    room.start("beat", "--loglevel", "WARNING", "--pidfile=")
    until(lambda: alive(room))


def test_a_killed_worker_leaves_no_child_behind(room):
    import psutil

    worker = room.worker()
    room.journal.append(History("A").events)
    until(lambda: room.reached() > 0)
    children = psutil.Process(worker.pid).children(recursive=True)
    assert children
    worker.kill()
    until(lambda: not any(child.is_running() and child.status() != psutil.STATUS_ZOMBIE for child in children))


def test_a_task_is_done_again_without_harm(room):
    room.worker()
    head = room.journal.append(History("A").events)
    for _ in range(5):
        app.send_task(queues.CATCH_UP, queue=queues.PROJECT, retry=False)
    send_canary()
    until(lambda: alive(room))
    assert room.reached("inbox") == head
    assert "Traceback" not in room.said()
