"""The daily sweep, asked for by the beat and done by the shipped worker."""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier

from selaras.demo.loading import set_up
from tests.clock.town import Town
from tests.documents.files import PDF
from workers import canary, queues
from workers.app import SETTING, app
from workflow.engine import Engine

from .conftest import Room, until
from .test_whole_engine import settings_of


def test_a_worker_sweeps_documents_that_no_event_names(room: Room, tmp_path: Path) -> None:
    with Engine.open(settings_of(room, tmp_path), pool_size=2) as engine:
        left = engine.documents.put(io.BytesIO(PDF), "application/pdf", 1 << 20).sha256
        with engine.pool.connection() as connection:
            connection.execute("UPDATE documents SET stored_at = now() - interval '25 hours'")
        room.worker(program="workers.app")
        app.send_task(queues.SWEEP_DOCUMENTS, queue=queues.KEEP, retry=False)
        until(lambda: not list(tmp_path.glob(f"documents/??/{left}")))
    until(lambda: "documents that no event names, removed: 1" in room.said())


def test_a_worker_minds_what_is_due(room: Room, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    with Engine.open(settings_of(room, tmp_path), pool_size=2) as engine:
        set_up(engine, now)
        town = Town(engine)
        late = town.proposed(now - timedelta(days=40))
        room.worker(program="workers.app")
        app.send_task(queues.SWEEP_CLOCK, queue=queues.CLOCK, retry=False)
        until(lambda: [name for name, _ in town.happened(late)] == ["DeadlineWarned", "DeadlinePassed"])


def test_a_canary_comes_through_every_queue(room: Room) -> None:
    room.worker()
    for name in queues.QUEUES:
        app.send_task(queues.CANARY, [name], queue=name, retry=False)

    def all_seen() -> bool:
        with room.pool.connection() as connection:
            return None not in canary.ages(connection).values()

    until(all_seen)


def test_the_first_canaries_may_come_at_once(room: Room) -> None:
    together = Barrier(4)

    def first(queue: str) -> None:
        with room.pool.connection() as connection:
            together.wait(30)
            canary.note(connection, queue)

    for _ in range(10):
        with room.pool.connection() as connection:
            connection.execute("DROP TABLE IF EXISTS canaries")
        with ThreadPoolExecutor(4) as threads:
            list(threads.map(first, list(queues.QUEUES)[:4]))
        with room.pool.connection() as connection:
            assert len([age for age in canary.ages(connection).values() if age is not None]) == 4


def test_the_beat_wakes_the_clock_documents_once_a_day_and_canaries_every_queue() -> None:
    asked = SETTING["beat_schedule"]
    assert asked["sweep clock"]["schedule"] <= 5
    daily = asked["sweep documents"]["schedule"]
    assert (len(daily.hour), len(daily.minute), len(daily.day_of_week)) == (1, 1, 7)
    assert {entry["options"]["queue"] for entry in asked.values()} <= set(queues.QUEUES)
    assert {entry["args"][0] for name, entry in asked.items() if name.startswith("canary ")} == set(queues.QUEUES)
