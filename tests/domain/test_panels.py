"""Panels: who is seated, one vote a seat and a person, what voids votes, and when the matter is settled."""

from datetime import date

from tests.domain.story import (
    Story,
    agree,
    answer,
    approve,
    before_the_panel,
    inquire,
    recommended,
    refuse,
    send_back,
    submit,
    supplied,
    take,
)
from tests.domain.world import tkm


def test_entering_the_state_fixes_the_seats_in_order_of_appointment():
    story = Story().given(before_the_panel())
    assert story.case.seats == ("panel1", "panel2", "panel3", "panel4", "panel5")


def test_who_is_not_seated_does_not_vote():
    story = Story().given(before_the_panel())
    story.when(approve("panel6")).then_refused("panel.seat")
    story.when(approve("minister")).then_refused("role")


def test_one_vote_a_person():
    story = Story().given(before_the_panel(), approve("panel2"))
    story.when(approve("panel2")).then_refused("panel.voted")
    assert story.asked("approve", "panel2") == ["panel.voted"]


def test_the_third_yes_of_five_approves():
    story = Story().given(before_the_panel(), approve("panel1"), refuse("panel2"), approve("panel3"))
    story.when(approve("panel5")).then("VoteCast", "MinistryApproved")
    vote, taken = story.events
    assert vote.actor == taken.actor == "panel5"
    assert story.state == "mentoring"
    assert story.case.votes == ()


def test_the_third_no_of_five_refuses_in_the_systems_name_with_joined_reasons():
    story = Story().given(before_the_panel(), refuse("panel1", "Rencana tidak jelas"), approve("panel2"))
    story.given(refuse("panel3", "Anggaran tidak wajar"))
    story.when(refuse("panel4", "Lokasi tidak sesuai")).then("VoteCast", "MinistryRefused")
    taken = story.events[1]
    assert (taken.actor, taken.office, taken.body.role) == ("system", None, "system")
    assert taken.body.reason == "Rencana tidak jelas; Anggaran tidak wajar; Lokasi tidak sesuai"
    assert story.state == "refused"


def test_a_refusing_vote_needs_a_reason():
    story = Story().given(before_the_panel())
    story.when(refuse("panel1", None)).then_refused("reason")
    story.when(refuse("panel1", "pendek")).then_refused("reason")
    story.when(take("approve", "panel1", vote="approve")).then("VoteCast")


def test_a_command_without_a_vote_is_refused():
    Story().given(before_the_panel()).when(take("approve", "panel1")).then_refused("vote")
    Story().given(before_the_panel()).when(
        take("send_back", "head.ministry", reason="x" * 10, vote="approve")
    ).then_refused("vote")


def test_with_four_seats_two_no_votes_refuse():
    story = Story().given(recommended(), supplied("coordination", by="coord.sulteng"))
    for person in ("panel5", "panel6", "panel7"):
        story.world.directory.end(person)
    story.given(agree())
    assert len(story.case.seats) == 4
    story.given(refuse("panel1"))
    story.when(refuse("panel2")).then("VoteCast", "MinistryRefused")


def test_fewer_appointees_than_the_quorum_are_refused_at_the_action_that_would_lead_there():
    story = Story().given(recommended(), supplied("coordination", by="coord.sulteng"))
    for n in range(3, 8):
        story.world.directory.end(f"panel{n}")
    story.when(agree()).then_refused("panel.seat")
    assert story.asked("agree", "coord.sulteng") == ["panel.seat"]


def test_also_where_carried_decisions_would_lead_there():
    story = Story().given(before_the_panel(), send_back("head.ministry"))
    for n in range(3, 8):
        story.world.directory.end(f"panel{n}")
    story.when(submit()).then_refused("panel.seat")
    assert story.state == "draft"


def test_a_seat_that_falls_vacant_before_its_vote_goes_to_the_next_appointee():
    story = Story().given(before_the_panel())
    story.world.directory.end("panel2")
    story.when(approve("panel2")).then_refused("role")
    story.when(approve("panel7")).then_refused("panel.seat")
    story.when(approve("panel6")).then("VoteCast")
    assert story.events[0].body.seat == 1
    assert story.case.seats == ("panel1", "panel6", "panel3", "panel4", "panel5")


def test_a_vote_stays_when_its_voter_leaves():
    story = Story().given(before_the_panel(), approve("panel1"), approve("panel2"))
    story.world.directory.end("panel1")
    story.when(approve("panel6")).then_refused("panel.seat")
    story.when(approve("panel3")).then("VoteCast", "MinistryApproved")


def test_with_too_few_seats_filled_for_the_quorum_a_vote_settles_it():
    story = Story().given(before_the_panel())
    for n in range(3, 8):
        story.world.directory.end(f"panel{n}")
    story.when(approve("panel1")).then("VoteCast", "MinistryRefused")
    assert "2/3" in story.events[1].body.reason


def test_a_changed_dossier_voids_the_votes_and_they_may_be_cast_anew():
    story = Story().given(before_the_panel(), approve("panel1"), inquire(by="head.ministry"), answer())
    assert [v.void for v in story.case.votes] == [True]
    story.given(approve("panel1"), approve("panel2"))
    assert [v.void for v in story.case.votes] == [True, False, False]
    story.when(approve("panel3")).then("VoteCast", "MinistryApproved")


def test_a_question_alone_voids_nothing():
    story = Story().given(before_the_panel(), approve("panel1"), inquire(by="head.ministry"))
    assert [v.void for v in story.case.votes] == [False]
    story.when(approve("panel2")).then_refused("inquiry")


def test_leaving_the_state_voids_the_votes_and_each_return_forms_a_new_panel():
    story = Story().given(before_the_panel(), approve("panel1"), approve("panel2"), send_back("head.ministry"))
    assert story.case.votes == ()
    story.world.directory.end("panel1")
    story.when(submit()).then("GroupProposed", "CityRecommended", "ProvinceCoordinated")
    assert story.case.seats == ("panel2", "panel3", "panel4", "panel5", "panel6")
    story.given(approve("panel2"), approve("panel3"))
    assert story.state == "ministry"


def test_a_vote_names_the_dossier_that_others_votes_do_not_change():
    story = Story().given(before_the_panel(), approve("panel1"), approve("panel2"))
    one, two = story.case.votes
    assert one.dossier == two.dossier


def test_a_delegate_votes_in_a_seat_and_only_once():
    story = Story().given(before_the_panel())
    story.world.directory.appoint("plh.one", "ministry_panel", "ministry", instead_of="panel1")
    story.world.directory.appoint("plh.one", "ministry_panel", "ministry", instead_of="panel2")
    story.when(approve("plh.one", on_behalf_of="panel1")).then("VoteCast")
    assert story.case.seats[0] == "panel1"
    story.when(approve("panel1")).then_refused("panel.voted")
    story.when(approve("plh.one", on_behalf_of="panel2")).then_refused("panel.voted")


def test_an_appointee_of_tomorrow_is_not_seated():
    story = Story().given(recommended(), supplied("coordination", by="coord.sulteng"))
    story.world.directory.all = [a for a in story.world.directory.all if a.person not in ("panel1", "panel2")]
    story.world.directory.appoint("panel1", "ministry_panel", "ministry", since=date(2027, 1, 1))
    story.given(agree())
    assert story.case.seats == ("panel3", "panel4", "panel5", "panel6", "panel7")


def guarded():
    """The programme with a condition on the panel's approval."""
    return tkm(
        (
            "    panel: {role: ministry_panel, seats: 5, quorum: 3, on_refusal: refuse}",
            "    panel: {role: ministry_panel, seats: 5, quorum: 3, on_refusal: refuse}\n"
            "    when: {enough: {if: 'facts.plan.workers_target >= 9', say: {id: Kurang, en: Too few}}}",
        )
    )


def test_the_panels_conditions_bind_a_yes_and_not_a_no():
    story = Story(guarded()).given(before_the_panel())
    story.when(approve("panel1")).then_refused("guard.enough")
    story.when(refuse("panel1")).then("VoteCast")
