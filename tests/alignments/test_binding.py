"""What an alignment does to a group's case: it binds, waits while suspended, keeps its terms, goes on alone."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from tests.alignments.table import REASON, Table
from workflow.asks import ActionAsk
from workflow.casework import Stale
from workflow.domain.alignments import AlignmentChanged

CUMULATIVE = {"persons": {"rule": "cumulative"}}


def test_a_case_is_bound_when_it_gets_to_the_action_that_the_terms_name(table: Table) -> None:
    early = table.recommended()
    ref = table.in_force()
    group = table.ready()
    assert table.bound(group) == {}
    table.take(group, "recommend", "head.palu", terms=table.hash(ref))
    assert table.bound(group) == {ref: table.hash(ref)}
    assert table.bound(early) == {}


def test_terms_that_do_not_reach_the_case_do_not_bind_it(table: Table) -> None:
    table.in_force({"since": f"{date.today().year + 1}-01-01", "quota": {"transfer": None}})
    assert table.bound(table.recommended()) == {}


def test_whoever_saw_other_terms_is_told_what_changed(table: Table) -> None:
    ref, group = table.in_force(), table.ready()
    seen = table.hash(ref)
    table.amended(ref, CUMULATIVE)
    with pytest.raises(Stale) as stale:
        table.take(group, "recommend", "head.palu", terms=seen)
    (changed,) = (event.body for event in stale.value.what_changed)
    assert isinstance(changed, AlignmentChanged)
    assert (changed.ref, changed.hash) == (ref, table.hash(ref))
    table.take(group, "recommend", "head.palu", terms=table.hash(ref))
    assert table.bound(group) == {ref: table.hash(ref)}


def test_terms_that_move_between_decision_and_append_bind_nobody_unseen(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The alignment is amended in the very moment between the decision and its append."""
    ref, group = table.in_force(), table.ready()
    store, waiting = table.engine.casework.store, [True]
    append = store.append

    def meanwhile(write):
        if waiting and any(getattr(event.body, "binds", ()) for event in write.events):
            waiting.clear()
            table.amended(ref, CUMULATIVE)
        return append(write)

    monkeypatch.setattr(store, "append", meanwhile)
    table.engine.alignments.current()
    with pytest.raises(Stale) as stale:
        # An old tag is refused from fresh state alone, so that the first attempt already reads everything anew.
        table.engine.casework._attempt(
            group, ActionAsk(action="recommend"), "head.palu", None, None, datetime.now(UTC), True, None
        )
    assert [type(event.body) for event in stale.value.what_changed] == [AlignmentChanged]
    assert table.state(group) == "city_review"
    assert table.bound(group) == {}


def test_what_moves_elsewhere_in_the_alignments_is_decided_again_without_a_word(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref, group = table.in_force(), table.ready()
    store, waiting = table.engine.casework.store, [True]
    append = store.append

    def meanwhile(write):
        if waiting and any(getattr(event.body, "binds", ()) for event in write.events):
            waiting.clear()
            table.proposed({"regions": ["72.71"]})
        return append(write)

    monkeypatch.setattr(store, "append", meanwhile)
    table.take(group, "recommend", "head.palu")
    assert table.bound(group) == {ref: table.hash(ref)}


def test_an_inspector_asks_about_a_suspension_between_reading_and_voting(table: Table) -> None:
    ref, group = table.in_force(), table.before_the_panel()
    tag = frozenset(
        {table.engine.casework.handle(group, ActionAsk(action="approve", vote="approve"), "panel1").dossier}
    )
    letter = table.suspend(ref, "Anggaran bersama sedang diperiksa")
    said = table.refused(group, "approve", "panel2", vote="approve")
    assert said == {
        "alignment.suspended": f"The alignment {ref} is suspended: Anggaran bersama sedang diperiksa (letter {letter})"
    }
    table.resume(ref)
    for seat in ("panel2", "panel3"):
        answer = table.ask(group, ActionAsk(action="approve", vote="approve"), seat, if_match=tag)
    assert answer.case.state == "mentoring"
    assert [vote.person for vote in table.case(group).votes] == []
    votes = [event.actor for event in table.engine.casework.history(group) if type(event.body).__name__ == "VoteCast"]
    assert votes == ["panel1", "panel2", "panel3"]


def test_a_suspension_stops_bound_cases_and_lets_approved_and_unbound_ones_go_on(table: Table) -> None:
    early, ref = table.recommended(), table.in_force()
    bound, approved, fresh = table.recommended(), table.approved(), table.ready()
    table.suspend(ref)
    table.paper(bound, "coordination", by="coord.sulteng")
    assert table.refused(bound, "agree", "coord.sulteng").keys() == {"alignment.suspended"}
    table.paper(early, "coordination", by="coord.sulteng")
    table.take(early, "agree", "coord.sulteng")
    table.take(approved, "assign_mentor", "mentorlead", assign="mentor1")
    table.take(fresh, "recommend", "head.palu")
    assert table.bound(fresh) == {}
    table.take(bound, "withdraw", "leader.palu")
    assert table.state(bound) == "withdrawn"


def test_asking_says_the_same_as_acting(table: Table) -> None:
    ref, group = table.in_force(), table.recommended()
    table.suspend(ref)
    codes = {
        open.action: {refusal.code for refusal in open.refusals}
        for open in table.engine.casework.actions(group, "coord.sulteng")
    }
    assert "alignment.suspended" in codes["agree"]
    assert "alignment.suspended" in codes["send_back"]
    assert "alignment.suspended" not in codes["withdraw"]


def test_ended_a_case_that_is_not_approved_goes_on_under_its_own_definition_alone(table: Table) -> None:
    ref, group = table.in_force(), table.recommended()
    table.suspend(ref)
    table.end(ref)
    table.paper(group, "coordination", by="coord.sulteng")
    table.take(group, "agree", "coord.sulteng")
    assert table.state(group) == "ministry"


def test_an_amendment_leaves_bound_cases_with_their_terms(table: Table) -> None:
    ref, group = table.in_force(), table.recommended()
    old = table.hash(ref)
    table.amended(ref, CUMULATIVE)
    assert table.bound(group) == {ref: old}
    table.paper(group, "coordination", by="coord.sulteng")
    table.take(group, "agree", "coord.sulteng")
    assert table.bound(group) == {ref: old}


@pytest.mark.parametrize("amended", [False, True])
def test_a_carried_recommendation_stands_unless_the_terms_it_was_given_under_changed(
    table: Table, amended: bool
) -> None:
    ref, group = table.in_force(), table.recommended()
    if amended:
        table.amended(ref, CUMULATIVE)
    table.take(group, "send_back", "coord.sulteng", reason=REASON)
    table.take(group, "submit", "leader.palu")
    assert table.state(group) == ("city_review" if amended else "coordination")


def test_an_inspector_asks_about_terms_v1_and_v2_with_yesterdays_matrix_unchanged(table: Table) -> None:
    """What stood at a position is what it was then, whatever came after."""
    ref = table.in_force()
    group = table.recommended()
    yesterday, then = table.engine.log.head(), table.now()
    before, matrix = table.engine.alignments.as_of(yesterday), table.matrix(yesterday)
    table.amended(ref, CUMULATIVE)
    late = table.recommended()
    assert table.matrix(yesterday) == matrix != table.matrix(table.engine.log.head())
    first, second = table.engine.alignments.versions(ref)
    assert table.engine.alignments.as_of(yesterday) == before == table.engine.alignments.as_of(then)
    assert before.known[ref].hash == first.hash
    assert table.engine.alignments.current().known[ref].hash == second.hash
    assert (table.bound(group), table.bound(late)) == ({ref: first.hash}, {ref: second.hash})
    assert table.engine.alignments.as_of(1).known == {}
    long_ago = datetime.combine(date.today() - timedelta(days=9000), time(), UTC)
    assert table.engine.alignments.as_of(long_ago).known == {}


def test_a_group_outside_the_agreed_bounds_is_not_recommended_while_the_terms_hold(table: Table) -> None:
    ref = table.in_force()
    inside, outside = table.ready(), table.ready(members=16)
    said = table.refused(outside, "recommend", "head.palu")
    assert said == {
        "terms.eligibility.members": f"Agreed on in the alignment {ref}: 10 to 20 members (it has to be 5 to 15)"
    }
    (asked,) = (one for one in table.engine.casework.actions(outside, "head.palu") if one.action == "recommend")
    assert [one.code for one in asked.refusals] == list(said)
    table.take(inside, "recommend", "head.palu")
    table.amended(ref, {"eligibility": {"dimensions": [{"dimension": "members", "rule": "a"}]}})
    table.take(outside, "recommend", "head.palu")
    assert table.bound(outside) == {ref: table.hash(ref)}


def test_where_no_terms_bind_it_a_group_need_fit_its_own_programme_alone(table: Table) -> None:
    ref = table.in_force()
    table.suspend(ref)
    suspended, ended = table.ready(members=16), table.ready(members=16)
    table.take(suspended, "recommend", "head.palu")
    table.resume(ref)
    assert "terms.eligibility.members" in table.refused(ended, "recommend", "head.palu")
    table.end(ref)
    table.take(ended, "recommend", "head.palu")
    assert table.bound(suspended) == table.bound(ended) == {}
