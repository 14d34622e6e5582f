"""From the API's acknowledgement to the inbox: decisions at a steady pace, and when the read model has each."""

import json
from bisect import bisect_left
from pathlib import Path
from threading import Event, Thread
from time import perf_counter, sleep

import psycopg

from bench import system
from bench.load import Rate, rate
from bench.web import decisions
from tests.journeys.conftest import running
from workflow.engine import Engine
from workflow.settings import Settings

LOOK = 0.001
"""Seconds between two looks at the read model's position."""
POSITION = "SELECT position FROM projections WHERE name = 'inbox' AND build = 'live'"


def acknowledged_to_visible(place: Path, per_second: int, seconds: float) -> Rate:
    """Latencies on a system of its own, started as `make run` starts it, through Celery; the rate as reached."""
    with running(place) as (server, _):
        port = int(server.url.rsplit(":", 1)[1])
        with Engine.open(Settings.from_environment({"DATA_DIR": str(place)})) as engine:
            system.prepare(engine)
            once, stop = decisions(engine, port)(0), Event()
            first = json.loads(once())["position"]
            server.call("GET", "/inbox", "head.palu", params={"at_least": first})
            reached: list[tuple[int, float]] = []
            looking = Thread(target=_look, args=(engine.settings.database_url, reached, stop))
            looking.start()
            acknowledged, began = [], perf_counter()
            for number in range(int(per_second * seconds)):
                sleep(max(0.0, began + number / per_second - perf_counter()))
                position = json.loads(once())["position"]
                acknowledged.append((position, perf_counter()))
            took = perf_counter() - began
            sleep(2)
            stop.set()
            looking.join()
    places = [position for position, _ in reached]
    waits = [max(0.0, reached[bisect_left(places, position)][1] - at) for position, at in acknowledged]
    return rate(waits, took)


def _look(url: str, reached: list[tuple[int, float]], stop: Event) -> None:
    """Note each position of the inbox with the moment at which it was first seen."""
    with psycopg.connect(url, autocommit=True) as connection:
        while not stop.is_set():
            row = connection.execute(POSITION).fetchone()
            if row and (not reached or row[0] > reached[-1][0]):
                reached.append((row[0], perf_counter()))
            sleep(LOOK)
