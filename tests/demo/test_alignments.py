"""The demo's three alignments: one in force, one suspended with what it stops, one under negotiation and late."""

import pytest

from selaras.demo import agreements
from selaras.demo.places import KLASTER, PADAT_KARYA, TKM
from tests.demo.conftest import NOW, all_cases
from workflow.domain.alignments import Alignment
from workflow.domain.case import Case
from workflow.engine import Engine
from workflow.evidence.replay import name_of
from workflow.releasing import Releasing


@pytest.fixture(scope="module")
def known(loaded: Engine) -> dict[tuple[str, str], Alignment]:
    """By the other party and the region."""
    return {
        (one.terms.parties[1].programme, one.terms.regions[0]): one
        for one in loaded.alignments.current().known.values()
    }


@pytest.fixture(scope="module")
def cases(loaded: Engine) -> list[Case]:
    return all_cases(loaded, loaded.log.head())


def test_how_they_stand(known: dict[tuple[str, str], Alignment]) -> None:
    assert {pair: one.standing for pair, one in known.items()} == {
        (PADAT_KARYA, "72.71"): "in_force",
        (KLASTER, "72.03"): "suspended",
        (KLASTER, "72.10"): "negotiated",
    }


def test_the_opinion_on_the_one_for_sigi_is_three_working_days_late(loaded: Engine, cases: list[Case]) -> None:
    (sigi,) = [case for case in cases if case.programme == agreements.PROGRAMME and case.region == "72.10"]
    assert sigi.state == "opinion"
    assert sigi.due is not None
    assert (NOW - sigi.due).days == 4, "due on Friday night; Monday, Tuesday and today are the three days"


def test_the_suspension_stops_three_groups_and_lets_the_others_go_on(
    loaded: Engine, known: dict[tuple[str, str], Alignment], cases: list[Case]
) -> None:
    suspended = known[KLASTER, "72.03"]
    bound = [case for case in cases if any(one.alignment == suspended.ref for one in case.bound)]
    stopped = [case for case in bound if case.state in ("coordination", "ministry")]
    assert len(stopped) == 3
    assert len(bound) > 20
    for case in stopped:
        assert "alignment.suspended" in _codes(loaded, case.ref, "send_back")
    going_on = next(case for case in bound if case.state == "mentoring")
    assert "alignment.suspended" not in _codes(loaded, going_on.ref, "assign_mentor")


def test_who_asks_for_all_that_a_programme_gives_is_within_the_caps(
    loaded: Engine, known: dict[tuple[str, str], Alignment]
) -> None:
    """Whoever tries the demo brings a group that a programme would take, and the terms let it pass."""
    for one in known.values():
        for party in one.terms.parties:
            programme = loaded.registry.current(party.programme)
            assert programme is not None
            given = loaded.registry.definition(str(programme.current_hash)).benefits
            for item in one.terms.budget.items:
                if item.item in given:
                    assert item.cap >= (given[item.item].max or 0)


def test_every_recommended_group_of_palu_is_bound_to_the_terms_in_force(
    known: dict[tuple[str, str], Alignment], cases: list[Case]
) -> None:
    in_force = known[PADAT_KARYA, "72.71"]
    recommended = [
        case
        for case in cases
        if case.programme == TKM and case.region.startswith("72.71") and case.totals.get("recommend")
    ]
    assert len(recommended) > 30
    assert all([one.alignment for one in case.bound] == [in_force.ref] for case in recommended)


def test_groups_of_the_other_programmes_are_bound_where_they_decide_and_none_of_these_is_stopped(
    known: dict[tuple[str, str], Alignment], cases: list[Case]
) -> None:
    for programme, region, action in ((PADAT_KARYA, "72.71", "accept"), (KLASTER, "72.03", "establish")):
        ours = [case for case in cases if case.programme == programme and case.region.startswith(region)]
        taken = [case for case in ours if case.totals.get(action) and case.imported_from is None]
        assert taken, programme
        ref = known[programme, region].ref
        assert {case.ref for case in ours if ref in [one.alignment for one in case.bound]} == {c.ref for c in taken}
        assert not [stop for case in ours for stop in case.clock.stops]


def _codes(engine: Engine, ref: str, action: str) -> set[str]:
    offered = engine.casework.actions(ref, "coord.sulteng", NOW)
    return {refusal.code for one in offered if one.action == action for refusal in one.refusals}


def test_each_group_that_the_city_accepted_is_to_be_released_to_the_ministry(loaded: Engine) -> None:
    events = loaded.log.select(0, loaded.log.head())
    accepted = {event.stream.removeprefix("case/") for event in events if name_of(event) == "GroupAccepted"}
    orders = [order for event in events for order in Releasing().react(loaded, event)]
    assert accepted
    assert {order.ref for order in orders} == accepted
    clauses = {one.clause for order in orders for one in order.ask.shared}
    assert {(one.event, one.recipient, one.retention_months) for one in clauses} == {
        ("GroupAccepted", agreements.AGENCY[TKM], 24)
    }
