"""From an acknowledged decision to a letter at a mail server, through the shipped worker."""

from datetime import UTC, datetime

from selaras.demo.loading import set_up
from tests.notices.mailbox import serving
from tests.notices.telling import Town
from workers import queues
from workers.app import app
from workflow.delivery.preferences import Preference
from workflow.engine import Engine

from .conftest import Room, until
from .test_whole_engine import settings_of


def test_the_shipped_worker_sends_what_is_due_once(room: Room, tmp_path):
    with serving(tmp_path / "sink") as sink, Engine.open(settings_of(room, tmp_path), pool_size=4) as engine:
        set_up(engine, datetime.now(UTC))
        wish = Preference(channels=("mail",), address="officer.palu@people.example")
        engine.preferences.put("officer.palu", wish, datetime.now(UTC))
        relay = {"SMTP_URL": f"smtp-plain://127.0.0.1:{sink.port}", "MAIL_FROM": "selaras@agency.example"}
        room.worker(program="workers.app", PUBLIC_URL="https://selaras.example", **relay)
        ref = Town(engine).submitted()

        def arrived() -> bool:
            app.send_task(queues.SEND_MAIL, queue=queues.MAIL, retry=False)
            return bool(sink.letters)

        until(arrived, seconds=60)
        until(lambda: engine.notices.of_case(ref, 10)[0])
        assert [letter["To"] for letter in sink.letters] == ["officer.palu@people.example"]
        assert f"https://selaras.example/cases/{ref}" in sink.letters[0].as_string()
