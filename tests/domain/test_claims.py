"""Claims: held across programmes and years, kept through changes, released at the end."""

from tests.domain.story import (
    Story,
    approved,
    changed,
    drafted,
    graduated,
    later,
    mentored,
    opened,
    proposed,
    send_back,
    submit,
    supplied,
    take,
)
from tests.domain.world import SIGI, World, digest_of, members, tkm
from workflow.domain.events import ClaimChange

PERSON = "person-in-self-employment-programme"
PLACE = "quota/tkm-kelompok/72.71/2026"


def another(world: World, ref: str = "TKM-2", **over) -> Story:
    """A second group beside the first."""
    return Story(world=world, ref=ref).given(
        opened(by="leader2.palu", **over), supplied("proposal", "domicile", by="leader2.palu")
    )


def submit_second(story: Story) -> Story:
    return story.when(submit(by="leader2.palu"))


def test_proposing_takes_a_key_for_each_member_and_a_place():
    story = Story().given(drafted()).when(submit()).then("GroupProposed")
    changes = story.events[0].body.move.claims
    assert sum(c.kind == "unique" for c in changes) == 10
    nik = members()[0]["nik"]
    assert ClaimChange(
        claim="one_programme_per_person", key=f"{PERSON}:{digest_of(nik)}", kind="unique", taken=True
    ) in (changes)
    assert [(c.key, c.limit) for c in changes if c.kind == "counter"] == [(PLACE, 50)]
    assert story.case.period_year == 2026


def test_a_member_elsewhere_is_refused_without_saying_where():
    story = Story().given(proposed())
    second = submit_second(another(story.world))
    second.then_refused("claim.one_programme_per_person")
    said = second.refused[0]
    assert "TKM-1" not in f"{said.id} {said.en} {said.how.id} {said.how.en}"


def test_one_common_member_is_enough():
    story = Story().given(proposed())
    submit_second(another(story.world, members=members(first=10))).then_refused("claim.one_programme_per_person")
    third = another(story.world, ref="TKM-3", members=members(first=11))
    submit_second(third).then("GroupProposed")


def test_the_same_person_twice_in_a_group_is_a_fault_of_the_facts():
    twice = [*members(9), members(1)[0] | {"role": "member"}]
    Story().given(drafted(members=twice)).when(submit()).then_refused("facts")


def test_a_full_quota_refuses_where_no_queue_is_kept():
    story = Story(
        tkm(
            ("    else: {to: waiting, event: GroupWaitlisted}\n", ""),
            ("  waiting:\n    title: {id: Daftar tunggu, en: Waiting list}\n    phase: proposal\n", ""),
            ("    queue: {for: city_quota, then: submit, else: {to: draft, event: WaitingListRefused}}\n", ""),
            ("    clock: {due: 365, unit: calendar, warn: 30, then: {to: lapsed, event: ProposalLapsed}}\n", ""),
            ("from: [draft, waiting, city_review", "from: [draft, city_review"),
            ("  - {event: GroupWaitlisted,     to: [group_leader],               template: waiting}\n", ""),
            ("  - {event: WaitingListRefused,  to: [group_leader],               template: waiting_refused}\n", ""),
        )
    ).given(proposed())
    story.world.quotas[("72.71", 2026)] = 1
    second = another(story.world, members=members(first=21))
    submit_second(second).then_refused("claim.city_quota")
    assert "1 of 1 places are in use" in second.refused[0].how.en
    story.world.quotas[("72.71", 2026)] = 2
    submit_second(second).then("GroupProposed")


def test_without_places_set_it_says_so():
    story = Story().given(drafted())
    story.world.quotas.clear()
    story.when(submit()).then_refused("claim.city_quota")
    assert "No places were set" in story.refused[0].how.en


def test_a_lowered_limit_evicts_nobody():
    story = Story().given(proposed())
    story.world.quotas[("72.71", 2026)] = 0
    story.given(send_back("head.palu"))
    story.when(submit()).then("GroupProposed")


def test_claims_are_reconciled_kept_new_and_dropped():
    story = Story().given(proposed(), send_back("head.palu"), changed(members=members(first=3, count=10)))
    story.when(submit()).then("GroupProposed")
    changes = story.events[0].body.move.claims
    assert [c.taken for c in changes] == [False, False, True, True]
    assert {digest_of(m["nik"]) for m in members(first=3)} == {key.split(":")[1] for key in story.world.claims}


def test_a_moved_group_takes_a_place_in_its_new_city_and_leaves_the_old():
    story = Story().given(proposed(), send_back("head.palu"), changed(region=SIGI))
    assert story.world.places == {PLACE: 1}
    story.when(submit())
    assert story.world.places == {PLACE: 0, "quota/tkm-kelompok/72.10/2026": 1}


def test_what_is_released_is_the_stored_key():
    story = Story().given(proposed(), send_back("head.palu"))
    nik = digest_of(members()[0]["nik"])
    story.world.opened = lambda facts: {}  # nothing can be computed anew
    story.when(take("withdraw", "leader.palu")).then("ProposalWithdrawn")
    assert f"{PERSON}:{nik}" in {c.key for c in story.events[0].body.move.claims}
    assert not story.world.claims


def test_the_year_of_a_place_is_todays_until_the_case_holds_one():
    story = Story().given(drafted(), later(days=45), submit())
    assert story.world.places == {"quota/tkm-kelompok/72.71/2027": 1}


def test_then_it_is_that_one():
    story = Story().given(proposed(), send_back("head.palu"), later(days=45))
    story.when(submit()).then("GroupProposed")
    assert story.world.places == {PLACE: 1}
    assert story.case.period_year == 2026


def test_an_end_releases_all_but_what_it_keeps():
    story = Story().given(graduated())
    assert len(story.world.claims) == 10
    assert story.world.places == {PLACE: 1}
    withdrawn = Story().given(proposed(), take("withdraw", "leader.palu"))
    assert not withdrawn.world.claims
    assert withdrawn.world.places == {PLACE: 0}
    assert withdrawn.case.held == {}
    assert withdrawn.case.period_year is None


def test_an_end_that_keeps_one_claim_releases_the_others():
    definition = tkm(("keeps: [one_programme_per_person, city_quota]", "keeps: [one_programme_per_person]"))
    story = Story(definition).given(graduated())
    assert len(story.world.claims) == 10
    assert story.world.places == {PLACE: 0}


def test_a_freed_member_may_join_another_group():
    story = Story().given(approved(), take("annul", "head.ministry", reason="Data tidak benar"))
    submit_second(another(story.world)).then("GroupProposed")


def test_an_amendment_is_refused_where_the_new_member_is_elsewhere():
    world = World()
    Story(world=world, ref="TKM-2").given(proposed(members=members(first=21)))
    story = Story(world=world).given(mentored(), supplied("member_change", by="officer.palu"))
    after = [*members(9), members(1, first=21, leaders=0)[0]]
    story.when(take("replace_member", "officer.palu", amend={"members": after})).then_refused(
        "claim.one_programme_per_person"
    )


def test_claims_not_named_by_an_action_are_left_alone():
    story = Story().given(mentored(), supplied("member_change", by="officer.palu"))
    after = members(9) + members(1, first=31, leaders=0)
    story.when(take("replace_member", "officer.palu", amend={"members": after})).then("MembersChanged")
    assert story.world.places == {PLACE: 1}
    assert story.case.counters == ("city_quota",)


def test_an_erased_nik_leaves_the_claim_undecided():
    story = Story().given(drafted())
    story.world.erased = frozenset({"nik"})
    story.when(submit()).then_refused("erased")
