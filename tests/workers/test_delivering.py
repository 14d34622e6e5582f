"""What happens reaches an agency's own address by way of the workers, whichever of them serves which queue."""

from datetime import date

from selaras.demo import people
from tests.projections.conftest import SECRET
from tests.webhooks.receiver import Receiver
from workers import nudge
from workflow.domain.appointing import Appoint, RegisterPerson
from workflow.domain.events import CaseOpened, Move, Recorded
from workflow.engine import Engine
from workflow.store.log import Write
from workflow.webhooks.subscriptions import Subscriptions

from .conftest import Room, until
from .test_whole_engine import AT, settings_of


def opened(number: int) -> Recorded:
    ref = f"TKM-7271-2026-{number:06d}"
    body = CaseOpened(
        ref=ref,
        programme="tkm-kelompok",
        definition_version=1,
        applicant="leader.palu",
        region="72.71.01",
        facts={},
        tracking_code=ref,
        move=Move(from_="", to="draft", round=1, phase="proposal"),
    )
    return Recorded(stream=f"case/{ref}", version=1, at=AT, actor="leader.palu", body=body)


def test_a_nudge_after_the_commit_reaches_the_receiver_through_a_worker_of_its_own(room: Room, tmp_path):
    receiver = Receiver()
    with Engine.open(settings_of(room, tmp_path), pool_size=2) as engine:
        (office,) = (order for order in people.OFFICES if order.office == people.PALU)
        engine.directory.handle(office, by="seed")
        engine.directory.handle(RegisterPerson(person="system.palu", language="en"), by="seed")
        post = Appoint(
            person="system.palu",
            role="integrator",
            office=people.PALU,
            since=date(2024, 1, 1),
            legal_basis=people.BASIS,
        )
        engine.directory.handle(post, by="seed")
        Subscriptions(engine.pool, SECRET).add("system.palu", receiver.url, after=engine.log.head())
        allowed = {"WEBHOOK_NETWORKS": "127.0.0.0/8"}
        room.worker(program="workers.app", SELARAS_QUEUES="project,keep,clock", **allowed)
        room.worker("d", program="workers.app", SELARAS_QUEUES="mail,webhook", **allowed)
        positions = []
        for number in range(1, 6):
            positions.append(engine.log.append(Write(events=(opened(number),))))
            nudge.nudge(positions[-1])
        until(lambda: len(receiver.came) >= len(positions))
    assert [came.event["data"]["position"] for came in receiver.came] == positions
    receiver.close()
