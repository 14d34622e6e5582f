"""Whose turn it is, as who tracks a case is told."""

from datetime import UTC, datetime, timedelta

from tests.notices.telling import Town


def turn(town: Town, ref: str) -> tuple[list[str], list[str]]:
    """Roles and steps, in English."""
    _, found = town.engine.reading.progress(town.engine.casework.history(ref), datetime.now(UTC))
    return [one.role.en for one in found.turn], [step.en for step in found.next]


def test_a_step_that_others_wait_for_comes_before_one_that_nobody_needs(town: Town):
    ref = town.submitted()
    assert turn(town, ref) == (["City officer"], ["Verify site"])
    ref = town.agreed()
    for seat in (1, 2, 3):
        town.act(ref, "approve", f"panel{seat}", vote="approve")
    # A city officer could be named as well, but no report can be made without a mentor.
    assert turn(town, ref) == (["Lead of the mentors"], ["Assign mentor"])
    town.act(ref, "assign_mentor", "mentorlead", assign="mentor1")
    assert turn(town, ref) == (["Mentor"], ["Report on mentoring"])


def test_a_report_in_mentoring_is_not_said_to_be_due_on_the_last_day_of_the_whole_stay(town: Town):
    ref = town.agreed()
    for seat in (1, 2, 3):
        town.act(ref, "approve", f"panel{seat}", vote="approve")
    town.act(ref, "assign_mentor", "mentorlead", assign="mentor1")
    case, found = town.engine.reading.progress(town.engine.casework.history(ref), datetime.now(UTC))
    assert (found.due, found.stage_due) == (None, case.due)
    assert case.due is not None
    assert "Next step: Report on mentoring. The whole stage is to be over by" in found.says.en
    assert "Langkah berikutnya: Laporkan pendampingan. Seluruh tahap ini selesai paling lambat" in found.says.id
    _, late = town.engine.reading.progress(town.engine.casework.history(ref), case.due)
    assert "This stage should have been over by" in late.says.en


def test_a_case_whose_deadline_has_passed_is_said_to_be_late(town: Town):
    ref = town.recommended()
    case, _ = town.engine.casework.case(ref)
    assert case.due
    history = town.engine.casework.history(ref)
    said = [town.engine.reading.progress(history, case.due + timedelta(days=n))[1].says for n in (-1, 0)]
    assert ["By" in said[0].en, "is late" in said[0].en] == [True, False]
    assert said[1].en.endswith("and is late.")
    assert said[1].id.endswith("dan sudah lewat.")


def test_where_nobody_holds_the_role_no_office_is_named(town: Town):
    ref = town.submitted(region="72.01.01")
    _, found = town.engine.reading.progress(town.engine.casework.history(ref), datetime.now(UTC))
    assert [(one.role.en, one.office) for one in found.turn] == [("City officer", None)]
    assert "Giliran: Petugas kota." in found.says.id
