"""After a return: which decisions stand, which are void for good, and how far the case goes on by itself."""

from tests.domain.story import (
    Story,
    agree,
    approve,
    before_the_panel,
    changed,
    later,
    proposed,
    recommend,
    recommended,
    send_back,
    submit,
    supplied,
    take,
    ticked,
    turned_down,
    verified,
)
from tests.domain.world import SIGI, facts, members, tkm
from workflow.domain.events import ActionTaken, DecisionCarried

CITY_STEPS = (verified(by="officer2.palu"), supplied("recommendation", by="head.palu"), ticked(), recommend())


def returned(by: str = "head.ministry", redo: tuple[str, ...] = ()) -> Story:
    return Story().given(before_the_panel(), send_back(by, redo=redo))


def test_without_a_return_nothing_is_judged():
    story = Story().given(turned_down(), take("object", "leader.palu", reason="Kami keberatan sekali"))
    story.when(take("reopen", "minister", reason="Dibuka oleh menteri")).then("ReviewReopened")
    assert story.state == "city_review"


def test_a_return_is_marked_and_needs_a_reason():
    story = Story().given(before_the_panel())
    story.when(send_back("head.ministry", reason=None)).then_refused("reason")
    story.when(send_back("head.ministry")).then("ReturnedForRevision")
    assert story.events[0].body.move.judging
    assert story.state == "draft"


def test_the_return_itself_is_not_judged():
    by = "by: {city_review: [city_officer, city_head], coordination: [province_coord], ministry: [ministry_head]}"
    definition = tkm(
        ("    from: [city_review, coordination, ministry]\n    to: draft", "    from: [ministry]\n    to: city_review"),
        (by, "by: [ministry_head]"),
    )
    story = Story(definition).given(before_the_panel())
    story.when(send_back("head.ministry")).then("ReturnedForRevision")
    assert story.state == "city_review"


def test_unchanged_decisions_carry_the_case_on_as_they_led():
    story = returned()
    story.when(submit()).then("GroupProposed", "CityRecommended", "ProvinceCoordinated")
    _, recommended_, agreed = story.events
    assert story.state == "ministry"
    assert (recommended_.actor, recommended_.body.move.from_, recommended_.body.move.to) == (
        "system",
        "city_review",
        "coordination",
    )
    taken = [e for e in story.world.histories["TKM-1"] if isinstance(e.body, ActionTaken)]
    history = {e.body.event: e.position for e in taken}
    assert recommended_.body.stands_on == history["CityRecommended"]
    assert agreed.body.stands_on == history["ProvinceCoordinated"]
    assert agreed.body.move.seats == ("panel1", "panel2", "panel3", "panel4", "panel5")


def test_skipped_states_are_no_rounds():
    story = returned()
    before = story.case.round
    story.when(submit())
    assert {e.body.move.round for e in story.events} == {before + 1}
    assert story.case.round == before + 1


def test_carried_decisions_count_in_total_only():
    story = returned().given(submit())
    assert story.case.totals["recommend"] == 2
    assert story.case.counts == {}
    assert story.case.done_by["recommend"] == ("head.palu",)


def test_documents_and_checklist_are_not_asked_again():
    story = returned()
    assert story.case.answers == {}
    story.when(submit()).then("GroupProposed", "CityRecommended", "ProvinceCoordinated")


def test_a_covered_change_voids_the_first_decision_and_the_second_is_judged_when_its_state_is_entered():
    story = returned().given(changed(group="Kelompok Lain"))
    story.when(submit()).then("GroupProposed")
    assert story.events[0].body.move.voids == ("recommend",)
    assert story.case.takings["recommend"].void
    assert not story.case.takings["agree"].void
    story.given(verified(by="officer2.palu"), supplied("recommendation", by="head.palu"), ticked())
    story.when(recommend()).then("CityRecommended", "ProvinceCoordinated")
    assert story.state == "ministry"


def test_a_change_that_only_the_second_covers_stops_the_case_there():
    story = returned().given(changed(plan={"tools": 13_000_000, "materials": 7_000_000}))
    story.when(submit()).then("GroupProposed", "CityRecommended")
    assert story.state == "coordination"
    assert story.case.takings["agree"].void
    assert not story.case.takings["recommend"].void
    assert story.case.due is not None


def test_what_does_not_stand_is_void_for_good_even_if_the_facts_are_changed_back():
    story = returned().given(changed(group="Kelompok Lain"), submit(), send_back("head.palu"))
    story.given(changed(group=facts()["group"]))
    story.when(submit()).then("GroupProposed")


def test_a_new_taking_replaces_the_old():
    story = returned().given(changed(group="Kelompok Lain"), submit(), *CITY_STEPS)
    assert not story.case.takings["recommend"].void
    story.given(send_back("head.ministry"))
    story.when(submit()).then("GroupProposed", "CityRecommended", "ProvinceCoordinated")


def test_a_covered_document_replaced_is_a_change():
    story = returned().given(supplied("proposal"))
    story.when(submit()).then("GroupProposed")


def test_the_order_of_persons_is_no_change():
    story = returned().given(changed(members=list(reversed(members()))))
    story.when(submit()).then("GroupProposed", "CityRecommended", "ProvinceCoordinated")


def test_another_person_is_a_change():
    story = returned().given(changed(members=members(first=2)))
    story.when(submit()).then("GroupProposed")


def test_a_return_voids_the_decision_of_the_state_it_leaves():
    story = Story().given(before_the_panel(), send_back("head.ministry"), changed(sector="10391"), submit())
    assert story.state == "coordination"  # recommend carried, agree void
    story.given(supplied("coordination", by="coord.sulteng"), agree(), send_back("head.ministry"), submit())
    assert story.state == "ministry"
    other = Story().given(recommended(), take("decline", "head.sulteng", reason="Belum dapat didukung"))
    other.given(take("object", "leader.palu", reason="Kami keberatan sekali"))
    other.given(take("reopen", "minister", reason="Dibuka oleh menteri"))
    other.when(send_back("head.palu")).then("ReturnedForRevision")
    assert other.events[0].body.move.voids == ("recommend",)
    other.when(submit()).then("GroupProposed")
    assert other.state == "city_review"


def test_a_return_may_name_decisions_to_be_done_again():
    story = returned(redo=("recommend",))
    story.when(submit()).then("GroupProposed")
    assert story.state == "city_review"


def test_only_decisions_that_carry_can_be_named_to_be_done_again():
    story = Story().given(before_the_panel())
    story.when(send_back("head.ministry", redo=("submit",))).then_refused("redo")
    story.when(take("send_back", "head.ministry", reason="Belum lengkap benar", redo=("approve",))).then_refused("redo")
    fresh = Story().given(proposed())
    fresh.when(send_back("head.palu", redo=("recommend",))).then_refused("redo")
    fresh.when(take("withdraw", "leader.palu", redo=("recommend",))).then_refused("redo")


def test_a_change_of_region_voids_all():
    story = returned().given(changed(region=SIGI))
    assert all(taking.void for taking in story.case.takings.values())
    story.when(submit()).then("GroupProposed")
    assert story.state == "city_review"


def test_votes_never_carry():
    story = Story().given(before_the_panel(), approve("panel1"), approve("panel2"), send_back("head.ministry"))
    story.given(submit())
    assert story.case.votes == ()
    story.when(approve("panel1")).then("VoteCast")


def test_its_guards_hold_with_the_counts_of_its_own_round():
    story = returned()
    assert story.case.counts.get("verify_site", 0) == 0
    story.when(submit())
    assert isinstance(story.events[1].body, DecisionCarried)  # counts.verify_site >= 1 was true in its round


def test_its_guards_are_judged_on_present_facts():
    definition = tkm(
        (
            "      verified: {if: 'counts.verify_site >= 1',",
            "      cheap: {if: 'facts.plan.tools <= 12000000', say: {id: Mahal, en: Too dear}}\n"
            "      verified: {if: 'counts.verify_site >= 1',",
        )
    )
    story = Story(definition).given(before_the_panel(), send_back("head.ministry"))
    story.given(changed(plan={"tools": 13_000_000, "materials": 7_000_000}))
    story.when(submit()).then("GroupProposed")
    assert story.case.takings["recommend"].void


def test_an_erased_value_that_its_guard_needs_leaves_it_void():
    definition = tkm(
        (
            "      verified: {if: 'counts.verify_site >= 1',",
            "      grown: {if: 'facts.members.all(m, age(m.born, today) >= 17)', say: {id: Muda, en: Young}}\n"
            "      verified: {if: 'counts.verify_site >= 1',",
        ),
        (
            "    age:     {each: 'facts.members.map(m, age(m.born, today))', min: 17, max: 55,",
            "    age:     {value: size(facts.members), min: 1, max: 55,",
        ),
    )
    story = Story(definition).given(before_the_panel(), send_back("head.ministry"))
    story.world.erased = frozenset({"born"})
    story.world.facts_errors = lambda facts, draft: ()  # the erased value is for the facts' own check to judge
    story.when(submit()).then("GroupProposed")


def test_a_return_keeps_claims():
    story = returned()
    assert len(story.world.claims) == 10
    assert story.world.places == {"quota/tkm-kelompok/72.71/2026": 1}
    story.when(later(days=3), submit())
    assert len(story.world.claims) == 10
    assert story.world.places == {"quota/tkm-kelompok/72.71/2026": 1}


def test_the_history_alone_folds_to_the_same_state():
    story = returned().given(submit())
    assert story.world.replayed("TKM-1") == story.case
