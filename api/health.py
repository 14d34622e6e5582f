"""Is it alive, is it ready, what does it count: for launchers, balancers and operators."""

from flask import Response
from msgspec import Struct

from api import metrics
from api.operations import Call, Room
from api.presenting import json_reply
from workers import canary
from workflow.projections.positions import Place

SILENT = 60.0
"""Seconds without a canary after which a queue counts as not worked on."""

room = Room("health", prefix="")


class Alive(Struct, frozen=True, kw_only=True):
    status: str


class ReadModelPlace(Struct, frozen=True, kw_only=True):
    name: str
    build: str
    position: int
    lag: int
    stopped_at: int | None
    """Position of the event that it cannot apply."""


class Ready(Struct, frozen=True, kw_only=True):
    status: str
    """`ready`, or `degraded`: decisions go on, but a list has stopped or a queue's messages do not arrive."""
    head: int
    read_models: list[ReadModelPlace]
    queues: dict[str, float | None]
    """Seconds since a canary last came through each queue of the workers; null: none ever did."""


@room("GET", "/healthz", {200: Alive}, public=True)
def healthz(call: Call) -> Response:
    """The process answers."""
    return json_reply(Alive(status="ok"))


@room("GET", "/readyz", {200: Ready}, public=True)
def readyz(call: Call) -> Response:
    """The database answers, and how far each list has come; 503 where it does not."""
    head = call.engine.log.head()
    places = call.read_models.runner.places()
    with call.engine.pool.connection() as connection:
        queues = canary.ages(connection)
    stopped = any(place.build == "live" and place.stopped_at is not None for place in places)
    silent = any(age is None or age > SILENT for age in queues.values())
    shape = Ready(
        status="degraded" if stopped or silent else "ready",
        head=head,
        read_models=[_place(place, head) for place in places],
        queues=queues,
    )
    return json_reply(shape)


@room("GET", "/metrics", {200: "text/plain"}, public=True)
def read_metrics(call: Call) -> Response:
    """Counts in the text format of Prometheus; no personal data."""
    return Response(metrics.exposition(call.opener), content_type=metrics.CONTENT_TYPE)


def _place(place: Place, head: int) -> ReadModelPlace:
    return ReadModelPlace(
        name=place.name,
        build=place.build,
        position=place.position,
        lag=max(0, head - place.position),
        stopped_at=place.stopped_at,
    )
