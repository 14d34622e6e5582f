"""Full decisions in process: load, judge authority and every reason why not, decide, encode, append with its key."""

import multiprocessing
from collections.abc import Callable
from itertools import count
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from pathlib import Path
from traceback import format_exc

from bench import system
from bench.load import Rate, run
from workflow.asks import ActionAsk
from workflow.engine import Engine


def worker(engine: Engine) -> Callable[[int], Callable[[], object]]:
    """Each thread has a group of its own before the city's head."""

    def prepare(number: int) -> Callable[[], object]:
        ref, turns, keys = system.in_review(engine), count(), count()

        def once() -> object:
            named = ActionAsk(action="assign_officer", assign=system.OFFICERS[next(turns) % 2])
            return engine.casework.handle(ref, named, system.HEAD, key=f"{ref}/{next(keys)}")

        return once

    return prepare


def across(processes: int, threads: int, seconds: float, database_url: str, place: Path, key: bytes) -> Rate:
    """The same from several processes at once; the rate of all together."""
    spawn = multiprocessing.get_context("spawn")
    barrier, results = spawn.Barrier(processes), spawn.Queue()
    arguments = (threads, seconds, database_url, place, key, barrier, results)
    running = [spawn.Process(target=_process, args=arguments) for _ in range(processes)]
    for process in running:
        process.start()
    answers = [results.get(timeout=seconds + 90) for _ in running]
    for process in running:
        process.join(timeout=30)
    rates = [answer for answer in answers if isinstance(answer, Rate)]
    if len(rates) < len(answers):
        raise RuntimeError("\n".join(answer for answer in answers if isinstance(answer, str)))
    return Rate(sum(r.per_second for r in rates), max(r.p50 for r in rates), max(r.p99 for r in rates))


def _process(
    threads: int,
    seconds: float,
    database_url: str,
    place: Path,
    key: bytes,
    barrier: Barrier,
    results: "Queue[Rate | str]",
) -> None:
    """Puts the rate, or what went wrong: nobody waits for one that failed."""
    try:
        with Engine.open(system.settings(database_url, place, key)) as engine:
            work = worker(engine)
            barrier.wait(timeout=60)
            results.put(run(threads, seconds, work))
    except Exception:
        barrier.abort()
        results.put(format_exc())
