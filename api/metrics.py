"""What the API counts for operators: by route template, method and status; no reference, no person."""

import os
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector

from api.opening import Opener
from workflow.backlog import backlog

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
SHARED = "PROMETHEUS_MULTIPROC_DIR"
"""Environment: the folder in which all processes of one server count; read when prometheus_client is imported."""

requests = Counter("selaras_http_requests", "Requests answered", ("method", "route", "status"))
seconds = Histogram(
    "selaras_http_seconds",
    "Seconds from request to reply",
    ("method", "route"),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
under_way = Gauge("selaras_http_under_way", "Requests under way", multiprocess_mode="livesum")
refusals = Counter("selaras_refusals", "Reasons given for refusals", ("code",))
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def observe(method: str, route: str, status: int, took: float) -> None:
    """Count one reply; `route` is the template, `took` is in seconds."""
    method = method if method in METHODS else "other"
    requests.labels(method, route, str(status)).inc()
    seconds.labels(method, route).observe(took)


def exposition(opener: Opener) -> bytes:
    """All that is counted, over every process of this server, with where the read models stand and what is not done."""
    registry = CollectorRegistry()
    if os.environ.get(SHARED):
        MultiProcessCollector(registry)
    else:
        for metric in (requests, seconds, under_way, refusals):
            registry.register(metric)
    registry.register(_Positions(opener))
    registry.register(_Backlog(opener))
    return generate_latest(registry)


class _Positions:
    """Head of the log and lag of each read model, asked when somebody looks."""

    def __init__(self, opener: Opener) -> None:
        self._opener = opener

    def collect(self) -> Iterator[Metric]:
        head = self._opener.engine.log.head()
        yield GaugeMetricFamily("selaras_log_head", "Position of the last event", value=head)
        lag = GaugeMetricFamily("selaras_projection_lag", "Events not yet in a read model", labels=("name", "build"))
        stopped = GaugeMetricFamily("selaras_projection_stopped", "1 where it has stopped", labels=("name", "build"))
        for place in self._opener.read_models.runner.places():
            lag.add_metric((place.name, place.build), max(0, head - place.position))
            stopped.add_metric((place.name, place.build), float(place.stopped_at is not None))
        yield lag
        yield stopped


class _Backlog:
    """What is due and not done, asked when somebody looks."""

    def __init__(self, opener: Opener) -> None:
        self._opener = opener

    def collect(self) -> Iterator[Metric]:
        with self._opener.engine.pool.connection() as connection:
            found = backlog(connection)
        by = ("channel",)
        waiting = GaugeMetricFamily("selaras_delivery_waiting", "Notices that should have gone out", labels=by)
        oldest = GaugeMetricFamily("selaras_delivery_oldest_seconds", "Since the first of them should have", labels=by)
        failures = GaugeMetricFamily("selaras_delivery_failures", "Times in a row out of reach", labels=by)
        for name, channel in found.channels.items():
            waiting.add_metric((name,), channel.waiting)
            oldest.add_metric((name,), channel.oldest)
            failures.add_metric((name,), channel.failures)
        dead = GaugeMetricFamily("selaras_dead_letters", "Dead letters that rest", labels=by)
        for name, many in found.dead.items():
            dead.add_metric((name,), many)
        webhooks = GaugeMetricFamily("selaras_webhooks", "Webhooks that do not get through", labels=("state",))
        webhooks.add_metric(("failing",), found.failing)
        webhooks.add_metric(("stopped",), found.stopped)
        yield from (waiting, oldest, failures, dead, webhooks)
        yield GaugeMetricFamily("selaras_deadlines_unminded", "Deadlines due and not minded", value=found.deadlines)
