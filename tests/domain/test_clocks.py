"""The clock of a state: it warns once, passes once, stands for any number of reasons, and ends what nobody minds."""

from datetime import UTC, date, datetime, timedelta

from msgspec.structs import replace

from tests.domain.story import (
    Story,
    answer,
    ask,
    drafted,
    inquire,
    later,
    mentored,
    opened,
    proposed,
    ready_to_recommend,
    recommend,
    submit,
    supplied,
    take,
    turned_down,
    verified,
)
from tests.domain.world import tkm
from workflow.domain import clocks
from workflow.domain.calendar import DayOff
from workflow.domain.clocks import Why
from workflow.domain.commands import MindDeadline
from workflow.domain.deadlines import deadlines
from workflow.domain.events import DeadlinePassed, DeadlineWarned
from workflow.domain.evolve import evolve
from workflow.domain.words import Text

SUSPENDED = Text("penyelarasan ditangguhkan", "the alignment is suspended")
LETTER = Why(name="suspension/PNY-1", say=SUSPENDED, letter="a" * 64)
OTHER = Why(name="suspension/PNY-2", say=SUSPENDED)
RETURNED = take("send_back", "head.palu", reason="Proposal belum lengkap")


def warn(inquiry: int | None = None):
    return ask("system", MindDeadline(what="warn", inquiry=inquiry))


def passes():
    return ask("system", MindDeadline(what="pass"))


def lapses(number: int = 1):
    return ask("system", MindDeadline(what="lapse", inquiry=number))


def saying(change, why: Why):
    """Keep what `clocks.stop` or `clocks.resume` says, as those who stop a clock do in their own events."""

    def step(story: Story):
        world = story.world
        moved = change(world.definition, story.case, world.context("system", story.ref), why)
        assert moved is not None
        event = replace(world.histories[story.ref][-1], version=story.case.version + 1, at=world.now, body=moved)
        world.cases[story.ref] = evolve(story.case, event)
        world.histories[story.ref].append(event)
        return [event]

    return step


def stop(why: Why = LETTER):
    return saying(clocks.stop, why)


def resume(why: Why = LETTER):
    return saying(clocks.resume, why)


# --- warning and passing --------------------------------------------------------------------------------------------


def test_it_warns_once_and_not_before_its_moment():
    story = Story().given(proposed())  # Monday; due when Monday the 30th ends, the warning two working days before
    assert story.case.warn == datetime(2026, 11, 26, 16, tzinfo=UTC)
    story.given(later(days=3, hours=13))
    story.when(warn()).then_unchanged()
    story.given(later(hours=1))
    story.when(warn()).then("DeadlineWarned")
    assert story.events[0].body == DeadlineWarned(due=story.case.due)
    assert (story.events[0].actor, story.case.clock.warned) == ("system", story.events[0].at)
    story.given(later(days=1))
    story.when(warn()).then_unchanged()


def test_it_passes_once_to_the_role_that_the_definition_names():
    story = Story().given(proposed(), later(days=7))
    story.when(passes()).then_unchanged()
    story.given(later(hours=14)).when(passes()).then("DeadlinePassed")
    assert story.events[0].body == DeadlinePassed(due=datetime(2026, 11, 30, 16, tzinfo=UTC), escalate="city_head")
    assert (story.state, story.case.clock.escalated) == ("city_review", "city_head")
    story.given(later(days=30)).when(passes()).then_unchanged()


def test_all_who_act_in_the_state_may_still_act_once_it_is_late():
    story = Story().given(ready_to_recommend(), later(days=9), passes())
    story.when(recommend()).then("CityRecommended")
    assert story.case.clock.escalated is None


def test_the_next_round_has_a_deadline_of_its_own():
    story = Story().given(proposed(), later(days=9), warn(), passes())
    story.given(RETURNED, submit(), later(days=9))
    story.when(warn()).then("DeadlineWarned")
    story.when(passes()).then("DeadlinePassed")


def test_only_the_engine_minds_deadlines():
    story = Story().given(proposed(), later(days=20))
    story.when(ask("head.palu", MindDeadline(what="pass"))).then_refused("role")
    story.when(ask("leader.palu", MindDeadline(what="warn"))).then_refused("role")


def test_a_draft_that_nobody_submits_lapses():
    story = Story().given(drafted(), later(days=61))
    story.when(passes()).then("ProposalLapsed")
    assert (story.state, story.case.ended, story.case.round) == ("lapsed", True, 2)
    story.when(passes()).then_unchanged()
    story.when(submit()).then_refused("state")


def test_a_lapsed_draft_frees_its_claims():
    story = Story().given(proposed())
    assert story.world.claims
    story.given(RETURNED)
    assert story.case.held  # a return keeps them
    story.given(later(days=61)).when(passes()).then("ProposalLapsed")
    assert (story.case.held, story.world.claims) == ({}, {})
    assert set(story.world.places.values()) == {0}
    other = Story(world=story.world, ref="TKM-2")
    other.given(opened(by="leader2.palu"), supplied("proposal", "domicile", by="leader2.palu"))
    other.when(submit("leader2.palu")).then("GroupProposed")


def test_where_the_deadline_leads_no_earlier_decision_carries_the_case_on():
    lapses, enters = "to: lapsed, event: ProposalLapsed}}\n  waiting", "to: city_review, event: TakenUp}}\n  waiting"
    definition = tkm((lapses, enters))
    story = Story(definition).given(proposed(), verified(), RETURNED)
    story.given(later(days=61)).when(passes()).then("TakenUp")
    assert story.state == "city_review"
    assert story.case.due is not None


def test_the_period_for_an_objection_ends_by_itself():
    story = Story().given(turned_down(), later(days=40))
    story.when(passes()).then("ObjectionPeriodEnded")
    assert story.case.ended


def test_an_imported_case_is_left_alone():
    story = Story().given(proposed(), later(days=20))
    story.world.cases[story.ref] = replace(story.case, imported_from="Lama")
    story.when(warn()).then_unchanged()
    story.when(passes()).then_unchanged()


def test_a_long_wait_is_warned_of_and_passed_in_the_same_sweep():
    story = Story().given(mentored(), later(days=400))
    story.when(warn()).then("DeadlineWarned")
    story.when(passes()).then("DeadlinePassed")


# --- inquiries ------------------------------------------------------------------------------------------------------


def test_the_asked_role_is_reminded_once():
    story = Story().given(proposed(), inquire())  # Monday the 23rd; the answer is due when Wednesday 2 December ends
    assert story.case.inquiries[0].remind == datetime(2026, 11, 30, 16, tzinfo=UTC)
    story.when(warn(1)).then_unchanged()
    story.given(later(days=7, hours=14)).when(warn(1)).then("DeadlineWarned")
    assert story.events[0].body.inquiry == 1
    story.when(warn(1)).then_unchanged()
    story.when(warn(2)).then_unchanged()
    assert story.case.clock.warned is None


def test_an_inquiry_that_nobody_answers_lapses_and_the_clock_goes_on():
    story = Story().given(proposed(), later(days=1), inquire())
    assert story.case.stopped_days_left == 4
    story.given(later(days=8)).when(lapses()).then_unchanged()
    story.given(later(days=2)).when(lapses()).then("InquiryLapsed")  # Friday 4 December
    assert story.case.due == datetime(2026, 12, 10, 16, tzinfo=UTC)
    assert (story.case.clock.days, story.case.stopped_days_left) == (4, None)
    story.when(lapses()).then_unchanged()
    story.when(answer()).then_refused("inquiry")


def test_no_deadline_acts_while_an_inquiry_is_open():
    story = Story().given(proposed(), inquire(), later(days=200))
    story.when(warn()).then_unchanged()
    story.when(passes()).then_unchanged()


def test_an_inquiry_asked_after_the_last_day_lapses_with_the_move_that_the_deadline_makes():
    definition = tkm(("then: {escalate: city_head}", "then: {to: lapsed, event: Late}"))
    story = Story(definition).given(proposed(), later(days=9), inquire())
    story.when(passes()).then("Late", "InquiryLapsed")
    assert story.case.inquiries[0].status == "lapsed"


# --- stops ----------------------------------------------------------------------------------------------------------


def test_a_suspension_stops_the_clock_and_its_end_gives_the_days_back():
    story = Story().given(proposed(), later(days=1), stop())  # Tuesday; four days left
    assert (story.case.due, story.case.warn, story.case.stopped_days_left) == (None, None, 4)
    story.given(later(days=60))
    story.when(passes()).then_unchanged()
    story.given(resume())  # Saturday 23 January 2027
    assert story.case.due == datetime(2027, 1, 28, 16, tzinfo=UTC)
    assert story.case.warn == datetime(2027, 1, 26, 16, tzinfo=UTC)
    assert story.case.clock.standing == ()
    assert story.world.replayed(story.ref) == story.case


def test_the_clock_runs_again_when_the_last_reason_is_gone():
    story = Story().given(proposed(), later(days=1), inquire(), stop(), stop(OTHER), answer())
    assert story.case.stopped_days_left == 4
    story.given(resume())
    assert (story.case.due, story.case.stopped_days_left) == (None, 4)
    story.given(resume(OTHER))
    assert (story.case.due is not None, story.case.stopped_days_left) == (True, None)


def test_an_inquiry_asked_under_a_suspension_keeps_the_clock_standing():
    story = Story().given(proposed(), later(days=1), stop(), inquire(), resume())
    assert (story.case.due, story.case.stopped_days_left) == (None, 4)
    story.given(answer())
    assert story.case.due is not None


def test_a_reason_stops_once_and_only_what_runs():
    story = Story().given(proposed(), stop())
    world, context = story.world, story.world.context("system", story.ref)
    assert clocks.stop(world.definition, story.case, context, LETTER) is None
    assert clocks.resume(world.definition, story.case, context, OTHER) is None
    late = Story().given(proposed(), later(days=20))
    assert clocks.stop(late.world.definition, late.case, late.world.context("system", late.ref), LETTER) is None
    ended = Story().given(proposed(), take("withdraw", "leader.palu"))
    assert clocks.stop(ended.world.definition, ended.case, ended.world.context("system", ended.ref), LETTER) is None


def test_a_warning_given_before_a_stop_is_not_given_again():
    story = Story().given(proposed(), later(days=3, hours=14), warn(), stop(), later(days=9), resume())
    assert story.case.warn is None
    story.given(later(days=9)).when(warn()).then_unchanged()
    story.when(passes()).then("DeadlinePassed")


def test_each_day_of_a_suspension_says_why_it_does_not_count():
    story = Story().given(proposed(), later(days=1), stop(), later(days=2), resume())
    (deadline,) = deadlines(story.world.definition, story.case, story.world.calendar)
    told = {f"{day.date:%a %d}": day.reason.en for day in deadline.days if day.reason}
    assert (told["Wed 25"], told["Thu 26"]) == ("the alignment is suspended",) * 2
    assert [f"{day.date:%d}" for day in deadline.days if day.counted] == ["24", "27", "30", "01", "02"]


def test_a_clock_that_stands_shows_the_days_up_to_the_first_reason():
    story = Story().given(proposed(), later(days=1), stop(), later(days=2), inquire(), resume(), later(days=5))
    state, _ = deadlines(story.world.definition, story.case, story.world.calendar)
    assert (state.due, state.days_left, [day.counted for day in state.days]) == (None, 4, [False, True])


def test_every_day_that_a_decree_may_still_change_is_marked():
    story = Story().given(proposed())
    calendar, holiday = story.world.calendar, date(2026, 11, 25)
    days_off = {holiday: DayOff(Text("libur", "off"), estimated=True)}
    (deadline,) = deadlines(story.world.definition, story.case, replace(calendar, days_off=days_off))
    marked = {day.date for day in deadline.days if day.estimated}
    # The day off, and each day that counts; no weekend.
    assert marked == {holiday} | {day.date for day in deadline.days if day.counted}
    (decreed,) = deadlines(story.world.definition, story.case, calendar)
    assert not any(day.estimated for day in decreed.days)


def test_stops_end_with_the_stay_in_the_state():
    story = Story().given(proposed(), stop(), take("withdraw", "leader.palu"))
    assert (story.case.clock.stops, story.case.stopped_days_left) == ((), None)


def test_a_day_in_palu_begins_at_sixteen_hours_utc():
    story = Story().given(proposed())
    assert story.case.due.astimezone(UTC).hour == 16
    just_before = story.case.due - timedelta(microseconds=1)
    story.world.now = just_before
    story.when(passes()).then_unchanged()
    story.world.now = just_before + timedelta(microseconds=1)
    story.when(passes()).then("DeadlinePassed")
