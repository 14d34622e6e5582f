"""Running cases follow their alignments: clocks stop and run again, and other terms bind them when somebody says so."""

from datetime import timedelta

import pytest

from tests.alignments.table import Table
from workflow.asks import DeadlineAsk, RealignAsk, RebindAsk
from workflow.domain.events import DeadlineMoved
from workflow.domain.rebound import CaseRebound
from workflow.domain.refusal import Refused
from workflow.engine import Engine
from workflow.projections.runner import Runner
from workflow.reactions_known import reacting

CUMULATIVE = {"persons": {"rule": "cumulative"}}


@pytest.fixture
def runner(engine: Engine) -> Runner:
    made = Runner(engine.pool, engine.log, reacting(engine), first_pause=0)
    made.prepare()
    return made


def moved(table: Table, ref: str) -> list[tuple[str, bool | None]]:
    events = (event.body for event in table.engine.casework.history(ref))
    return [(body.why, body.stops) for body in events if isinstance(body, DeadlineMoved)]


def rebound(table: Table, ref: str, who: str = "head.palu") -> CaseRebound:
    table.ask(ref, RebindAsk(reason="Menurut ketentuan baru"), who)
    body = table.engine.casework.history(ref)[-1].body
    assert isinstance(body, CaseRebound)
    return body


def codes(table: Table, ref: str, who: str = "head.palu") -> set[str]:
    with pytest.raises(Refused) as refused:
        table.ask(ref, RebindAsk(), who)
    return {refusal.code for refusal in refused.value.refusals}


def test_a_suspension_stops_the_clocks_of_what_it_holds_and_its_end_lets_them_run(table: Table, runner: Runner) -> None:
    early, ref = table.recommended(), table.in_force()
    bound, approved = table.recommended(), table.approved()
    due = table.case(bound).due
    letter = table.suspend(ref)
    runner.catch_up("realigning")
    assert table.case(bound).due is None
    assert table.case(bound).stopped_days_left is not None
    assert moved(table, bound) == [(f"suspension/{ref}", True)]
    stop = next(e.body for e in table.engine.casework.history(bound) if isinstance(e.body, DeadlineMoved))
    assert stop.letter == letter
    assert "Anggaran bersama" in stop.say.id
    assert moved(table, approved) == moved(table, early) == []
    table.resume(ref)
    runner.catch_up("realigning")
    assert table.case(bound).due == due
    assert moved(table, bound)[1:] == [(f"suspension/{ref}", False)]


def test_however_late_the_engine_comes_the_days_are_those_left_at_the_suspension(table: Table, runner: Runner) -> None:
    ref = table.in_force()
    bound = table.recommended()
    due = table.case(bound).due
    assert due is not None
    table.suspend(ref)
    table.ask(bound, RealignAsk(), "system", at=due + timedelta(days=3))
    assert table.case(bound).stopped_days_left == 5
    table.resume(ref)
    runner.catch_up("realigning")
    assert table.case(bound).due == due


def test_what_ends_lets_the_clocks_run_too(table: Table, runner: Runner) -> None:
    ref = table.in_force()
    bound = table.recommended()
    table.suspend(ref)
    runner.catch_up("realigning")
    table.end(ref)
    runner.catch_up("realigning")
    assert table.case(bound).due is not None
    assert [stops for _, stops in moved(table, bound)] == [True, False]


def test_told_twice_or_in_another_order_it_comes_to_the_same(table: Table, runner: Runner) -> None:
    ref = table.in_force()
    bound = table.recommended()
    table.suspend(ref)
    table.resume(ref)
    table.suspend(ref)
    runner.catch_up("realigning")
    for n in range(3):
        assert not table.ask(bound, RealignAsk(), "system", key=f"again/{n}").changed
    assert moved(table, bound) == [(f"suspension/{ref}", True)]
    with pytest.raises(Refused):
        table.ask(bound, RealignAsk(), "head.palu")


def test_no_deadline_passes_between_the_suspension_and_the_stop(table: Table) -> None:
    ref = table.in_force()
    bound = table.recommended()
    due = table.case(bound).due
    assert due is not None
    table.suspend(ref)
    assert not table.ask(bound, DeadlineAsk(what="pass"), "system", at=due).changed


def test_a_party_binds_a_case_to_the_terms_in_force_and_hears_which_of_them_it_fails(table: Table) -> None:
    ref = table.in_force()
    bound = table.recommended()
    old = table.hash(ref)
    table.amended(ref, {"eligibility": {"dimensions": [{"dimension": "region", "rule": "b"}]}})
    assert rebound(table, bound).fails == ()
    assert table.bound(bound) == {ref: table.hash(ref)} != {ref: old}
    table.amended(ref, {"eligibility": {"dimensions": [{"dimension": "members", "rule": "intersection"}]}})
    assert rebound(table, bound).fails == ()


def test_what_the_terms_would_not_let_in_is_listed_and_refuses_nothing(table: Table) -> None:
    group = table.ready(members=16)
    table.take(group, "recommend", "head.palu")
    ref = table.in_force()
    body = rebound(table, group)
    assert [(one.alignment, one.pointer) for one in body.fails] == [(ref, "/eligibility/dimensions/members")]
    assert "5 to 15" in body.fails[0].en
    assert "5 sampai 15" in body.fails[0].id
    table.paper(group, "coordination", by="coord.sulteng")
    table.take(group, "agree", "coord.sulteng")
    assert table.state(group) == "ministry"


def test_a_case_is_not_bound_anew_before_its_time_after_its_approval_or_by_a_stranger(table: Table) -> None:
    nothing = table.recommended()
    assert codes(table, nothing) == {"rebind.none"}
    table.in_force()
    ready, approved, recommended = table.ready(), table.approved(), table.recommended()
    assert codes(table, ready) == {"rebind.early"}
    assert codes(table, approved) == {"rebind.approved"}
    assert codes(table, recommended, "coord.sulteng") == {"party"}
    assert codes(table, recommended, "leader.palu") == {"role"}
    assert not table.ask(recommended, RebindAsk(), "head.palu").changed


def test_terms_that_say_so_bind_later_cases_when_they_come_into_force(table: Table, runner: Runner) -> None:
    later, ready, approved = table.recommended(), table.ready(), table.approved()
    ref = table.in_force({"running": {"later": "rebind"}})
    runner.catch_up("realigning")
    assert table.bound(later) == {ref: table.hash(ref)}
    assert table.bound(ready) == table.bound(approved) == {}
    table.amended(ref, CUMULATIVE)
    runner.catch_up("realigning")
    assert table.bound(later) == {ref: table.hash(ref)}


def test_terms_that_say_keep_leave_later_cases_alone(table: Table, runner: Runner) -> None:
    later = table.recommended()
    table.in_force()
    runner.catch_up("realigning")
    assert table.bound(later) == {}
