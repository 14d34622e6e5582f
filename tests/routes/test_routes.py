"""Routes of a group: every programme open where it is, with all that it would refuse and what would mend it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from tests.routes.groups import act, karya, opened, person, running, submitted, usaha
from tests.routes.programmes import HEAD, KARYA, LEADER, OFFICER, USAHA, agreed, put
from workflow.asks import FactsAsk
from workflow.domain.publishing import SetIntake
from workflow.domain.routes import Route
from workflow.domain.terms import Budget, BudgetItem, DimensionRule, Eligibility, FactPair, Persons, Recognised, Running
from workflow.engine import Engine

PAIRS = (
    FactPair(a="group", b="name"),
    FactPair(a="members", b="workers"),
    FactPair(a="plan.tools", b="tools"),
)
MAPPED = Eligibility(facts=PAIRS, recognised=(Recognised(side="a", action="visit", counts_as="visit", days=30),))
AGREED = agreed(Persons(rule="exclusive"), eligibility=MAPPED)


def of_case(engine: Engine, ref: str, at: datetime | None = None) -> Route:
    case, definition = engine.casework.case(ref)
    (found,) = engine.routes.of_case(case, definition, at)
    return found


def of_facts(engine: Engine, facts: dict[str, Any], region: str = "72.71.06") -> dict[str, Route]:
    return {route.programme: route for route in engine.routes.of_facts(facts, region, LEADER)}


def codes(route: Route) -> list[str]:
    return sorted(refusal.code for refusal in route.refusals)


def test_a_case_finds_the_other_programme_through_the_terms(here: Engine) -> None:
    put(here, AGREED)
    route = of_case(here, opened(here, USAHA, 1, 2))
    assert (route.programme, route.submission, route.accepted) == (KARYA, "submit", True)
    assert route.documents == (), "its proposal is of the same kind and type"
    assert route.places is not None
    assert (route.places.quota, route.places.used, route.places.free) == (50, 0, 50)
    assert route.alignment == "PENYELARASAN-7271-2026-000001"
    assert route.submit_by is not None


def test_its_own_claims_stand_in_nobodys_way_but_another_case_of_a_member_does(here: Engine) -> None:
    put(here, AGREED)
    ref = submitted(here, USAHA, 1, 2)
    assert of_case(here, ref).accepted
    other = opened(here, USAHA, 2, 3)
    assert codes(of_case(here, other)) == ["claim.person"]


def test_without_terms_only_names_that_agree_pass_and_the_rest_is_named(here: Engine) -> None:
    route = of_case(here, opened(here, USAHA, 1, 2))
    assert route.alignment is None
    assert set(codes(route)) == {"facts"}
    assert {refusal.pointer for refusal in route.refusals} == {"/name", "/workers", "/tools"}


@pytest.mark.parametrize("standing", ["suspended", "ended", "negotiated"])
def test_terms_that_are_not_in_force_map_nothing(here: Engine, standing: Any) -> None:
    put(here, AGREED, standing)
    assert of_case(here, opened(here, USAHA, 1, 2)).alignment is None


def test_every_dimension_that_fails_is_told_with_its_bounds(here: Engine) -> None:
    put(here, AGREED)
    ref = opened(here, USAHA, 1, 2, 3, 4)
    route = of_case(here, ref)
    assert codes(route) == ["eligibility.workers"]
    assert "1 to 3" in route.refusals[0].how.en
    here.casework.handle(ref, FactsAsk(patch={"plan": {"tools": 19}}), LEADER)
    assert codes(of_case(here, ref)) == ["eligibility.grant", "eligibility.workers"]


BOUND = agreed(
    eligibility=Eligibility(facts=PAIRS, dimensions=(DimensionRule(dimension="grant", rule="intersection"),)),
    running=Running(binds_at="accept"),
)


def test_an_agreed_bound_that_is_asked_only_later_is_told_now(here: Engine) -> None:
    put(here, BOUND)
    found = of_facts(here, usaha(1, 2, plan={"tools": 15}))[USAHA]
    assert found.accepted, "entering asks the programme's own bound alone"
    (ahead,) = found.ahead
    assert (ahead.action, ahead.alignment) == ("accept", "PENYELARASAN-7271-2026-000001")
    assert ahead.refusal.code == "terms.eligibility.grant"
    assert "paling banyak 12" in ahead.refusal.id
    assert "at most 12" in ahead.refusal.en
    assert "usulkan perubahan" in ahead.refusal.how.id
    assert "propose an amendment" in ahead.refusal.how.en
    assert of_facts(here, usaha(1, 2, plan={"tools": 12}))[USAHA].ahead == ()


def test_an_items_cap_below_what_is_asked_for_is_told_now(here: Engine) -> None:
    tools = BudgetItem(item="tools", payer="kementerian-uji", cap=14, total=140, source="APBN")
    put(here, agreed(eligibility=BOUND.eligibility, budget=Budget(items=(tools,)), running=BOUND.running))
    asked = of_facts(here, usaha(1, 2, plan={"tools": 15}))[USAHA]
    assert [one.refusal.code for one in asked.ahead] == ["terms.eligibility.grant", "terms.budget.tools"]
    assert "at most Rp14 a group" in asked.ahead[1].refusal.en
    assert of_facts(here, usaha(1, 2, plan={"tools": 12}))[USAHA].ahead == ()


def test_a_case_learns_of_it_before_it_takes_the_route(here: Engine) -> None:
    put(here, BOUND)
    ref = opened(here, KARYA, 1, 2)
    assert of_case(here, ref).ahead == ()
    here.casework.handle(ref, FactsAsk(patch={"tools": 15}), LEADER)
    assert [one.action for one in of_case(here, ref).ahead] == ["accept"]
    put(here, BOUND, "suspended")
    assert of_case(here, ref).ahead == (), "nothing new binds"


def test_a_bound_that_entering_asks_is_told_once(here: Engine) -> None:
    put(here, replace(BOUND, running=Running(binds_at="submit")))
    route = of_facts(here, usaha(1, 2, plan={"tools": 15}))[USAHA]
    assert (codes(route), route.ahead) == (["terms.eligibility.grant"], ())


def test_a_programme_that_is_not_open_in_the_region_is_no_route(here: Engine) -> None:
    put(here, AGREED)
    assert of_facts(here, usaha(1, 2), "72.10.01").keys() == {USAHA}
    assert of_facts(here, usaha(1, 2)).keys() == {USAHA, KARYA}


def test_the_day_from_which_a_member_may_come_is_told_and_not_whose(here: Engine) -> None:
    put(here, agreed(Persons(rule="after", months=12), eligibility=MAPPED))
    ended = datetime.now(UTC) - timedelta(days=40)
    other = running(here, USAHA, 7, 8, at=ended)
    act(here, other, "finish", HEAD, ended)
    route = of_facts(here, karya(7))[KARYA]
    assert codes(route) == ["claim.person"]
    said = f"{route.refusals[0].id} {route.refusals[0].how.en}"
    assert str(ended.year + 1) in said
    assert other not in said


def test_the_last_day_of_the_intake_is_named_and_what_is_over_or_to_come_refuses(here: Engine) -> None:
    put(here, AGREED)
    ref = opened(here, USAHA, 1, 2)
    assert of_case(here, ref).intake is None
    window = {"opens": date(2026, 3, 1), "closes": date(2026, 4, 30)}
    order = SetIntake(region="72", year=2026, legal_basis="SK uji", **window)
    here.registry.set_intake(KARYA, order, by="seed")
    for month, standing, refused in ((2, "not_yet", ["intake"]), (4, "open", []), (5, "over", ["intake"])):
        route = of_case(here, ref, datetime(2026, month, 15, tzinfo=UTC))
        assert route.intake is not None
        assert (route.intake.standing, route.intake.window.closes) == (standing, window["closes"])
        assert codes(route) == refused


def test_steps_count_for_as_many_days_as_terms_say(here: Engine) -> None:
    put(here, AGREED)
    now = datetime.now(UTC)
    ref = submitted(here, USAHA, 1, 2)
    assert of_case(here, ref).steps == ()
    act(here, ref, "visit", OFFICER, now)
    assert [step.action for step in of_case(here, ref).steps] == ["visit"]
    assert [step.action for step in of_case(here, ref, now + timedelta(days=29)).steps] == ["visit"]
    assert of_case(here, ref, now + timedelta(days=32)).steps == ()


def test_facts_tried_out_may_have_either_shape_and_leave_no_trace(here: Engine) -> None:
    put(here, AGREED)
    head = here.log.head()
    for facts in (usaha(1, 2), karya(1, 2)):
        assert of_facts(here, facts)[KARYA].accepted
    assert codes(of_facts(here, karya(1, 2))[USAHA]) == []
    assert of_facts(here, usaha(1, 2))[USAHA].documents == ("proposal",)
    assert here.log.head() == head


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"workers": "none", "tools": {}},
        {"workers": [{"nik": "1"}]},
        {"workers": [None], "tools": 2**70, "name": "\ud800"},
        {"tools": 1.5, "name": "x" * 10_000},
    ],
)
def test_facts_that_fit_nothing_are_refused_field_by_field(here: Engine, wrong: dict[str, Any]) -> None:
    put(here, AGREED)
    for route in of_facts(here, wrong).values():
        assert set(codes(route)) == {"facts"}
        assert all(refusal.id and refusal.en and refusal.how.id and refusal.pointer for refusal in route.refusals)


def test_an_erased_member_is_told_and_may_be_entered_anew(here: Engine) -> None:
    put(here, AGREED)
    ref = opened(here, USAHA, 1, 2)
    here.vault.erase(here.vault.person(person(1)["nik"]), "Permintaan yang bersangkutan", "admin")
    assert codes(of_case(here, ref)) == ["erased"]
