"""A deadline that moves: who is told of it once, with the reason in their language, and when nobody is."""

from datetime import date

import pytest
from msgspec.structs import replace

from tests.notices.telling import Town
from workflow.asks import InquiryAsk, RecountAsk
from workflow.domain.calendar import last_day
from workflow.domain.days_off import DeclareDays, OwnDay
from workflow.domain.definition.model import SYSTEM
from workflow.domain.events import DeadlineMoved
from workflow.domain.sentences import on_day
from workflow.domain.words import Text
from workflow.projections.notices import Notices
from workflow.projections.rebuilding import rebuild
from workflow.store.log import Write

OFFICERS = {"officer.palu", "officer2.palu"}
REASON = Text("HUT kota", "City's day")


def counted(town: Town, ref: str, of: str = "state") -> date:
    """The last day that counts towards a deadline of the case."""
    case, definition = town.engine.casework.case(ref)
    (found,) = (one for one in town.engine.reading.deadlines(case, definition) if one.of == of)
    return [day.date for day in found.days if day.counted][-1]


def closed(town: Town, ref: str, day: date) -> None:
    """The town's offices close on a day, and the case's deadlines are counted anew."""
    order = DeclareDays(region="72.71", legal_basis="SK 1/2026", days=[OwnDay(date=day, reason=REASON)])
    town.engine.days_off.declare(order, by="admin")
    days = town.engine.days_off.current()
    ask = RecountAsk(version=days.version, why=f"day_off/{len(days.declared)}", say=days.declared[-1].say)
    town.engine.casework.handle(ref, ask, SYSTEM)


def said(town: Town, ref: str, body: DeadlineMoved) -> None:
    """The log holds a move of the case's deadline."""
    last = town.engine.casework.history(ref)[-1]
    town.engine.log.append(Write(events=(replace(last, version=last.version + 1, actor=SYSTEM, body=body),)))


def test_the_applicant_and_whose_turn_it_is_are_told_once_with_the_reason(town: Town):
    ref = town.submitted()
    closed(town, ref, counted(town, ref))
    assert town.told(ref)["DeadlineMoved"] == {*OFFICERS, "head.palu", "leader.palu"}
    rows = [row for row in town.rows(ref) if row.event == "DeadlineMoved"]
    assert len(rows) == 4
    case, definition = town.engine.casework.case(ref)
    due = on_day(last_day(case.due, definition.calendar.zone))
    in_english, in_indonesian = (town.engine.notices.message(rows[0], language) for language in ("en", "id"))
    assert in_english.title == f"The deadline of {ref} has moved"
    assert f"is now due on {due.en}" in in_english.text
    assert "Reason: City's day (SK 1/2026)" in in_english.text
    assert in_indonesian.title == f"Tenggat {ref} bergeser"
    assert f"jatuh tempo {due.id}" in in_indonesian.text
    assert "Alasan: HUT kota (SK 1/2026)" in in_indonesian.text


def test_a_move_that_changes_nothing_for_its_reader_is_not_told(town: Town):
    ref = town.submitted()
    case, _ = town.engine.casework.case(ref)
    said(town, ref, DeadlineMoved(why="day_off/1", say=REASON, due=case.due, warn=None))
    assert "DeadlineMoved" not in town.told(ref)


def test_a_clock_that_is_stopped_once_more_stays_quiet(town: Town):
    ref = town.submitted()
    for why in ("one", "another"):
        said(town, ref, DeadlineMoved(why=why, say=REASON, stops=True, days_left=5))
    rows = [row for row in town.rows(ref) if row.event == "DeadlineMoved"]
    assert len({row.position for row in rows}) == 1
    assert town.engine.notices.message(rows[0], "en").title == f"The deadline of {ref} stands still"


@pytest.mark.parametrize(("to", "told"), [("group_leader", {"leader.palu"}), ("city_officer", OFFICERS)])
def test_when_an_answer_is_due_is_told_to_who_is_asked_alone(town: Town, to: str, told: set[str]):
    ref, asker = (town.recommended(), "coord.sulteng") if to == "city_officer" else (town.submitted(), "officer.palu")
    town.ask(ref, InquiryAsk(to=to, question="Di mana lokasinya?"), asker)
    closed(town, ref, counted(town, ref, "inquiry"))
    assert town.told(ref)["DeadlineMoved"] == told
    (row, *_) = (row for row in town.rows(ref) if row.event == "DeadlineMoved")
    message = town.engine.notices.message(row, "id")
    assert message.title == f"Batas jawaban atas pertanyaan tentang {ref} bergeser"
    assert "HUT kota (SK 1/2026)" in message.text


@pytest.mark.parametrize("batch", [1, 500])
def test_any_cut_of_the_log_and_a_rebuild_make_the_same_ones(town: Town, batch: int):
    ref = town.submitted()
    closed(town, ref, counted(town, ref))
    while town.models.runner.step(Notices.name, batch=batch).name == "ADVANCED":
        pass
    before = town.rows(ref)
    assert [row.event for row in before].count("DeadlineMoved") == 4
    rebuild(town.models.runner, Notices.name)
    assert town.rows(ref) == before
