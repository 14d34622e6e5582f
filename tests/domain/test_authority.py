"""Who may act: role, region, period, delegation, assignment; and what must stay in different hands."""

from datetime import date

import pytest

from tests.domain.story import (
    Story,
    agree,
    approve,
    before_the_panel,
    changed,
    later,
    mentored,
    opened,
    proposed,
    ready_to_recommend,
    recommend,
    recommended,
    refuse,
    reported,
    submit,
    supplied,
    take,
    ticked,
    verified,
    verify,
)
from tests.domain.world import SIGI
from workflow.domain.regions import covers

# --- role, region, period -------------------------------------------------------------------------------------------


def test_without_the_role_it_is_refused():
    Story().given(ready_to_recommend()).when(recommend(by="minister")).then_refused("role")


def test_an_office_of_another_region_may_not():
    Story().given(ready_to_recommend()).when(recommend(by="head.sigi")).then_refused("region")
    Story().given(recommended()).given(supplied("coordination", by="coord.sulteng")).when(
        agree(by="coord.gorontalo")
    ).then_refused("region")


@pytest.mark.parametrize(
    ("office", "region", "under"),
    [
        ("", "72.71.06", True),
        ("72", "72.71.06", True),
        ("72.71", "72.71.06", True),
        ("72.71", "72.71", True),
        ("72.7", "72.71.06", False),
        ("72.71.06", "72.71", False),
        ("75", "72.71.06", False),
    ],
)
def test_a_region_lies_under_an_office_segment_by_segment(office, region, under):
    assert covers(office, region) is under


def test_a_role_at_another_level_does_not_count():
    story = Story().given(ready_to_recommend())
    story.world.directory.appoint("head.sulteng", "city_head", "dinas.sulteng")
    story.when(recommend(by="head.sulteng")).then_refused("region")


def test_an_appointment_that_ended_yesterday_does_not_count():
    story = Story().given(ready_to_recommend())
    story.world.directory.appoint("old.head", "city_head", "dinas.palu", until=date(2026, 11, 22))
    story.when(recommend(by="old.head")).then_refused("period")
    assert "22 November 2026" in story.refused[0].en


def test_an_appointment_that_begins_tomorrow_does_not_count():
    story = Story().given(ready_to_recommend())
    story.world.directory.appoint("new.head", "city_head", "dinas.palu", since=date(2026, 11, 24))
    story.when(recommend(by="new.head")).then_refused("period")
    story.when(later(days=1), recommend(by="new.head")).then("CityRecommended")


def test_the_last_day_counts_as_the_zone_has_it():
    story = Story().given(ready_to_recommend())
    story.world.directory.appoint("old.head", "city_head", "dinas.palu", until=date(2026, 11, 23))
    story.world.now = story.world.now.replace(hour=16, minute=30)  # still 23 November in UTC, 24 in Palu
    story.when(recommend(by="old.head")).then_refused("period")
    story.world.now = story.world.now.replace(hour=15, minute=30)
    story.when(recommend(by="old.head")).then("CityRecommended")


def test_only_the_applicant_withdraws():
    Story().given(proposed()).when(take("withdraw", "leader2.palu")).then_refused("applicant")
    Story().given(proposed()).when(take("withdraw", "head.palu")).then_refused("applicant")


def test_nobody_acts_as_the_system():
    Story().given(before_the_panel()).when(take("refuse", "head.ministry")).then_refused("role")


# --- delegation -----------------------------------------------------------------------------------------------------


def delegate(story: Story, person: str = "plh.palu", instead_of: str = "head.palu", **period: date) -> Story:
    story.world.directory.appoint(person, "city_head", "dinas.palu", instead_of=instead_of, **period)
    return story


def test_a_delegate_acts_under_their_own_name_in_anothers_stead():
    story = delegate(Story().given(ready_to_recommend()))
    story.when(recommend(by="plh.palu", on_behalf_of="head.palu")).then("CityRecommended")
    (event,) = story.events
    assert (event.actor, event.office, event.on_behalf_of) == ("plh.palu", "dinas.palu", "head.palu")
    assert event.body.letter.signed_by == "plh.palu"


def test_a_delegation_is_not_used_silently():
    story = delegate(Story().given(ready_to_recommend()))
    story.when(recommend(by="plh.palu")).then_refused("role")
    assert "head.palu" in story.refused[0].how.en


def test_nobody_acts_in_the_stead_of_whom_they_do_not_stand_for():
    story = delegate(Story().given(ready_to_recommend()))
    story.when(recommend(by="plh.palu", on_behalf_of="head.sigi")).then_refused("role")
    story.when(recommend(by="head.palu", on_behalf_of="head.sigi")).then_refused("role")


def test_a_delegation_ends():
    story = delegate(Story().given(ready_to_recommend()), until=date(2026, 11, 1))
    story.when(recommend(by="plh.palu", on_behalf_of="head.palu")).then_refused("period")


def test_a_delegate_supplies_documents_in_whose_stead_they_act():
    story = delegate(Story().given(proposed(), verified()))
    story.when(supplied("recommendation", by="plh.palu")).then("DocumentAttached")
    assert story.events[0].on_behalf_of == "head.palu"


def test_in_whose_stead_one_acts_counts_for_separation():
    story = Story().given(proposed())
    story.world.directory.appoint("plh.officer", "city_officer", "dinas.palu", instead_of="officer.palu")
    story.given(supplied("site_report", by="officer.palu"))
    story.given(take("verify_site", "plh.officer", on_behalf_of="officer.palu"))
    story.world.directory.appoint("officer.palu", "city_head", "dinas.palu")
    story.given(supplied("recommendation", by="head.palu"), ticked())
    story.when(recommend(by="officer.palu")).then_refused("separation.verify_site.recommend")


def test_a_delegated_verifier():
    """Neither who verified, nor in whose stead, may recommend; the history names both."""
    story = Story().given(proposed())
    directory = story.world.directory
    directory.appoint("plh.officer", "city_officer", "dinas.palu", instead_of="officer.palu")
    story.given(supplied("site_report", by="officer.palu"))
    story.when(take("verify_site", "plh.officer", on_behalf_of="officer.palu")).then("SiteVerified")
    (event,) = story.events
    assert (event.actor, event.on_behalf_of) == ("plh.officer", "officer.palu")
    for person in ("plh.officer", "officer.palu"):
        directory.appoint(person, "city_head", "dinas.palu")
    story.given(supplied("recommendation", by="head.palu"), ticked())
    for person in ("plh.officer", "officer.palu"):
        story.when(recommend(by=person)).then_refused("separation.verify_site.recommend")
    story.when(recommend(by="head.palu")).then("CityRecommended")


def test_the_verifier_may_not_recommend_in_anothers_stead():
    story = delegate(Story().given(ready_to_recommend()), person="officer.palu")
    story.when(recommend(by="officer.palu", on_behalf_of="head.palu")).then_refused("separation.verify_site.recommend")


def test_the_office_of_a_vacant_post_is_no_person_that_separation_counts():
    story = Story().given(proposed())
    directory = story.world.directory
    directory.appoint("plt.officer", "city_officer", "dinas.palu", instead_of="dinas.palu")
    directory.appoint("plt.head", "city_head", "dinas.palu", instead_of="dinas.palu")
    story.given(ticked(), supplied("site_report", by="plt.officer"))
    story.given(take("verify_site", "plt.officer", on_behalf_of="dinas.palu"))
    story.given(supplied("recommendation", by="plt.head"))
    story.when(recommend(by="plt.head", on_behalf_of="dinas.palu")).then("CityRecommended")


# --- assignment -----------------------------------------------------------------------------------------------------


def test_while_somebody_is_assigned_only_they_act_in_that_role():
    story = Story().given(mentored(by="mentor1"), supplied("monthly_report", by="mentor1"))
    outcomes = {"workers": 1, "revenue": 1, "loan": 0}
    story.when(take("report_progress", "mentor2", outcomes=outcomes)).then_refused("assigned")
    story.when(supplied("monthly_report", by="mentor2")).then_refused("assigned")
    story.when(take("report_progress", "mentor1", outcomes=outcomes)).then("ProgressReported")


def test_an_assignment_binds_nobody_once_that_person_may_not_act():
    story = Story().given(mentored(by="mentor1"))
    story.world.directory.end("mentor1")
    story.when(reported(by="mentor2"))
    assert story.refused is None


def test_the_case_is_assigned_anew():
    story = Story().given(mentored(by="mentor1"), take("assign_mentor", "mentorlead", assign="mentor2"))
    assert story.asked("graduate", "mentor1") == ["assigned", "guard.three_reports"]
    assert story.asked("graduate", "mentor2") == ["guard.three_reports"]


def test_an_assignment_names_who_may_act():
    story = Story().given(proposed())
    story.when(take("assign_officer", "head.palu")).then_refused("assign")
    story.when(take("assign_officer", "head.palu", assign="officer.sigi")).then_refused("assign")
    story.when(take("assign_officer", "head.palu", assign="nobody")).then_refused("assign")
    story.when(take("assign_officer", "head.palu", assign="officer2.palu")).then("OfficerAssigned")
    story.given(supplied("site_report", by="officer2.palu"))
    story.when(verify(by="officer.palu")).then_refused("assigned")


def test_who_holds_another_role_that_may_act_is_not_held_up():
    story = Story().given(proposed(), take("assign_officer", "head.palu", assign="officer2.palu"))
    story.world.directory.appoint("officer.palu", "city_head", "dinas.palu")
    story.when(take("send_back", "officer.palu", reason="Belum lengkap benar")).then("ReturnedForRevision")
    assert story.events[0].body.role == "city_head"


def test_a_change_of_region_ends_the_assignment():
    story = Story().given(proposed(), take("assign_officer", "head.palu", assign="officer.palu"))
    story.given(take("send_back", "officer.palu", reason="Wilayahnya salah"))
    assert story.case.assigned == {"city_officer": "officer.palu"}
    story.given(changed(region=SIGI))
    assert (story.case.region, story.case.assigned) == (SIGI, {})


# --- separation -----------------------------------------------------------------------------------------------------


def test_who_submitted_may_not_verify():
    story = Story().given(opened())
    story.given(supplied("proposal", "domicile", by="officer.palu"), submit(by="officer.palu"))
    story.given(supplied("site_report", by="officer.palu"))
    story.when(verify(by="officer.palu")).then_refused("separation.submit.verify_site")
    story.when(verify(by="officer2.palu")).then("SiteVerified")


def test_it_holds_over_the_whole_history_whatever_became_of_the_decision():
    story = Story().given(ready_to_recommend(), recommend())
    story.given(take("send_back", "coord.sulteng", reason="Belum lengkap benar"), changed(group="Nama Lain"))
    story.given(submit())
    assert story.case.takings["recommend"].void
    story.world.directory.appoint("head.palu", "province_coord", "dinas.sulteng")
    story.world.directory.appoint("head2.palu", "city_head", "dinas.palu")
    story.given(verified(by="officer2.palu"), supplied("recommendation", by="head2.palu"), ticked())
    story.given(recommend(by="head2.palu"), supplied("coordination", by="coord.sulteng"))
    story.when(agree(by="head.palu")).then_refused("separation.recommend.agree")


def test_any_vote_counts_as_doing_the_action():
    story = Story().given(before_the_panel(), refuse("panel1"))
    story.given(take("send_back", "head.ministry", reason="Belum lengkap benar"), changed(plan={"tools": 13_000_000}))
    story.world.directory.appoint("panel1", "province_coord", "dinas.sulteng")
    story.given(changed(plan={"materials": 7_000_000}), submit())
    story.when(supplied("coordination", by="panel1"), agree(by="panel1")).then_refused("separation.agree.approve")


def test_the_coordinator_has_no_seat_on_the_panel():
    story = Story().given(recommended(), supplied("coordination", by="coord.sulteng"))
    story.world.directory.appoint("panel2", "province_coord", "dinas.sulteng")
    story.given(agree(by="panel2"))
    assert story.case.seats == ("panel1", "panel3", "panel4", "panel5", "panel6")
    story.when(approve("panel2")).then_refused("separation.agree.approve")


def test_the_applicant_acts_in_no_other_role():
    story = Story().given(ready_to_recommend())
    story.world.directory.appoint("leader.palu", "city_head", "dinas.palu")
    story.when(recommend(by="leader.palu")).then_refused("separation.applicant")


def test_nobody_acts_in_the_applicants_stead_in_another_role():
    story = Story().given(ready_to_recommend())
    story.world.directory.appoint("leader.palu", "city_head", "dinas.palu")
    delegate(story, instead_of="leader.palu")
    story.when(recommend(by="plh.palu", on_behalf_of="leader.palu")).then_refused("separation.applicant")


def test_another_leader_with_an_office_may_act():
    story = Story().given(ready_to_recommend())
    story.world.directory.appoint("leader2.palu", "city_head", "dinas.palu")
    story.when(recommend(by="leader2.palu")).then("CityRecommended")


def test_a_refusal_calls_roles_and_states_by_their_titles():
    story = Story().given(ready_to_recommend())
    story.when(recommend(by="minister")).then_refused("role")
    role = next(r for r in story.refused if r.code == "role")
    assert (role.id, role.en) == ("Ini tugas peran: Kepala dinas kota", "This is for the role: Head of the city office")
    story.when(take("refuse", "head.ministry")).then_refused("state", "role")
    state = next(r for r in story.refused if r.code == "state")
    assert state.id == "Tidak dapat dalam keadaan “Telaah kota”"
