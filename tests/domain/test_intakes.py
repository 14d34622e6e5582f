"""Intake windows: proposals are taken from one day to another, and what was submitted before goes on."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from msgspec.structs import replace

from tests.domain.story import Story, changed, drafted, proposed, send_back, submit, take
from tests.domain.test_queues import another, freed, full, promoted
from tests.domain.world import SIGI, World, members, tkm
from workflow.domain.refusals import status_of
from workflow.domain.windows import Window

PALU, SULTENG = ("72.71", 2026), ("72", 2026)
OVER = Window(opens=date(2026, 3, 1), closes=date(2026, 4, 30))
COMING = Window(opens=date(2026, 12, 1), closes=date(2026, 12, 31))
OPEN = Window(opens=date(2026, 11, 1), closes=date(2026, 11, 30))


def world(**windows: Window) -> World:
    """Windows of `palu` and of the province, `sulteng`."""
    made = World()
    made.windows = {{"palu": PALU, "sulteng": SULTENG}[name]: window for name, window in windows.items()}
    return made


def draft(at: World, **over: Any) -> Story:
    return Story(world=at).given(drafted(**over))


def test_where_no_window_is_set_proposals_are_taken():
    draft(world()).when(submit()).then("GroupProposed")


@pytest.mark.parametrize("window", [OVER, COMING])
def test_outside_the_window_a_proposal_is_refused(window: Window):
    draft(world(palu=window)).when(submit()).then_refused("intake")


def test_the_refusal_says_the_days_and_the_way_out():
    story = draft(world(palu=COMING)).when(submit())
    assert story.refused is not None
    (refusal,) = story.refused
    assert "1 Desember 2026 sampai 31 Desember 2026" in refusal.id
    assert "1 December 2026 to 31 December 2026" in refusal.en
    assert (refusal.how.en, refusal.possible_from) == ("Submit it from 1 December 2026 on", date(2026, 12, 1))
    assert status_of(story.refused) == 422
    over = draft(world(palu=OVER)).when(submit()).refused
    assert over is not None
    assert over[0].possible_from is None
    assert over[0].how.en == "Wait for the next intake; ask Kementerian Koperasi when it is"


def test_asking_says_what_the_command_would():
    assert draft(world(palu=OVER)).asked("submit", "leader.palu") == ["intake"]


def test_the_days_are_local_and_inclusive():
    story = draft(world(palu=OPEN))
    for day, hour, codes in (
        (datetime(2026, 10, 31, tzinfo=UTC), 15, ["intake"]),
        (datetime(2026, 10, 31, tzinfo=UTC), 16, []),
        (datetime(2026, 11, 30, tzinfo=UTC), 15, []),
        (datetime(2026, 11, 30, tzinfo=UTC), 16, ["intake"]),
    ):
        story.world.now = day.replace(hour=hour, minute=30)
        assert story.asked("submit", "leader.palu") == codes, story.world.now


def test_a_regions_own_window_goes_before_that_of_its_province():
    draft(world(palu=OPEN, sulteng=OVER)).when(submit()).then("GroupProposed")
    draft(world(palu=OVER, sulteng=OPEN)).when(submit()).then_refused("intake")
    sigi = world(palu=OPEN, sulteng=OVER)
    draft(sigi, region=SIGI).when(submit()).then_refused("intake")


def test_the_window_of_another_year_says_nothing_of_this_one():
    other = world()
    other.windows = {("72.71", 2025): OVER, ("72.71", 2027): COMING}
    draft(other).when(submit()).then("GroupProposed")


def test_facts_that_name_another_region_are_judged_there():
    story = draft(world(palu=OPEN))
    story.world.windows["72.10", 2026] = OVER
    story.given(changed(region=SIGI)).when(submit()).then_refused("intake")


def test_a_draft_can_be_prepared_and_given_up_outside_the_window():
    story = draft(world(palu=OVER)).given(changed(group="Kelompok Baru"))
    story.when(take("withdraw", "leader.palu")).then("ProposalWithdrawn")


def test_what_was_submitted_goes_on_and_comes_again_after_a_return():
    at = world()
    story = Story(world=at).given(proposed())
    at.windows[PALU] = OVER
    story.given(send_back("officer.palu"))
    assert story.state == "draft"
    story.when(submit()).then("GroupProposed")


def test_who_waited_for_a_place_is_taken_up_after_the_window():
    at = full()
    story = another(at, "TKM-2", 21).given(submit(by="leader2.palu"))
    at.windows[PALU] = OVER
    freed(at)
    story.when(promoted()).then("GroupProposed")


def test_who_was_sent_back_from_the_queue_may_submit_again_after_the_window():
    at = World(tkm(("min: 17, max: 55,", "min: 17, max: 36,")))
    at.quotas[PALU] = 1
    Story(world=at).given(proposed())
    story = another(at, "TKM-2", 21, born="1989-12-01").given(submit(by="leader2.palu"))
    at.later(days=20)
    at.windows[PALU] = OVER
    freed(at)
    story.given(promoted())
    assert (story.state, story.case.totals) == ("draft", {})
    story.given(changed(by="leader2.palu", members=members(first=61, born="2000-05-14")))
    story.when(submit(by="leader2.palu")).then("GroupProposed")


def test_a_case_of_another_systems_history_is_not_asked():
    story = draft(world(palu=OVER))
    assert story.asked("submit", "leader.palu") == ["intake"]
    story.world.cases[story.ref] = replace(story.case, imported_from="sistem-lama")
    assert story.asked("submit", "leader.palu") == []
