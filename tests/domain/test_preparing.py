"""Opening a case; facts, documents and answers before a decision."""

import pytest

from tests.domain.story import (
    REASON,
    Story,
    changed,
    drafted,
    later,
    mentored,
    opened,
    proposed,
    recommend,
    recommended,
    reported,
    send_back,
    submit,
    supplied,
    take,
    ticked,
    verified,
)
from tests.domain.world import PALU, SIGI, facts, members, tkm

# --- opening --------------------------------------------------------------------------------------------------------


def test_a_registered_leader_opens_a_case_in_their_own_name():
    story = Story().when(opened()).then("CaseOpened")
    case = story.case
    assert (case.applicant, case.region, case.state, case.phase, case.round) == (
        "leader.palu",
        PALU,
        "draft",
        "proposal",
        1,
    )
    assert case.due is not None
    assert case.definition == story.world.definition.hash


def test_an_officer_opens_it_for_a_registered_leader():
    story = Story().when(opened(by="officer.palu", applicant="leader.palu")).then("CaseOpened")
    assert (story.case.applicant, story.events[0].office) == ("leader.palu", "dinas.palu")


def test_an_officer_names_the_leader():
    Story().when(opened(by="officer.palu")).then_refused("applicant")
    Story().when(opened(by="officer.palu", applicant="head.palu")).then_refused("applicant")
    Story().when(opened(by="officer.palu", applicant="officer.palu")).then_refused("applicant")


def test_who_may_not_open():
    Story().when(opened(by="head.palu", applicant="leader.palu")).then_refused("role")
    Story().when(opened(by="leader.palu", applicant="leader2.palu")).then_refused("role")
    Story().when(opened(by="officer.sigi", applicant="leader.palu")).then_refused("region")
    Story().when(opened(by="nobody")).then_refused("role")


def test_a_draft_may_be_incomplete_but_for_its_region():
    Story().when(opened(members=[], plan={})).then("CaseOpened")
    story = Story()
    story.world.facts_errors = lambda facts, draft: ()
    story.when(opened(region=None)).then_refused("facts")
    assert story.refused[0].pointer == "/region"


def test_values_of_the_wrong_kind_are_refused_in_a_draft_too():
    Story().when(opened(group=7)).then_refused("facts")
    Story().when(opened(region="Palu")).then_refused("facts")


@pytest.mark.parametrize("value", [1.5, 2**60, "\ud800", "a\0b", {"inner": None}])
def test_what_can_never_be_stored_is_refused(value):
    story = Story()
    story.world.facts_errors = lambda facts, draft: ()
    story.when(opened(group=value)).then_refused("facts")
    assert story.refused[0].pointer.startswith("/group")


# --- facts ----------------------------------------------------------------------------------------------------------


def test_leaving_the_draft_needs_facts_that_fit_and_only_then_are_guards_asked():
    story = Story().given(drafted(plan={"tools": 1, "materials": 9_000_000}))
    story.when(submit()).then_refused("facts", "facts")
    story.given(changed(plan={"workers_now": 0, "workers_target": 3}))
    story.when(submit()).then_refused("guard.tools_share")


def test_guards_and_eligibility_are_all_asked_at_once():
    story = Story().given(drafted(members=members(8, leaders=2), plan={"tools": 9_000_000, "materials": 20_000_000}))
    story.when(changed(plan={"workers_now": 0, "workers_target": 3}), submit()).then_refused(
        "guard.tools_share", "guard.one_leader", "eligibility.members", "eligibility.grant"
    )


def test_facts_are_edited_by_whom_and_where_the_definition_says():
    story = Story().given(opened())
    story.when(changed(by="officer.palu", group="Kelompok Baru")).then("FactsChanged")
    assert story.events[0].body.patch == {"group": "Kelompok Baru"}
    story.when(changed(by="head.palu", group="Kelompok Lain")).then_refused("role")
    story.when(changed(by="leader2.palu", group="Kelompok Lain")).then_refused("role")
    story.given(supplied("proposal", "domicile"), submit())
    story.when(changed(group="Kelompok Lain")).then_refused("state")


def test_the_same_facts_again_are_no_change():
    Story().given(opened()).when(changed(group="Kelompok Uji")).then_unchanged()


def test_an_amendment_is_limited_to_its_paths():
    story = Story().given(mentored(), supplied("member_change", by="officer.palu"))
    story.when(take("replace_member", "officer.palu", amend={"group": "Nama Lain"})).then_refused("facts")
    assert story.refused[0].pointer == "/group"
    story.when(take("withdraw", "leader.palu", amend={"group": "Nama Lain"})).then_refused("state")


def test_an_action_that_amends_nothing_carries_no_facts():
    story = Story().given(proposed(), supplied("site_report", by="officer.palu"))
    story.when(take("verify_site", "officer.palu", amend={"group": "Nama Lain"})).then_refused("facts")


def test_schema_guards_and_eligibility_see_the_amended_facts():
    story = Story().given(mentored(), supplied("member_change", by="officer.palu"))

    def amended(people):
        return take("replace_member", "officer.palu", amend={"members": people})

    story.when(amended(members(10, leaders=2))).then_refused("guard.one_leader")
    story.when(amended(members(9))).then_refused("eligibility.members")
    story.when(amended([*members(9), {"name": "Tanpa NIK"}])).then_refused(*["facts"] * 4)
    story.when(amended([*members(9), *members(1, first=40, born="2015-01-01", leaders=0)])).then_refused("guard.adults")


# --- eligibility ----------------------------------------------------------------------------------------------------


def test_eligibility_guards_the_actions_it_names():
    Story().given(drafted(members=members(21))).when(submit()).then_refused("eligibility.members")
    Story().given(drafted(members=members(20))).when(submit()).then("GroupProposed")
    Story().given(drafted(region="73.71.01")).when(submit()).then_refused("eligibility.region", "claim.city_quota")
    Story().given(drafted(members=members(born="2012-01-31"))).when(submit()).then_refused("eligibility.age")


def test_a_refused_bound_says_the_bound_and_no_personal_value():
    story = Story().given(drafted(members=members(born="2012-01-31"))).when(submit())
    assert "10 of 10 do not fit" in story.refused[0].how.en
    assert "14" not in story.refused[0].how.en
    story = Story().given(drafted(plan={**facts()["plan"], "materials": 8_000_001})).when(submit())
    assert "1 to 20,000,000; it is 20,000,001" in story.refused[0].how.en


def test_a_guard_over_an_erased_value_is_not_judged_and_says_so():
    story = Story().given(drafted())
    story.world.erased = frozenset({"born"})
    story.when(submit()).then_refused("erased")
    assert "erased" in story.refused[0].en
    story.world.erased = frozenset({"phone"})
    story.when(submit()).then("GroupProposed")


def test_a_guard_that_meets_a_missing_value_is_not_satisfied():
    definition = tkm(
        (
            "      verified: {if: 'counts.verify_site >= 1',",
            "      many: {if: 'size(facts.members[15].role) > 0', say: {id: Sedikit, en: Few}}\n"
            "      verified: {if: 'counts.verify_site >= 1',",
        )
    )
    story = Story(definition).given(proposed(), verified(), supplied("recommendation", by="head.palu"), ticked())
    story.when(recommend()).then_refused("guard.many")


# --- documents ------------------------------------------------------------------------------------------------------


def test_documents_are_supplied_by_the_actors_and_in_the_states_of_the_actions_that_name_them():
    story = Story().given(opened())
    story.when(supplied("proposal", by="officer.palu")).then("DocumentAttached")
    story.when(supplied("proposal", by="head.palu")).then_refused("role")
    story.when(supplied("proposal", by="leader2.palu")).then_refused("role")
    story.when(supplied("site_report", by="officer.palu")).then_refused("state")
    story.given(supplied("domicile"), submit())
    story.when(supplied("site_report", by="officer.palu")).then("DocumentAttached")
    story.when(supplied("site_report", by="head.palu")).then("DocumentAttached")
    story.when(supplied("recommendation", by="officer.palu")).then_refused("role")
    story.when(supplied("proposal")).then_refused("state")


def test_a_document_may_say_by_whom_and_where_itself():
    definition = tkm(
        (
            "types: [application/pdf, image/jpeg, image/png]}",
            "types: [application/pdf], by: [city_head], in: [draft, city_review]}",
        )
    )
    story = Story(definition).given(opened())
    story.when(supplied("domicile")).then_refused("role")
    story.when(supplied("domicile", by="head.palu")).then("DocumentAttached")


def test_supplying_again_replaces_and_the_same_bytes_are_no_change():
    story = Story().given(opened(), supplied("proposal", sha256="a" * 64))
    story.when(supplied("proposal", sha256="a" * 64)).then_unchanged()
    story.when(supplied("proposal", sha256="b" * 64)).then("DocumentAttached")
    assert [d.sha256 for d in story.case.documents] == ["b" * 64]


def test_a_type_that_the_kind_does_not_take_is_refused():
    story = Story().given(opened())
    story.when(supplied("proposal", type="image/png")).then_refused("document.proposal")
    story.when(supplied("domicile", type="image/png")).then("DocumentAttached")
    story.when(supplied("selfie")).then_refused("document.selfie")


def test_one_renewed_by_round_counts_only_in_its_round():
    story = Story().given(proposed(), supplied("site_report", by="officer.palu", sha256="c" * 64))
    story.given(send_back("head.palu"), submit())
    story.when(take("verify_site", "officer.palu")).then_refused("document.site_report")
    story.when(supplied("site_report", by="officer.palu", sha256="c" * 64)).then("DocumentAttached")
    story.when(take("verify_site", "officer.palu")).then("SiteVerified")


def test_of_many_one_must_be_newer_than_the_last_taking():
    story = Story().given(mentored(), reported(), supplied("monthly_report", by="mentor1", sha256="d" * 64))
    story.given(take("report_progress", "mentor1", outcomes={"workers": 1, "revenue": 1, "loan": 0}))
    again = take("report_progress", "mentor1", outcomes={"workers": 1, "revenue": 1, "loan": 0})
    story.when(again).then_refused("document.monthly_report")
    story.when(supplied("monthly_report", by="mentor1", sha256="d" * 64)).then_unchanged()
    assert len(story.case.documents) == 7


# --- checklist ------------------------------------------------------------------------------------------------------


def test_answers_are_given_by_whom_the_list_says_and_end_with_the_round():
    story = Story().given(proposed())
    story.when(ticked(by="coord.sulteng")).then_refused("role")
    story.when(ticked(by="head.palu")).then("ChecklistAnswered")
    story.when(ticked(by="officer.palu")).then_unchanged()
    story.when(ticked(by="officer.palu", members_met=False)).then("ChecklistAnswered")
    assert story.case.answers == {"city_review": {"members_met": False, "not_yet_served": True}}
    story.given(send_back("head.palu", reason=REASON))
    assert story.case.answers == {}
    story.when(ticked()).then_refused("state")


def test_an_item_that_is_on_no_list_is_refused():
    Story().given(proposed()).when(ticked(members_fed=True)).then_refused("checklist")


# --- dossier --------------------------------------------------------------------------------------------------------


def test_a_change_of_region_moves_the_case_to_other_offices():
    story = Story().given(opened(), changed(region=SIGI), supplied("proposal", "domicile"), submit())
    assert story.asked("decline", "head.palu") == ["region"]
    assert story.asked("decline", "head.sigi") == []


def test_an_incomplete_draft_can_be_given_up_and_not_submitted():
    story = Story().given(opened(members=[], plan={}))
    story.when(take("submit", "leader.palu")).then_refused(*["facts"] * 4, "document.proposal", "document.domicile")
    story.when(take("withdraw", "leader.palu")).then("ProposalWithdrawn")


def test_deadlines_start_when_a_state_is_entered():
    story = Story().given(recommended(), later(days=1), supplied("coordination", by="coord.sulteng"))
    story.given(take("agree", "coord.sulteng"))
    assert story.case.due.isoformat() == "2026-12-15T16:00:00+00:00"
