"""A group's way from draft to completion, and what its history keeps."""

import pytest

from tests.domain.story import (
    Story,
    approve,
    approved,
    before_the_panel,
    changed,
    drafted,
    graduated,
    later,
    mentored,
    opened,
    proposed,
    ready_to_recommend,
    recommend,
    recommended,
    submit,
    supplied,
    take,
    ticked,
    turned_down,
    verified,
)
from tests.domain.world import digest_of, facts
from workflow.domain.events import ActionTaken
from workflow.domain.evolve import BrokenHistory, evolve, fold


def test_a_group_goes_from_draft_to_completion():
    story = Story().given(graduated())
    assert (story.state, story.case.phase, story.case.ended) == ("completed", "closed", True)
    names = [e.body.event for e in story.world.histories["TKM-1"] if isinstance(e.body, ActionTaken)]
    assert names == [
        "GroupProposed",
        "SiteVerified",
        "CityRecommended",
        "ProvinceCoordinated",
        "MinistryApproved",
        "MentorAssigned",
        "ProgressReported",
        "ProgressReported",
        "ProgressReported",
        "GroupGraduated",
    ]


def test_the_same_history_folds_to_the_same_state():
    story = Story().given(graduated())
    assert story.world.replayed("TKM-1") == story.case


def test_an_action_records_what_it_did_and_where_it_led():
    story = Story().given(drafted()).when(submit()).then("GroupProposed")
    (event,) = story.events
    body = event.body
    assert (event.actor, event.office, event.on_behalf_of, body.role) == ("leader.palu", None, None, "group_leader")
    assert (body.move.from_, body.move.to, body.move.round, body.move.phase) == ("draft", "city_review", 2, "review")
    assert body.move.due is not None
    assert body.move.due > event.at
    assert body.dossier


def test_officers_act_in_their_office():
    story = Story().given(ready_to_recommend()).when(recommend()).then("CityRecommended")
    assert story.events[0].office == "dinas.palu"
    assert story.events[0].body.letter.signed_by == "head.palu"


def test_the_counts_and_answers_that_guards_saw_are_kept():
    story = Story().given(ready_to_recommend()).when(recommend())
    body = story.events[0].body
    assert body.counts == {"verify_site": 1}
    assert body.answers == {"city_review": {"members_met": True, "not_yet_served": True}}
    assert set(body.covers) == {
        "facts.group",
        "facts.members",
        "facts.potential",
        "documents.proposal",
        "documents.domicile",
    }


def test_an_action_into_its_own_state_neither_ends_the_round_nor_restarts_its_clock():
    story = Story().given(proposed(), supplied("site_report", by="officer.palu"))
    before = story.case
    story.given(later(days=1)).when(take("verify_site", "officer.palu")).then("SiteVerified")
    assert (story.case.round, story.case.due, story.case.warn) == (before.round, before.due, before.warn)
    assert story.case.counts == {"verify_site": 1}


def test_counts_are_of_the_round_and_totals_of_the_case():
    story = Story().given(recommended())
    assert story.case.counts == {}
    assert story.case.totals == {"submit": 1, "verify_site": 1, "recommend": 1}


def test_a_refusal_says_all_that_is_missing_at_once():
    story = Story().given(proposed(), verified())
    story.when(recommend()).then_refused(
        "document.recommendation", "checklist.city_review.members_met", "checklist.city_review.not_yet_served"
    )


def test_documents_and_answers_are_needed():
    Story().given(opened()).when(submit()).then_refused("document.proposal", "document.domicile")


def test_an_answer_of_no_does_not_confirm():
    story = Story().given(proposed(), verified(), supplied("recommendation", by="head.palu"))
    story.given(ticked(members_met=False, not_yet_served=True))
    story.when(recommend()).then_refused("checklist.city_review.members_met")


def test_in_another_state_only_what_concerns_the_person_and_the_history_is_said():
    story = Story().given(opened())
    story.when(recommend(by="officer.palu")).then_refused("state", "role")
    story.when(recommend(by="head.palu")).then_refused("state")


def test_an_ended_case_changes_no_more():
    story = Story().given(drafted(), take("withdraw", "leader.palu"))
    story.when(submit()).then_refused("state")
    story.when(changed(group="Lain")).then_refused("state")
    story.when(supplied("proposal")).then_refused("state")


def test_an_action_that_does_not_exist_is_refused():
    Story().given(opened()).when(take("fly", "leader.palu")).then_refused("action")


def test_asking_lists_what_the_command_is_refused_with():
    story = Story().given(proposed(), verified())
    assert story.asked("recommend", "head.palu") == [
        "checklist.city_review.members_met",
        "checklist.city_review.not_yet_served",
        "document.recommendation",
    ]
    assert story.asked("recommend", "officer.palu") == [
        "checklist.city_review.members_met",
        "checklist.city_review.not_yet_served",
        "document.recommendation",
        "role",
        "separation.verify_site.recommend",
    ]


def test_what_only_the_command_brings_is_not_asked_for_but_needed():
    story = Story().given(mentored(), supplied("monthly_report", by="mentor1"))
    assert story.asked("report_progress", "mentor1") == []
    story.when(take("report_progress", "mentor1")).then_refused("outcomes.workers", "outcomes.revenue", "outcomes.loan")


@pytest.mark.parametrize("value", [-1, "4", True, 4.0, 2**60, None])
def test_outcomes_are_as_declared(value):
    story = Story().given(mentored(), supplied("monthly_report", by="mentor1"))
    outcomes = {"workers": value, "revenue": 1, "loan": 0}
    story.when(take("report_progress", "mentor1", outcomes=outcomes)).then_refused("outcomes.workers")


def test_an_outcome_that_nobody_asked_for_is_refused():
    story = Story().given(mentored(), supplied("monthly_report", by="mentor1"))
    outcomes = {"workers": 1, "revenue": 1, "loan": 0, "profit": 3}
    story.when(take("report_progress", "mentor1", outcomes=outcomes)).then_refused("outcomes.profit")


@pytest.mark.parametrize("reason", [None, "", "terlalu", "          x"])
def test_a_required_reason_has_ten_characters(reason):
    story = Story().given(proposed())
    story.when(take("decline", "head.palu", reason=reason)).then_refused("reason")


def test_the_objection_is_lodged_once_in_the_whole_history():
    story = Story().given(turned_down(), take("object", "leader.palu", reason="Kami keberatan sekali"))
    story.given(
        take("reopen", "minister", reason="Dibuka kembali oleh menteri"),
        take("decline", "head.palu", reason="Tetap ditolak oleh kota"),
    )
    assert story.state == "refused"
    story.when(take("object", "leader.palu", reason="Kami keberatan lagi")).then_refused("once")


def test_an_objection_is_granted_only_after_the_ministry_refused():
    story = Story().given(proposed(), take("decline", "head.palu", reason="Ditolak oleh kota Palu"))
    story.given(take("object", "leader.palu", reason="Kami keberatan sekali"))
    story.when(take("grant_objection", "minister", reason="Keberatan diterima")).then_refused("guard.decided")
    other = Story().given(turned_down(), take("object", "leader.palu", reason="Kami keberatan sekali"))
    other.when(take("grant_objection", "minister", reason="Keberatan diterima")).then("ObjectionGranted")


def test_a_letter_is_made_by_the_action_that_names_it():
    story = Story().given(turned_down())
    assert [(x.name, x.signed_by) for x in story.case.letters] == [
        ("city_recommendation", "head.palu"),
        ("refusal", "role:ministry_head"),
    ]
    assert Story().given(approved()).case.letters[-1].signed_by == "role:ministry_head"


def test_an_annulment_ends_the_case_and_frees_what_it_held():
    story = Story().given(approved())
    assert story.world.claims
    story.when(take("annul", "head.ministry", reason="Data tidak benar")).then("ApprovalAnnulled")
    assert story.case.ended
    assert not story.world.claims


def test_a_changed_member_is_amended_in_mentoring():
    story = Story().given(mentored(), supplied("member_change", by="officer.palu"))
    after = facts()["members"]
    after[3] = {**after[3], "name": "Anggota Baru", "nik": "7271061405909999"}
    story.when(take("replace_member", "officer.palu", amend={"members": after})).then("MembersChanged")
    assert story.case.facts["members"][3]["name"] == "Anggota Baru"
    key = f"person-in-self-employment-programme:{digest_of('7271061405909999')}"
    assert story.world.claims[key] == "TKM-1"
    assert len(story.world.claims) == 10


def test_a_history_begins_with_its_opening_and_has_no_gap():
    story = Story().given(proposed())
    history = story.world.histories["TKM-1"]
    with pytest.raises(BrokenHistory):
        fold([])
    with pytest.raises(BrokenHistory):
        evolve(None, history[1])
    with pytest.raises(BrokenHistory):
        evolve(fold(history[:2]), history[3])


def test_a_panel_member_votes_and_the_third_yes_decides():
    story = Story().given(before_the_panel(), approve("panel1"), approve("panel2"))
    story.when(approve("panel3")).then("VoteCast", "MinistryApproved")
    assert story.case.totals["approve"] == 1
