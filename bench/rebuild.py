"""A read model built anew from the log, beside COPY of small rows and the library's projection runner."""

import resource
from time import perf_counter
from typing import Any

import psycopg
from eventsourcing.dispatch import singledispatchmethod
from eventsourcing.persistence import Tracking
from eventsourcing.postgres import PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from msgspec.structs import replace
from psycopg.sql import SQL

from bench import library, system
from workflow.asks import ActionAsk
from workflow.domain.events import CaseOpened, Recorded
from workflow.engine import Engine
from workflow.projections.models import ReadModels
from workflow.projections.rebuilding import rebuild
from workflow.store.log import Write

TAKINGS = 25
"""Takings a case, after what submitting it takes."""
BATCH = 200


def fill(engine: Engine, events: int) -> int:
    """Put copies of one real history into the log until it has so many events; returns how many it has."""
    ref = system.in_review(engine)
    for turn in range(TAKINGS):
        ask = ActionAsk(action="assign_officer", assign=system.OFFICERS[turn % 2])
        engine.casework.handle(ref, ask, system.HEAD)
    history = engine.casework.history(ref)
    writes, made = list[Write](), engine.log.head()
    for number in range((events - made) // len(history)):
        writes.append(Write(events=tuple(copied_to(event, f"COPY-0000-2026-{number:06d}") for event in history)))
        if len(writes) == BATCH:
            engine.log.append_many(writes)
            writes.clear()
    engine.log.append_many(writes)
    return engine.log.head()


def copied_to(event: Recorded, ref: str) -> Recorded:
    """The event as one of another case."""
    body = replace(event.body, ref=ref) if isinstance(event.body, CaseOpened) else event.body
    return replace(event, stream=f"case/{ref}", position=0, command=None, body=body)


def ours(engine: Engine) -> tuple[float, int]:
    """Events a second of a whole rebuild of the inbox, and how much the process grew, in MB."""
    models = ReadModels(engine.pool, engine.log, engine.registry.definition, engine.settings.master_key)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = perf_counter()
    reached = rebuild(models.runner, "inbox")
    took = perf_counter() - began
    return reached / took, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024


def copied(url: str, rows: int) -> float:
    """Rows a second of COPY into a table of a key and two small columns."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE small_rows (ref text PRIMARY KEY, state text, due timestamptz)")
        began = perf_counter()
        with connection.cursor().copy("COPY small_rows (ref, state, due) FROM STDIN") as copy:
            for number in range(rows):
                copy.write_row((f"TKM-7271-2026-{number:09d}", "city_review", "2026-11-25T00:00:00Z"))
        return rows / (perf_counter() - began)


class Counts(PostgresTrackingRecorder):
    """One upsert an event, with its tracking, as the library's own examples do."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sql_create_statements.append(
            SQL("CREATE TABLE IF NOT EXISTS counted (id text PRIMARY KEY, times bigint)").format()
        )

    def count(self, name: str, tracking: Tracking) -> None:
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            cursor.execute(
                "INSERT INTO counted VALUES (%s, 1) ON CONFLICT (id) DO UPDATE SET times = counted.times + 1", (name,)
            )


class Counting(Projection[Counts]):
    name = "counting"

    @singledispatchmethod
    def process_event(self, event: Any, tracking: Tracking) -> None:
        self.view.count(str(event.originator_id), tracking)


def librarys(url: str, events: int) -> float:
    """Events a second of the library's runner over a log of its own."""
    application, prepare = library.worker(url)
    once = prepare(0)
    for _ in range(events):
        once()
    head = application.recorder.max_notification_id() or 0
    application.close()
    environment = {**application.env, "COUNTING_PERSISTENCE_MODULE": "eventsourcing.postgres"}
    began = perf_counter()
    with ProjectionRunner(
        application_class=library.Matters, projection_class=Counting, view_class=Counts, env=environment
    ) as runner:
        runner.wait(head, timeout=120)
    return head / (perf_counter() - began)
