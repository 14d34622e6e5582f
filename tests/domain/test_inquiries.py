"""Inquiries: who asks whom, what waits for the answer, and the clock that stops meanwhile."""

from datetime import UTC, datetime, timedelta

from tests.domain.story import (
    Story,
    answer,
    ask,
    before_the_panel,
    inquire,
    later,
    opened,
    proposed,
    recommended,
    send_back,
    submit,
    take,
)
from tests.domain.world import tkm
from workflow.domain.commands import MindDeadline, OpenInquiry
from workflow.domain.deadlines import deadlines


def test_those_roles_ask_in_those_states():
    Story().given(proposed()).when(inquire()).then("InquiryOpened")
    Story().given(opened()).when(inquire()).then_refused("state")
    Story().given(proposed()).when(inquire(by="mentor1")).then_refused("role")
    Story().given(proposed()).when(inquire(by="officer.sigi")).then_refused("region")
    Story().given(proposed()).when(inquire(to="minister")).then_refused("inquiry.to")
    Story().given(proposed()).when(inquire(question="  ")).then_refused("question")


def test_never_to_oneself():
    Story().given(proposed()).when(inquire(to="city_officer")).then_refused("inquiry")
    story = Story().given(recommended())
    story.when(inquire(by="coord.sulteng", to="province_coord")).then_refused("inquiry")
    story.when(inquire(by="coord.sulteng", to="city_officer")).then("InquiryOpened")
    double = Story().given(proposed())
    double.world.directory.appoint("head.palu", "city_officer", "dinas.palu")
    double.when(inquire(by="head.palu", to="city_officer")).then_refused("inquiry")


def test_nobody_answers_their_own_question():
    story = Story().given(proposed(), inquire(by="head.palu", to="city_officer"))
    story.world.directory.appoint("head.palu", "city_officer", "dinas.palu")
    story.when(answer(by="head.palu")).then_refused("inquiry")
    story.when(answer(by="officer2.palu")).then("InquiryAnswered")


def test_an_open_inquiry_blocks_but_for_actions_that_do_not_wait():
    story = Story().given(proposed(), inquire())
    story.when(take("decline", "head.palu", reason="Tidak layak didukung")).then_refused("inquiry")
    assert story.asked("withdraw", "leader.palu") == []
    story.when(take("withdraw", "leader.palu")).then("ProposalWithdrawn", "InquiryLapsed")
    assert [i.status for i in story.case.inquiries] == ["lapsed"]


def test_the_asked_role_answers():
    story = Story().given(proposed(), inquire())
    story.when(answer(by="leader2.palu")).then_refused("applicant")
    story.when(answer(by="head.palu")).then_refused("applicant")
    story.when(answer(answer=" ")).then_refused("answer")
    story.when(answer(number=2)).then_refused("inquiry.number")
    story.when(answer()).then("InquiryAnswered")
    story.when(answer()).then_unchanged()
    story.when(answer(answer="Lain lagi")).then_refused("inquiry")
    assert story.asked("decline", "head.palu") == []


def test_at_most_so_many_a_round():
    story = Story().given(proposed(), inquire(), inquire(by="officer2.palu"), inquire(by="head.palu"))
    story.when(inquire()).then_refused("inquiry")
    story.given(answer(1), answer(2), answer(3))
    story.when(inquire()).then_refused("inquiry")
    story.given(send_back("head.palu"), submit())
    story.when(inquire()).then("InquiryOpened")
    assert story.events[0].body.number == 4


def test_the_answer_is_due_in_working_days():
    story = Story().given(proposed()).when(inquire())  # Monday 23 November
    assert story.events[0].body.answer_due == datetime(2026, 12, 2, 16, tzinfo=UTC)  # ends Wednesday 2 December in Palu


def test_the_clock_stops_with_the_first_and_goes_on_with_the_last_answer():
    story = Story().given(proposed())  # Monday; due when Monday the 30th ends
    assert story.case.due == datetime(2026, 11, 30, 16, tzinfo=UTC)
    story.given(later(days=1)).when(inquire())  # Tuesday; four days left
    assert story.events[0].body.days_left == 4
    assert (story.case.due, story.case.warn, story.case.stopped_days_left) == (None, None, 4)
    story.given(later(days=1)).when(inquire(by="head.palu"))
    assert story.events[0].body.days_left is None
    story.given(answer(1))
    assert story.case.due is None
    story.given(later(days=5)).when(answer(2))  # Monday 30; Tuesday, Wednesday, Thursday, Friday count
    assert story.case.due == datetime(2026, 12, 4, 16, tzinfo=UTC)
    assert story.case.warn == datetime(2026, 12, 2, 16, tzinfo=UTC)
    assert story.case.stopped_days_left is None


def test_answered_on_the_same_day_nothing_moves():
    story = Story().given(proposed())
    due, warn = story.case.due, story.case.warn
    story.given(inquire(), answer())
    assert (story.case.due, story.case.warn) == (due, warn)


def test_a_warning_given_before_the_stop_is_not_given_again():
    warned = ask("system", MindDeadline(what="warn"))
    story = Story().given(proposed(), later(days=4), warned, inquire(), later(days=3), answer())
    assert story.case.due is not None
    assert story.case.warn is None


def test_a_warning_that_nobody_gave_before_the_stop_is_given_once_the_clock_runs_again():
    story = Story().given(proposed(), later(days=4), inquire(), later(days=3), answer())
    assert story.case.due is not None
    assert story.case.warn is not None
    assert story.case.warn - story.world.now < timedelta(days=1)
    story.given(later(days=1)).when(ask("system", MindDeadline(what="warn"))).then("DeadlineWarned")


def test_a_clock_that_has_run_out_is_not_stopped():
    story = Story().given(proposed(), later(days=20))
    due = story.case.due
    story.given(inquire())
    assert (story.case.due, story.case.stopped_days_left) == (due, None)
    story.given(answer())
    assert story.case.due == due


def test_a_programme_without_inquiries_has_none():
    text = tkm()
    story = Story(text).given(proposed())
    story.world.definition = type(text)(**{**text.__dict__, "inquiry": None})
    story.when(ask("officer.palu", OpenInquiry(to="group_leader", question="?"))).then_refused("inquiry")


# --- deadlines, day by day ------------------------------------------------------------------------------------------


def shown(story: Story) -> list[tuple[str, bool]]:
    (deadline,) = (d for d in deadlines(story.world.definition, story.case, story.world.calendar) if d.of == "state")
    return [(f"{day.date:%a %d}", day.counted) for day in deadline.days]


def test_each_day_counts_or_says_why_not():
    story = Story().given(proposed())
    (deadline,) = deadlines(story.world.definition, story.case, story.world.calendar)
    assert shown(story) == [
        ("Mon 23", False),
        ("Tue 24", True),
        ("Wed 25", True),
        ("Thu 26", True),
        ("Fri 27", True),
        ("Sat 28", False),
        ("Sun 29", False),
        ("Mon 30", True),
    ]
    assert [day.reason.en for day in deadline.days if day.reason] == [
        "the day it began does not count",
        "Saturday is no working day",
        "Sunday is no working day",
    ]


def test_a_holiday_is_named():
    story = Story().given(later(days=30), proposed())
    (deadline,) = deadlines(story.world.definition, story.case, story.world.calendar)
    assert "Christmas" in [day.reason.en for day in deadline.days if day.reason]


def test_days_on_which_the_clock_stood_do_not_count():
    story = Story().given(proposed(), later(days=1), inquire(), later(days=2), answer())
    assert [day for day, counted in shown(story) if counted] == ["Tue 24", "Fri 27", "Mon 30", "Tue 01", "Wed 02"]
    (deadline,) = deadlines(story.world.definition, story.case, story.world.calendar)
    assert "the clock was stopped for an inquiry" in [day.reason.en for day in deadline.days if day.reason]


def test_a_stopped_clock_shows_what_is_left_and_the_inquirys_own_deadline():
    story = Story().given(proposed(), later(days=1), inquire())
    state, inquiry = deadlines(story.world.definition, story.case, story.world.calendar)
    assert (state.due, state.days_left, [d.counted for d in state.days]) == (None, 4, [False, True])
    assert (inquiry.of, inquiry.name) == ("inquiry", "1")
    assert sum(day.counted for day in inquiry.days) == 7


def test_a_state_without_a_clock_has_no_deadline():
    story = Story().given(proposed(), take("withdraw", "leader.palu"))
    assert deadlines(story.world.definition, story.case, story.world.calendar) == ()


def test_an_answer_is_part_of_what_the_panel_sees():
    story = Story().given(before_the_panel(), inquire(by="head.ministry"))
    assert story.case.inquiries[0].closed is None
    story.given(answer())
    assert story.case.inquiries[0].closed is not None
