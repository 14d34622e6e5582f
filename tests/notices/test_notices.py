"""Who is told what: one notice for each event, rule and person, and the same ones after a rebuild."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from tests.notices.telling import Town
from workflow.asks import AnswerAsk, DeadlineAsk, InquiryAsk
from workflow.domain.calendar import last_day
from workflow.domain.sentences import on_day
from workflow.projections.notices import Notices, notice_id
from workflow.projections.rebuilding import rebuild

OFFICERS = {"officer.palu", "officer2.palu"}


def test_those_of_the_region_who_act_next_are_told(town: Town):
    ref = town.submitted()
    assert town.told(ref) == {"GroupProposed": OFFICERS}
    town.recommended(ref)
    assert town.told(ref)["CityRecommended"] == {"coord.sulteng"}


def test_a_panel_is_told_by_its_seats(town: Town):
    ref = town.agreed()
    assert town.told(ref)["ProvinceCoordinated"] == {f"panel{n}" for n in range(1, 6)}
    for seat in (1, 2, 3):
        town.act(ref, "approve", f"panel{seat}", vote="approve")
    assert town.told(ref)["MinistryApproved"] == {"leader.palu", "head.palu", "coord.sulteng", "mentorlead"}
    town.act(ref, "assign_mentor", "mentorlead", assign="mentor2")
    assert town.told(ref)["MentorAssigned"] == {"leader.palu", "mentor2"}


def test_who_stands_in_is_told_what_the_office_is_told(town: Town):
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    town.stands_in("plh.palu", "officer.palu", "city_officer", tomorrow)
    assert town.told(town.submitted())["GroupProposed"] == {*OFFICERS, "plh.palu"}


def test_one_who_was_named_is_told_alone(town: Town):
    ref = town.submitted()
    town.act(ref, "assign_officer", "head.palu", assign="officer2.palu")
    assert town.told(ref)["OfficerAssigned"] == {"officer2.palu"}
    town.act(ref, "send_back", "head.palu", reason="Rencana alat perlu dirinci")
    assert town.told(ref)["ReturnedForRevision"] == {"leader.palu", "officer2.palu"}


def test_only_the_last_of_what_carries_on_is_told(town: Town):
    ref = town.recommended()
    town.act(ref, "send_back", "coord.sulteng", reason="Rencana alat perlu dirinci")
    before = town.rows(ref)
    town.mended(ref, {"plan": {"workers_target": 9}})
    town.act(ref, "submit", "leader.palu")
    new = [row for row in town.rows(ref) if row not in before]
    # The proposal went on to the province with the city's recommendation: the city has nothing to do.
    assert {(row.event, row.person) for row in new} == {("CityRecommended", "coord.sulteng")}


@pytest.mark.parametrize("batch", [1, 2, 500])
def test_it_comes_to_the_same_however_the_log_is_cut(town: Town, batch: int):
    ref = town.recommended()
    town.act(ref, "send_back", "coord.sulteng", reason="Rencana alat perlu dirinci")
    town.mended(ref, {"plan": {"workers_target": 9}})
    town.act(ref, "submit", "leader.palu")
    while town.models.runner.step(Notices.name, batch=batch).name == "ADVANCED":
        pass
    assert town.told(ref) == {
        "GroupProposed": OFFICERS,
        "CityRecommended": {"coord.sulteng"},
        "ReturnedForRevision": {"leader.palu", *OFFICERS},
    }


def test_a_rebuild_makes_the_same_notices_under_the_same_names(town: Town):
    ref = town.agreed()
    before = town.rows(ref)
    assert before
    assert all(row.id == notice_id(row.position, row.rule, row.person) for row in before)
    rebuild(town.models.runner, Notices.name)
    assert town.rows(ref) == before


def test_a_deadline_tells_those_who_handle_it_and_to_whom_it_goes(town: Town):
    ref = town.submitted()
    case, _ = town.engine.casework.case(ref)
    assert case.due
    assert case.warn
    town.engine.casework.handle(ref, DeadlineAsk(what="warn"), "system", key="w", at=case.warn)
    assert town.told(ref)["DeadlineWarned"] == {*OFFICERS, "head.palu"}
    (near, *_) = (row for row in town.rows(ref) if row.event == "DeadlineWarned")
    assert town.engine.notices.message(near, "id").title == f"Tenggat {ref} sudah dekat"
    town.engine.casework.handle(ref, DeadlineAsk(what="pass"), "system", key="p", at=case.due)
    assert town.told(ref)["DeadlinePassed"] == {*OFFICERS, "head.palu"}
    (late,) = (row for row in town.rows(ref) if row.event == "DeadlinePassed" and row.person == "officer.palu")
    assert late.due == case.due


def test_a_reminder_of_a_question_goes_to_who_is_asked(town: Town):
    ref = town.submitted()
    town.inquired(ref)
    case, _ = town.engine.casework.case(ref)
    remind = case.inquiries[0].remind
    assert remind
    town.engine.casework.handle(ref, DeadlineAsk(what="warn", inquiry=1), "system", key="r", at=remind)
    assert town.told(ref)["DeadlineWarned"] == {"leader.palu"}
    day = on_day(last_day(case.inquiries[0].answer_due, "Asia/Makassar"))
    (row,) = (row for row in town.rows(ref) if row.event == "DeadlineWarned")
    id, en = town.engine.notices.message(row, "id"), town.engine.notices.message(row, "en")
    assert (id.title, en.title) == (
        f"Pertanyaan tentang {ref} menunggu jawaban Anda",
        f"The question about {ref} waits for your answer",
    )
    assert (day.id in id.text, day.en in en.text, "tahap" in id.text) == (True, True, False)


def test_a_question_says_by_when_it_is_to_be_answered(town: Town):
    ref = town.submitted()
    town.inquired(ref)
    case, _ = town.engine.casework.case(ref)
    (row,) = (row for row in town.rows(ref) if row.event == "InquiryOpened")
    day = on_day(last_day(case.inquiries[0].answer_due, "Asia/Makassar"))
    assert f"paling lambat {day.id}" in town.engine.notices.message(row, "id").text
    assert f"due on {day.en}" in town.engine.notices.message(row, "en").text


def test_a_question_is_told_to_who_is_asked_and_its_answer_to_who_goes_on(town: Town):
    ref = town.submitted()
    town.inquired(ref)
    assert town.told(ref)["InquiryOpened"] == {"leader.palu"}
    town.ask(ref, AnswerAsk(number=1, answer="Di Tatanga"), "leader.palu")
    assert town.told(ref)["InquiryAnswered"] == {*OFFICERS, "head.palu"}


def test_who_asked_is_told_of_the_answer_also_where_others_go_on(town: Town):
    ref = town.recommended()
    town.inquired(ref)
    town.ask(ref, AnswerAsk(number=1, answer="Di Tatanga"), "leader.palu")
    # The case lies with the province by now; the city's head had asked.
    assert town.told(ref)["InquiryAnswered"] == {"coord.sulteng", "head.sulteng", "head.palu"}


def test_a_lapse_is_told_to_both_sides_and_who_goes_on_and_to_nobody_else(town: Town):
    ref = town.recommended()
    town.inquired(ref, to="city_officer")
    case, _ = town.engine.casework.case(ref)
    due = case.inquiries[0].answer_due
    town.engine.casework.handle(ref, DeadlineAsk(what="lapse", inquiry=1), "system", key="l", at=due)
    assert town.told(ref)["InquiryLapsed"] == {"coord.sulteng", "head.sulteng", "head.palu", *OFFICERS}


def test_everybody_reads_it_in_their_language(town: Town):
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    town.stands_in("plh.palu", "officer.palu", "city_officer", tomorrow)
    ref = town.submitted(group="Kelompok <Contoh>\r\nBcc: x")
    (row, *_) = town.rows(ref)
    id, en = town.engine.notices.message(row, "id"), town.engine.notices.message(row, "en")
    assert id.title == f"Usulan baru {ref} menunggu telaah"
    assert en.title == f"New proposal {ref} waits for review"
    assert "Kelompok <Contoh>" in id.text
    assert "Telaah diharapkan selesai paling lambat" in id.text


def test_a_template_that_is_not_there_still_says_what_happened(town: Town):
    ref = town.submitted()
    (row, *_) = town.rows(ref)
    assert town.engine.notices.message(row, "de").title == f"GroupProposed {ref}"


def test_on_a_panel_who_has_voted_is_told_no_more_that_it_is_due(town: Town):
    ref = town.agreed()
    for seat in (1, 4):
        town.act(ref, "approve", f"panel{seat}", vote="approve")
    case, _ = town.engine.casework.case(ref)
    assert case.due
    assert case.warn
    waited_for = {"panel2", "panel3", "panel5", "head.ministry"}
    town.engine.casework.handle(ref, DeadlineAsk(what="warn"), "system", key="w", at=case.warn)
    assert town.told(ref)["DeadlineWarned"] == waited_for
    town.engine.casework.handle(ref, DeadlineAsk(what="pass"), "system", key="p", at=case.due)
    assert town.told(ref)["DeadlinePassed"] == waited_for


def test_whose_vote_is_void_is_told_again(town: Town):
    ref = town.agreed()
    town.act(ref, "approve", "panel1", vote="approve")
    town.act(ref, "send_back", "head.ministry", reason="Rencana alat perlu dirinci")
    town.act(ref, "submit", "leader.palu")
    case, _ = town.engine.casework.case(ref)
    assert case.state == "ministry", "what was agreed on stands, and the vote has to be cast anew"
    assert case.warn
    town.engine.casework.handle(ref, DeadlineAsk(what="warn"), "system", key="w", at=case.warn)
    assert "panel1" in town.told(ref)["DeadlineWarned"]


@pytest.mark.parametrize(
    ("stage", "turn"),
    [
        (Town.submitted, {"head.palu"}),
        (Town.recommended, {"coord.sulteng", "head.sulteng"}),
        (Town.agreed, {f"panel{seat}" for seat in range(1, 6)} | {"head.ministry"}),
    ],
)
def test_a_withdrawal_is_told_to_whose_turn_it_was_as_well(town: Town, stage: Callable[[Town], str], turn: set[str]):
    ref = stage(town)
    town.act(ref, "withdraw", "leader.palu")
    assert town.told(ref)["ProposalWithdrawn"] == {*OFFICERS, *turn}


def test_who_withdraws_a_draft_is_not_told_so(town: Town):
    ref = town.drafted()
    town.act(ref, "withdraw", "leader.palu")
    assert town.told(ref)["ProposalWithdrawn"] == {*OFFICERS}


def test_who_is_asked_hears_that_the_question_is_over_with_the_case(town: Town):
    ref = town.recommended()
    town.ask(ref, InquiryAsk(to="city_officer", question="Di mana lokasinya?"), "coord.sulteng")
    town.act(ref, "withdraw", "leader.palu")
    assert town.told(ref)["ProposalWithdrawn"] == {*OFFICERS, "coord.sulteng", "head.sulteng"}
