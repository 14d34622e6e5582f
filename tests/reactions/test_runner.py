"""Reactions are sent once for each event, in order, whatever fails on the way."""

from collections.abc import Iterable

import pytest

from tests.reactions.desk import Desk
from workflow.asks import ActionAsk
from workflow.domain.events import ActionTaken, Recorded
from workflow.engine import Engine
from workflow.projections.following import Follower
from workflow.projections.runner import Runner
from workflow.reactions import Order, Reacting


class RefuseAll:
    """A reaction for tests: whoever comes before the panel is refused at once."""

    name = "refuseall"

    def __init__(self) -> None:
        self.failing = False
        self.asked: list[int] = []

    def react(self, engine: Engine, event: Recorded) -> Iterable[Order]:
        if not isinstance(event.body, ActionTaken) or event.body.event != "ProvinceCoordinated":
            return
        self.asked.append(event.position)
        ref = event.stream.removeprefix("case/")
        yield Order(ref, ActionAsk(action="refuse", reason="Tidak ada sidang panel"), "refuse")
        if self.failing:
            raise LookupError("no such thing")


@pytest.fixture
def reaction() -> RefuseAll:
    return RefuseAll()


@pytest.fixture
def runner(engine: Engine, reaction: RefuseAll) -> Runner:
    made = Runner(engine.pool, engine.log, (Reacting(reaction, engine),), first_pause=0)
    made.prepare()
    return made


def events(desk: Desk, ref: str) -> list[str]:
    return [e.body.event for e in desk.engine.casework.history(ref) if isinstance(e.body, ActionTaken)]


def test_an_event_leads_to_the_engines_own_command(desk: Desk, runner: Runner):
    ref = desk.coordinated()
    assert runner.catch_up("refuseall") == desk.engine.log.head()
    last = desk.engine.casework.history(ref)[-1]
    assert isinstance(last.body, ActionTaken)
    assert (last.body.event, last.actor, last.body.role) == ("MinistryRefused", "system", "system")
    cause = next(e for e in desk.engine.casework.history(ref) if e.position == last.cause)
    assert isinstance(cause.body, ActionTaken)
    assert cause.body.event == "ProvinceCoordinated"
    assert last.command == f"refuseall/{cause.position}/refuse"


def test_done_again_it_changes_nothing(desk: Desk, runner: Runner, reaction: RefuseAll):
    ref = desk.coordinated()
    runner.catch_up("refuseall")
    with desk.engine.pool.connection() as connection:
        connection.execute("UPDATE projections SET position = 0 WHERE name = 'refuseall'")
    head = desk.engine.log.head()
    runner.catch_up("refuseall")
    assert len(reaction.asked) == 2
    assert desk.engine.log.head() == head
    assert events(desk, ref).count("MinistryRefused") == 1


def test_what_is_refused_by_then_is_left(desk: Desk, runner: Runner):
    ref = desk.coordinated()
    desk.act(ref, "withdraw")
    assert runner.catch_up("refuseall") == desk.engine.log.head()
    assert "MinistryRefused" not in events(desk, ref)


def test_a_failing_reaction_stops_alone_and_is_seen_and_goes_on_where_it_stopped(
    desk: Desk, runner: Runner, reaction: RefuseAll
):
    reaction.failing = True
    ref = desk.coordinated()
    for _ in range(6):
        runner.catch_up("refuseall")
    place = runner.place("refuseall")
    assert place.stopped_at == place.position + 1 == reaction.asked[0]
    assert place.reason == "LookupError: no such thing"
    assert events(desk, ref).count("MinistryRefused") == 1
    reaction.failing = False
    other = desk.coordinated()
    assert runner.resume("refuseall")
    assert runner.catch_up("refuseall") == desk.engine.log.head()
    assert [events(desk, one).count("MinistryRefused") for one in (ref, other)] == [1, 1]


def test_without_a_broker_the_follower_sends_them(desk: Desk, runner: Runner):
    ref = desk.coordinated()
    assert Follower(runner).look()
    assert events(desk, ref)[-1] == "MinistryRefused"
