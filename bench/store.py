"""`python -m bench.store`: the log without decisions, beside one INSERT and commit and beside the library's recorder.

Each save of ours: an event of about 500 bytes, an idempotency key, one version read, a quarter with a claim, an eighth
with a counter that others move too.
"""

import multiprocessing
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from time import perf_counter
from uuid import uuid4

import psycopg
from eventsourcing.application import Application
from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from bench import raw, system
from bench.load import Rate, run
from workflow.domain.events import CaseOpened, ChecklistAnswered, FactsChanged, Move, Recorded
from workflow.store import schema
from workflow.store.factory import environment
from workflow.store.log import ClaimWrite, CommandKey, CounterWrite, Log, Write

SECONDS = float(os.environ.get("BENCH_SECONDS", "3"))
NOTE = "x" * 330


class Cases(Application[str]):
    """The log without decisions."""


def ours(url: str) -> tuple[Cases, Callable[[int], Callable[[], object]]]:
    application = Cases(environment(url))
    log = Log(application)

    def prepare(number: int) -> Callable[[], object]:
        stream, turns = f"case/{uuid4().hex}", count(1)

        def once() -> object:
            n = next(turns)
            body = FactsChanged(patch={"note": NOTE}, region="72.71")
            event = Recorded(stream=stream, version=n, at=datetime.now(UTC), actor="officer.palu", body=body)
            return log.append(
                Write(
                    events=(event,),
                    command=CommandKey("officer.palu", f"{stream}/{n}", "0" * 64),
                    reads=(("directory", 0),),
                    claims=(ClaimWrite(f"{stream}/{n}", stream, True),) if n % 4 == 0 else (),
                    counters=(CounterWrite("quota", 1, 10**9),) if n % 8 == 0 else (),
                )
            )

        return once

    return application, prepare


def librarys(url: str) -> tuple[PostgresDatastore, Callable[[int], Callable[[], object]]]:
    """The stock recorder in its correct setting, one event a save and nothing else."""
    parts = conninfo_to_dict(url)
    datastore = PostgresDatastore(
        str(parts["dbname"]),
        str(parts["host"]),
        str(parts.get("port", "5432")),
        str(parts["user"]),
        str(parts.get("password", "-")),
        pool_size=32,
        originator_id_type="text",
    )
    recorder = PostgresApplicationRecorder(datastore)
    recorder.create_table()

    def prepare(number: int) -> Callable[[], object]:
        stream, turns = uuid4().hex, count(1)
        return lambda: recorder.insert_events([StoredEvent(stream, next(turns), "Noted/1", raw.BODY)])

    return datastore, prepare


def across(processes: int, threads: int, url: str) -> Rate:
    """Ours from several processes at once; the rate of all together."""
    spawn = multiprocessing.get_context("spawn")
    barrier, results = spawn.Barrier(processes), spawn.Queue()
    running = [spawn.Process(target=_process, args=(threads, url, barrier, results)) for _ in range(processes)]
    for process in running:
        process.start()
    rates = [results.get(timeout=SECONDS + 60) for _ in running]
    for process in running:
        process.join()
    return Rate(sum(r.per_second for r in rates), max(r.p50 for r in rates), max(r.p99 for r in rates))


def _process(threads: int, url: str, barrier: Barrier, results: "Queue[Rate]") -> None:
    application, work = ours(url)
    barrier.wait(timeout=60)
    results.put(run(threads, SECONDS, work))
    application.close()


def loads(url: str) -> str:
    """Milliseconds to load a case of 10 and of 1,000 events, its snapshot kept at the first load."""
    application = Cases(environment(url))
    log = Log(application)
    took = []
    for length in (10, 1000):
        stream = f"case/{uuid4().hex}"
        move = Move(from_="", to="draft", round=1, phase="proposal")
        opened = CaseOpened(
            ref=stream, programme="p", definition_version=1, applicant="a", region="72.71", facts={"note": NOTE},
            tracking_code="t", move=move,
        )  # fmt: skip
        answered = ChecklistAnswered(checklist="visit", answers={"seen": True})
        now = datetime.now(UTC)
        log.append(
            Write(
                events=tuple(
                    Recorded(stream=stream, version=n, at=now, actor="a", body=answered if n > 1 else opened)
                    for n in range(1, length + 1)
                )
            )
        )
        log.load(stream)
        times = []
        for _ in range(300):
            start = perf_counter()
            log.load(stream)
            times.append(perf_counter() - start)
        took.append(sorted(times)[150] * 1000)
    application.close()
    return (
        f"| a case of 10 events loads in {took[0]:.2f} ms, of 1,000 in {took[1]:.2f} ms | {took[1] / took[0]:.2f} × |"
    )


def main() -> int:
    with system.postgres() as url:
        with psycopg.connect(url, autocommit=True) as admin:
            admin.execute("CREATE DATABASE ours")
        own = make_conninfo(url, dbname="ours")
        schema.prepare(own)
        print("| processes × threads | raw | library's recorder | our log | ratios |\n|---|---|---|---|---|")
        for threads in (1, 8, 32):
            limit = run(threads, SECONDS, raw.worker(url))
            datastore, plain = librarys(url)
            stock = run(threads, SECONDS, plain)
            datastore.close()
            application, work = ours(own)
            rate = run(threads, SECONDS, work)
            application.close()
            ratio = (
                f"{rate.per_second / limit.per_second:.2f} × raw, {rate.per_second / stock.per_second:.1f} × library"
            )
            print(f"| 1 × {threads} | {limit} | {stock} | {rate} | {ratio}, p50 {rate.p50 / limit.p50:.2f} × raw |")
        four = across(4, 8, own)
        print(f"| 4 × 8 | {limit} (1 × 32) | – | {four} | {four.per_second / limit.per_second:.2f} × raw |")
        print(loads(own))
    return 0


if __name__ == "__main__":
    sys.exit(main())
