"""Places go to those who wait, by the engine itself and in the order in which they came."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.reactions.desk import LEADER, Desk
from workflow.asks import DeadlineAsk, PromoteAsk
from workflow.domain.events import ActionTaken
from workflow.domain.publishing import SetQuota
from workflow.domain.refusal import Refused
from workflow.engine import Engine
from workflow.projections.following import Follower
from workflow.projections.runner import Runner
from workflow.reactions_known import reacting


@pytest.fixture
def runner(engine: Engine) -> Runner:
    made = Runner(engine.pool, engine.log, reacting(engine), first_pause=0)
    made.prepare()
    return made


def places(desk: Desk, number: int) -> None:
    year = desk.case_year
    order = SetQuota(region="72.71", year=year, places=number, legal_basis=f"Contoh: {number} tempat")
    desk.engine.registry.set_quota("tkm-kelompok", order, by="admin")


def last(desk: Desk, ref: str) -> ActionTaken:
    body = desk.engine.casework.history(ref)[-1].body
    assert isinstance(body, ActionTaken)
    return body


def test_a_raised_quota_takes_up_the_earliest(desk: Desk, runner: Runner):
    places(desk, 0)
    first, second, third = (desk.submitted() for _ in range(3))
    assert [desk.case(ref).state for ref in (first, second, third)] == ["waiting"] * 3
    places(desk, 2)
    runner.catch_up("promotion")
    assert [desk.case(ref).state for ref in (first, second, third)] == ["city_review", "city_review", "waiting"]
    assert desk.engine.log.waiting(desk.place_key) == (third,)
    assert desk.engine.log.used(desk.place_key) == 2


def test_a_freed_place_goes_to_who_waits_and_not_to_who_comes(desk: Desk, runner: Runner):
    places(desk, 1)
    holder, waits = desk.submitted(), desk.submitted()
    draft = desk.drafted()
    desk.act(holder, "withdraw")
    # The place is free and nobody has been taken up yet: who comes now is behind.
    assert desk.act(draft, "submit").state == "waiting"
    runner.catch_up("promotion")
    assert (desk.case(waits).state, desk.case(draft).state) == ("city_review", "waiting")
    assert last(desk, waits).role == "system"
    joined = next(e for e in desk.engine.casework.history(waits) if getattr(e.body, "diverted", None))
    assert (joined.actor, joined.body.event) == (LEADER, "GroupWaitlisted")


def test_a_server_that_has_not_heard_of_who_waits_passes_nobody(desk: Desk, engine: Engine, settings, runner: Runner):
    places(desk, 1)
    with Engine.open(settings) as elsewhere:
        there = Desk(elsewhere)
        draft = there.drafted()
        holder, waits = desk.submitted(), desk.submitted()
        desk.act(holder, "withdraw")
        assert there.act(draft, "submit").state == "waiting"
    assert engine.log.waiting(desk.place_key) == (waits, draft)


def test_entering_a_queue_whose_place_was_freed_meanwhile_is_noticed(desk: Desk, runner: Runner):
    places(desk, 1)
    holder = desk.submitted()
    waits = desk.submitted()
    desk.act(holder, "withdraw")
    with desk.engine.pool.connection() as connection:
        # As if the release had been read before the waiting began.
        position = desk.engine.casework.history(holder)[-1].position
        connection.execute("UPDATE projections SET position = %s WHERE name = 'promotion'", [position])
    late = desk.submitted()
    runner.catch_up("promotion")
    assert (desk.case(waits).state, desk.case(late).state) == ("city_review", "waiting")


def test_lapsed_draft_and_queue(desk: Desk, runner: Runner):
    """A draft whose days run out held nothing and frees nothing; one that lapses in the queue frees its turn."""
    places(desk, 1)
    holder, lapses, waits = desk.submitted(), desk.submitted(), desk.submitted()
    draft = desk.drafted()
    passed = DeadlineAsk(what="pass")
    desk.ask(draft, passed, "system", at=datetime.now(UTC) + timedelta(days=61))
    runner.catch_up("promotion")
    assert desk.case(draft).state == "lapsed"
    assert desk.engine.log.waiting(desk.place_key) == (lapses, waits)
    desk.ask(lapses, passed, "system", at=datetime.now(UTC) + timedelta(days=366))
    assert desk.case(lapses).state == "lapsed"
    assert desk.engine.log.waiting(desk.place_key) == (waits,)
    desk.act(holder, "withdraw")
    runner.catch_up("promotion")
    assert desk.case(waits).state == "city_review"
    assert desk.engine.log.waiting(desk.place_key) == ()


def test_only_the_first_can_be_taken_up_whoever_asks(desk: Desk):
    places(desk, 0)
    _, second = desk.submitted(), desk.submitted()
    places(desk, 5)
    with pytest.raises(Refused):
        desk.ask(second, PromoteAsk(), "system")
    with pytest.raises(Refused):
        desk.ask(second, PromoteAsk(), LEADER)
    assert desk.case(second).state == "waiting"


def test_done_again_it_takes_up_nobody_else(desk: Desk, runner: Runner):
    places(desk, 0)
    refs = [desk.submitted() for _ in range(3)]
    places(desk, 1)
    runner.catch_up("promotion")
    with desk.engine.pool.connection() as connection:
        connection.execute("UPDATE projections SET position = 0 WHERE name = 'promotion'")
    head = desk.engine.log.head()
    Follower(runner).look()
    assert desk.engine.log.head() == head
    assert [desk.case(ref).state for ref in refs] == ["city_review", "waiting", "waiting"]
