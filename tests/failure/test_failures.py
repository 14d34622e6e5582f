"""Every part is killed once under load, and the broker is away for a moment; `make torture` does it at length."""

from pathlib import Path

from tests.failure.broker_away import outage
from tests.failure.delivery_under_fire import TARGETS as OF_DELIVERY
from tests.failure.delivery_under_fire import burn
from tests.failure.killing import TARGETS, Killing
from tests.journeys.conftest import running


def test_nothing_acknowledged_is_lost_when_each_part_is_killed(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    with running(folder) as (server, launcher):
        killing = Killing(server, folder, launcher)
        assert killing.run(len(TARGETS)) == []
        assert killing.kills == dict.fromkeys(TARGETS, 1)
        assert killing.notes.acknowledged


def test_decisions_and_lists_go_on_while_the_broker_is_away(tmp_path: Path) -> None:
    notes, found = outage(2, tmp_path)
    assert found == []
    assert notes.acknowledged


def test_every_notice_and_event_arrives_when_each_part_of_delivery_is_killed(tmp_path: Path) -> None:
    fire, found = burn(tmp_path, wanted=100, kills=len(OF_DELIVERY), wipes=0, crashes=1, patient=False)
    assert found == []
    assert fire.kills == dict.fromkeys(OF_DELIVERY, 1)
    assert fire.crashes == 1
    assert fire.letters.names
    assert fire.messages.names
    assert all(one.names for one in fire.pushed)
