"""Another system's history: it folds like ours, and is never taken for a decision of ours."""

from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from tests.domain.story import Story, recommended, send_back, submit
from tests.domain.world import facts, tkm
from workflow.domain.events import ActionTaken, CaseOpened, Imported, Kind, Move, Recorded
from workflow.domain.evolve import fold

LONG_AGO = datetime(2019, 3, 1, tzinfo=UTC)


def imported(*bodies: Kind) -> list[Recorded]:
    return [
        Recorded(
            stream="case/OLD-1",
            version=number,
            position=number,
            at=LONG_AGO + timedelta(days=number),
            actor="A. Clerk",
            definition=tkm().hash,
            imported=Imported(source="old system", row=number + 1, file="f" * 64),
            body=body,
        )
        for number, body in enumerate(bodies, start=1)
    ]


def old_case() -> list[Recorded]:
    opening = CaseOpened(
        ref="OLD-1",
        programme="tkm-kelompok",
        definition_version=1,
        applicant="applicant",
        region="72.71.06",
        facts=facts(),
        tracking_code="old",
        move=Move(from_="", to="draft", round=1, phase="proposal"),
    )
    taken = ActionTaken(
        action="submit",
        event="GroupProposed",
        role="imported",
        dossier="",
        move=Move(from_="draft", to="city_review", round=2, phase="review"),
    )
    return imported(opening, taken)


def test_it_folds_like_ours_with_its_own_times():
    case = fold(old_case())
    assert (case.state, case.round, case.entered) == ("city_review", 2, LONG_AGO + timedelta(days=2))
    assert case.imported_from == "old system"
    assert case.totals == {"submit": 1}


def test_its_people_are_none_of_ours_to_be_kept_apart():
    assert fold(old_case()).done_by == {}


def test_an_imported_decision_does_not_carry():
    story = Story().given(recommended(), send_back("coord.sulteng"))
    taking = story.case.takings["recommend"]
    assert taking.role == "city_head"
    history = [
        e if not (isinstance(e.body, ActionTaken) and e.body.action == "recommend") else _as_imported(e)
        for e in story.world.histories["TKM-1"]
    ]
    story.world.cases["TKM-1"] = fold(history)
    story.when(submit()).then("GroupProposed")


def _as_imported(event: Recorded) -> Recorded:
    return replace(event, body=replace(event.body, role="imported"))
