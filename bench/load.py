"""Runs one thing from many threads for some seconds, and says how often and how long."""

from collections.abc import Callable
from contextlib import suppress
from threading import Barrier, BrokenBarrierError, Thread
from time import perf_counter

from msgspec import Struct


class Rate(Struct, frozen=True):
    per_second: float
    p50: float
    """Milliseconds."""
    p99: float

    def __str__(self) -> str:
        return f"{self.per_second:,.0f}/s ({self.p50:.2f}/{self.p99:.2f} ms)"


def run(threads: int, seconds: float, worker: Callable[[int], Callable[[], object]]) -> Rate:
    """Rate over all threads. `worker(number)` prepares a thread and gives what it does again and again.

    Raises what the first thread that failed raised.
    """
    barrier, durations = Barrier(threads + 1), [list[float]() for _ in range(threads)]
    failures = list[BaseException]()

    def loop(number: int) -> None:
        try:
            measured(number)
        except BaseException as failure:
            failures.append(failure)
            barrier.abort()

    def measured(number: int) -> None:
        once = worker(number)
        once()
        barrier.wait()
        end = perf_counter() + seconds
        start = perf_counter()
        while start < end:
            once()
            now = perf_counter()
            durations[number].append(now - start)
            start = now

    running = [Thread(target=loop, args=(number,), daemon=True) for number in range(threads)]
    for thread in running:
        thread.start()
    with suppress(BrokenBarrierError):
        barrier.wait()
    began = perf_counter()
    for thread in running:
        thread.join()
    if failures:
        raise failures[0]
    return rate([d for own in durations for d in own], perf_counter() - began)


def rate(durations: list[float], seconds: float) -> Rate:
    """The rate of measured durations (seconds) over a span of time."""
    ordered = sorted(durations)
    return Rate(len(ordered) / seconds, percentile(ordered, 50) * 1000, percentile(ordered, 99) * 1000)


def percentile(ordered: list[float], part: int) -> float:
    """Of values in ascending order; 0 where there are none."""
    return ordered[min(len(ordered) - 1, len(ordered) * part // 100)] if ordered else 0.0
