"""From an acknowledged decision to a message at a gateway, through the shipped worker."""

import base64
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import redis

from selaras.demo.loading import set_up
from tests.notices.phones import NUMBERS, SECRET, serving
from tests.notices.telling import Town
from workers import nudge, queues
from workers.app import app
from workflow.delivery.preferences import Preference
from workflow.engine import Engine

from .conftest import Room, until
from .test_whole_engine import settings_of


def test_the_shipped_worker_sends_to_phones_and_neither_log_nor_broker_holds_a_number(room: Room, tmp_path):
    with (
        serving(tmp_path / "phones") as phones,
        Engine.open(settings_of(room, tmp_path), pool_size=4) as engine,
        listening(room) as heard,
    ):
        set_up(engine, datetime.now(UTC))
        wish = Preference(channels=("phone",), phone=NUMBERS["officer.palu"])
        engine.preferences.put("officer.palu", wish, datetime.now(UTC))
        given = {
            "GATEWAY_URL": phones.url,
            "GATEWAY_SECRET": SECRET,
            "GATEWAY_NETWORKS": "127.0.0.0/8",
            "PUBLIC_URL": "https://selaras.example",
        }
        room.worker(program="workers.app", SELARAS_QUEUES="project,phone", **given)
        ref = Town(engine).submitted()

        def arrived() -> bool:
            app.send_task(queues.SEND_TO_PHONES, queue=queues.PHONE, retry=False)
            return bool(phones.came)

        until(arrived, seconds=60)
        (message,) = phones.came
        assert message["to"] == NUMBERS["officer.palu"]
        assert ref in message["text"]
    number = NUMBERS["officer.palu"].removeprefix("+62")
    bodies = [base64.b64decode(body).decode() for line in heard for body in re.findall(r"body\W+(\w+=*)\W", line)]
    assert any('"callbacks": null' in body for body in bodies)
    assert number not in "".join((room.said(), *heard, *bodies))


@contextmanager
def listening(room: Room) -> Iterator[list[str]]:
    """Every command that the broker gets meanwhile."""
    heard: list[str] = []
    client = redis.Redis.from_url(nudge.redis_url(room.broker.url), socket_timeout=None)
    with client.monitor() as monitor:

        def listen() -> None:
            while (command := monitor.next_command()["command"]) != "ECHO over":
                heard.append(command)

        thread = threading.Thread(target=listen)
        thread.start()
        yield heard
        client.echo("over")
        thread.join(30)
