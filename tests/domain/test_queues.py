"""Queues: who lacks nothing but a place waits for one, in order, and is taken up by the engine."""

from typing import Any

from tests.domain.story import (
    Story,
    ask,
    changed,
    opened,
    promoted,
    proposed,
    recommended,
    send_back,
    submit,
    supplied,
    take,
)
from tests.domain.world import SIGI, World, members, tkm
from workflow.domain.commands import Promote
from workflow.domain.events import ActionTaken, ClaimChange, DecisionCarried

PLACE = "quota/tkm-kelompok/72.71/2026"
YEAR = ("72.71", 2026)
LEADER2 = "leader2.palu"


def full(places: int = 1) -> World:
    """A city whose places are all held, by TKM-1."""
    world = World()
    world.quotas[YEAR] = places
    Story(world=world).given(proposed())
    return world


def another(world: World, ref: str, first: int, born: str = "1990-05-14", **over: Any) -> Story:
    """A further group's draft, ready to be submitted."""
    story = Story(world=world, ref=ref)
    return story.given(
        opened(by=LEADER2, members=members(first=first, born=born), **over),
        supplied("proposal", "domicile", by=LEADER2),
    )


def waiting(world: World, ref: str = "TKM-2", first: int = 21, **over: Any) -> Story:
    return another(world, ref, first, **over).given(submit(by=LEADER2))


def freed(world: World) -> None:
    Story(world=world).given(take("withdraw", "leader.palu"))


# --- joining --------------------------------------------------------------------------------------------------------


def test_who_lacks_nothing_but_a_place_waits_for_one():
    story = another(full(), "TKM-2", 21).when(submit(by=LEADER2)).then("GroupWaitlisted")
    (event,) = story.events
    body = event.body
    assert isinstance(body, ActionTaken)
    assert (body.action, body.diverted, event.actor, body.role) == ("submit", "city_quota", LEADER2, "group_leader")
    assert story.state == "waiting"
    assert ClaimChange(claim="city_quota", key=PLACE, kind="turn", taken=True) in body.move.claims
    assert sum(c.kind == "unique" and c.taken for c in body.move.claims) == 10
    assert story.world.places == {PLACE: 1}
    assert story.world.queues == {PLACE: ["TKM-2"]}


def test_who_lacks_more_is_refused_and_does_not_wait():
    story = Story(world=full(), ref="TKM-2").given(opened(by=LEADER2, members=members(first=21)))
    story.when(submit(by=LEADER2)).then_refused("document.proposal", "document.domicile")
    assert story.world.queues == {}


def test_asking_says_that_it_is_open_for_it_leads_into_the_queue():
    story = another(full(), "TKM-2", 21)
    assert story.asked("submit", LEADER2) == []
    assert story.lacking("submit", LEADER2) == tkm().claims["city_quota"].say
    assert another(World(), "TKM-2", 21).lacking("submit", LEADER2) is None


def test_a_member_elsewhere_is_refused_and_does_not_wait():
    another(full(), "TKM-2", 1).when(submit(by=LEADER2)).then_refused("claim.one_programme_per_person")


def test_where_no_places_were_set_nobody_waits_for_one():
    world = World()
    world.quotas.clear()
    another(world, "TKM-2", 21).when(submit(by=LEADER2)).then_refused("claim.city_quota")


def test_who_comes_while_others_wait_joins_the_queue_although_a_place_is_free():
    world = full()
    waiting(world)
    freed(world)
    late = another(world, "TKM-3", 41).when(submit(by=LEADER2)).then("GroupWaitlisted")
    assert world.queues[PLACE] == ["TKM-2", "TKM-3"]
    late.when(promoted()).then_refused("claim.city_quota")
    assert "1 wait before it" in late.refused[0].how.en


def test_who_waits_for_one_city_is_in_nobodys_way_in_another():
    world = full()
    waiting(world)
    another(world, "TKM-3", 41, region=SIGI).when(submit(by=LEADER2)).then("GroupProposed")


def test_a_diverted_submission_is_no_taking_but_its_submitter_is_known():
    case = waiting(full()).case
    assert (case.counts, case.totals, case.takings) == ({}, {}, {})
    assert case.done_by == {"submit": (LEADER2,)}


# --- promotion ------------------------------------------------------------------------------------------------------


def test_a_freed_place_is_given_by_the_engine():
    world = full()
    story = waiting(world)
    freed(world)
    story.when(promoted()).then("GroupProposed")
    (event,) = story.events
    assert (event.actor, event.body.role, event.body.action) == ("system", "system", "submit")
    assert (event.body.move.from_, event.body.move.to) == ("waiting", "city_review")
    assert story.case.turn is None
    assert story.case.totals == {"submit": 1}
    assert (world.places, world.queues) == ({PLACE: 1}, {PLACE: []})


def test_without_a_free_place_it_goes_on_waiting():
    story = waiting(full())
    story.when(promoted()).then_refused("claim.city_quota")
    assert story.state == "waiting"


def test_nobody_is_taken_up_twice():
    world = full()
    story = waiting(world)
    world.quotas[YEAR] = 9
    story.given(promoted()).when(promoted()).then_refused("state")


def test_nobody_but_the_engine_takes_up():
    story = waiting(full())
    story.world.quotas[YEAR] = 9
    for person in (LEADER2, "officer.palu", "minister"):
        story.when(ask(person, Promote())).then_refused("role")


def test_who_is_refused_then_goes_back_with_every_reason_and_the_next_is_asked():
    world = full()
    story, following = waiting(world), waiting(world, "TKM-3", 41)
    freed(world)
    world.later(days=365 * 38)  # too old by now
    world.quotas[("72.71", 2064)] = 0
    story.when(promoted()).then("WaitingListRefused")
    (event,) = story.events
    assert (event.actor, event.body.diverted) == ("system", "city_quota")
    assert "17 sampai 55" in event.body.reason
    assert "17 to 55" in event.body.reason
    assert story.state == "draft"
    assert story.case.totals == {}
    assert world.queues[PLACE] == ["TKM-3"]
    following.when(promoted()).then("WaitingListRefused")


def test_who_was_sent_back_keeps_its_members_and_may_submit_again_at_the_end_of_the_queue():
    world = World(tkm(("min: 17, max: 55,", "min: 17, max: 36,")))
    world.quotas[YEAR] = 1
    Story(world=world).given(proposed())
    story, following = waiting(world, born="1989-12-01"), waiting(world, "TKM-3", 41)
    world.later(days=20)
    freed(world)
    story.when(promoted()).then("WaitingListRefused")
    assert len(story.case.held["one_programme_per_person"]) == 10
    story.given(changed(by=LEADER2, members=members(first=61, born="2000-05-14")))
    story.when(submit(by=LEADER2)).then("GroupWaitlisted")
    assert world.queues[PLACE] == ["TKM-3", "TKM-2"]
    assert following.case.turn is not None


def test_the_year_of_the_place_waited_for_stays_that_one():
    world = full()
    story = waiting(world)
    freed(world)
    world.later(days=60)
    story.when(promoted()).then("GroupProposed")
    assert story.case.period_year == 2026
    assert world.places == {PLACE: 1}


def test_a_diverted_submission_of_a_once_only_action_may_be_promoted():
    world = World(
        tkm(
            (
                "    claims: [one_programme_per_person, city_quota]",
                "    once: true\n    claims: [one_programme_per_person, city_quota]",
            )
        )
    )
    world.quotas[YEAR] = 0
    story = waiting(world)
    world.quotas[YEAR] = 1
    story.when(promoted()).then("GroupProposed")


# --- leaving --------------------------------------------------------------------------------------------------------


def test_who_leaves_the_queue_otherwise_frees_their_turn():
    world = full()
    story, following = waiting(world), waiting(world, "TKM-3", 41)
    story.when(take("withdraw", LEADER2)).then("ProposalWithdrawn")
    assert world.queues[PLACE] == ["TKM-3"]
    assert story.case.turn is None
    assert story.case.period_year is None
    freed(world)
    following.when(promoted()).then("GroupProposed")


def test_a_lowered_quota():
    """Evicts nobody: who holds a place keeps it, who comes waits, and nobody is taken up until there is room again."""
    world = full(places=2)
    second = another(world, "TKM-2", 21).given(submit(by=LEADER2))
    world.quotas[YEAR] = 1
    third = another(world, "TKM-3", 41).when(submit(by=LEADER2)).then("GroupWaitlisted")
    assert second.state == "city_review"
    assert world.places == {PLACE: 2}
    freed(world)
    third.when(promoted()).then_refused("claim.city_quota")
    world.quotas[YEAR] = 2
    third.when(promoted()).then("GroupProposed")


# --- separation and carry -------------------------------------------------------------------------------------------


def test_who_submitted_into_the_queue_may_not_verify():
    world = full()
    story = Story(world=world, ref="TKM-2").given(
        opened(by="officer.palu", applicant=LEADER2, members=members(first=21)),
        supplied("proposal", "domicile", by="officer.palu"),
        submit(by="officer.palu"),
    )
    freed(world)
    story.given(promoted(), supplied("site_report", by="officer2.palu"))
    story.when(take("verify_site", "officer.palu")).then_refused("separation.submit.verify_site")


def test_the_queue_neither_judges_nor_voids_what_carry_knows():
    world = World(tkm(('region.city + "/" + string', 'region.city + "/" + facts.sector + "/" + string')))
    world.quotas[YEAR] = 1
    other = another(world, "TKM-2", 21, sector="13134").given(submit(by=LEADER2))
    story = Story(world=world).given(recommended(), send_back("coord.sulteng"), changed(sector="13134"))
    story.when(submit()).then("GroupWaitlisted")
    assert (story.case.judging, story.case.takings["recommend"].void) == (True, False)
    other.given(take("withdraw", LEADER2))
    story.when(promoted())
    assert [type(e.body) for e in story.events] == [ActionTaken, DecisionCarried]
    assert story.state == "coordination"
