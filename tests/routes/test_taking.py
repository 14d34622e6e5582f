"""A group takes a route: one save ends its case and begins the other, and nothing of it is ever in both or in none."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.routes.groups import act, karya, opened, person, refused, running, submitted
from tests.routes.programmes import HEAD, KARYA, LEADER, OFFICER, OTHER_LEADER, PALU, SCOPE, USAHA, B, agreed, put
from tests.routes.test_persons import some
from tests.routes.test_routes import AGREED, MAPPED, PAIRS
from workflow.asks import DocumentAsk, FactsAsk, OpenAsk, RouteAsk
from workflow.casework import Answer, NoSuchCase, Stale
from workflow.domain.events import ActionTaken, DocumentAttached
from workflow.domain.publishing import SetIntake, SetQuota
from workflow.domain.refusal import Refused
from workflow.domain.routed import GroupRouted, StepRecognised
from workflow.domain.terms import BySide, DimensionRule, Eligibility, Persons, Recognised, Running
from workflow.engine import Engine
from workflow.preparing import FactsInvalid
from workflow.saves import case_stream
from workflow.streams import Busy, KeyReused

B_WITH_SKETCH = (
    B.replace("version: 1", "version: 2")
    .replace("supersedes: null", "supersedes: {version: 1, running: finish-on-old}")
    .replace("documents: [proposal]", "documents: [proposal, sketch]")
    .replace("\nstates:", "\n  sketch:   {title: {id: Sketsa, en: Sketch}, types: [application/pdf]}\nstates:")
)
"""The second programme asks for one more document from its second version on."""


def route(
    engine: Engine, ref: str, who: str = LEADER, programme: str = KARYA, facts: Any = None, **more: Any
) -> Answer:
    return engine.routing.take(ref, RouteAsk(programme=programme, facts=facts or {}), who, **more)


def codes(engine: Engine, ref: str, who: str = LEADER, programme: str = KARYA, **more: Any) -> list[str]:
    with pytest.raises(Refused) as found:
        route(engine, ref, who, programme, **more)
    assert all(r.id and r.en and r.how.id and r.how.en for r in found.value.refusals)
    return sorted(refusal.code for refusal in found.value.refusals)


def keys(engine: Engine, *people: int) -> list[str]:
    return [f"{SCOPE}:{engine.vault.person(person(n)['nik'])}" for n in people]


def holders(engine: Engine, *people: int) -> set[str]:
    """Who holds the keys of these people: each exactly once."""
    rows = [row for row in engine.log.memberships(keys(engine, *people)) if not row.ended]
    assert sorted(row.key for row in rows) == sorted(keys(engine, *people))
    return {row.holder for row in rows}


def used(engine: Engine, programme: str) -> int:
    return engine.log.used(f"quota/{programme}/72.71/{datetime.now(UTC).astimezone().year}")


def test_one_save_ends_the_one_case_and_begins_the_other_with_its_claims(here: Engine, there: Engine) -> None:
    put(here, AGREED)
    ref = submitted(here, USAHA, 1, 2)
    before = here.log.head()
    answer = route(there, ref)
    taken, ended = answer.case, there.casework.case(ref)[0]
    assert (ended.state, ended.ended, ended.held) == ("withdrawn", True, {})
    assert (taken.programme, taken.state) == (KARYA, "review")
    assert holders(here, 1, 2) == {taken.ref}
    assert (used(here, USAHA), used(here, KARYA)) == (0, 1)
    events = here.log.select(before, 100)
    assert [type(event.body).__name__ for event in events] == [
        "ActionTaken",
        "CaseOpened",
        "GroupRouted",
        "DocumentAttached",
        "ActionTaken",
    ]
    assert {event.at for event in events} == {events[0].at}


def test_both_cases_name_the_event_of_the_other(here: Engine) -> None:
    put(here, AGREED)
    ref = submitted(here, USAHA, 1, 2)
    taken = route(here, ref).case.ref
    last, first = here.casework.history(ref)[-1], here.casework.history(taken)
    assert isinstance(last.body, ActionTaken)
    assert (last.body.routed_to, here.routing.cause(last)) == (taken, first[0].position)
    assert isinstance(first[1].body, GroupRouted)
    assert (first[1].body.case, here.routing.cause(first[1])) == (ref, last.position)
    assert here.routing.cause(first[0]) is None


def test_facts_are_sealed_anew_and_documents_keep_their_hash_and_origin(here: Engine) -> None:
    put(here, AGREED)
    ref = submitted(here, USAHA, 1, 2)
    old = here.casework.case(ref)[0]
    answer = route(here, ref)
    facts = answer.case.facts
    assert facts["name"] == "Kelompok Uji"
    assert facts["workers"][0]["nik"] != old.facts["members"][0]["nik"]
    shown = here.reading.facts(answer.case, answer.definition, "open")
    assert shown["workers"] == [person(1), person(2)]
    (paper,) = [e.body for e in here.casework.history(answer.case.ref) if isinstance(e.body, DocumentAttached)]
    assert (paper.sha256, paper.origin) == (old.documents[0].sha256, ref)


def test_a_step_taken_counts_and_its_taker_stays_apart(here: Engine) -> None:
    put(here, AGREED)
    ref = submitted(here, USAHA, 1, 2)
    act(here, ref, "visit", OFFICER)
    visited = here.casework.history(ref)[-1]
    answer = route(here, ref)
    last = here.casework.history(answer.case.ref)[-1]
    assert isinstance(last.body, StepRecognised)
    assert (last.body.stands_on, last.body.step.taken, last.actor) == (visited.position, "visit", "system")
    assert answer.case.done_by["visit"] == (OFFICER,)
    assert act(here, answer.case.ref, "accept", HEAD) == "running"


@pytest.mark.parametrize(("tools", "bound"), [(12, True), (13, False)])
def test_a_step_that_counts_as_the_binding_action_binds_who_fits_the_agreed_bounds(
    here: Engine, tools: int, bound: bool
) -> None:
    step = Recognised(side="b", action="visit", counts_as="visit", days=30)
    common = Eligibility(
        facts=PAIRS, recognised=(step,), dimensions=(DimensionRule(dimension="grant", rule="intersection"),)
    )
    put(here, agreed(eligibility=common, running=Running(binds_at="visit", by_side=BySide(b="accept"))))
    ref = submitted(here, KARYA, 1, 2)
    act(here, ref, "visit", OFFICER)
    taken = route(here, ref, programme=USAHA, facts={"plan": {"tools": tools}}).case
    assert bool(taken.bound) is bound
    assert ("visit" in taken.totals) is bound


def test_a_step_beyond_its_days_does_not_count(here: Engine) -> None:
    put(here, AGREED)
    now = datetime.now(UTC)
    ref = submitted(here, USAHA, 1, 2, at=now - timedelta(days=40))
    act(here, ref, "visit", OFFICER, now - timedelta(days=40))
    assert "visit" not in route(here, ref, at=now).case.totals


def test_what_lacks_only_documents_is_a_draft_that_holds_its_claims_until_it_is_submitted(here: Engine) -> None:
    put(here, AGREED)
    facts = {"group": "Kelompok Uji", "region": PALU, "members": [person(1), person(2)], "plan": {"tools": 10}}
    ref = here.casework.handle(None, OpenAsk(programme=USAHA, facts=facts), LEADER).case.ref
    taken = route(here, ref).case
    assert taken.state == "draft"
    assert holders(here, 1, 2) == {taken.ref}
    assert used(here, KARYA) == 1
    act(here, taken.ref, "withdraw")
    assert used(here, KARYA) == 0


@pytest.mark.parametrize("meanwhile", ["nothing", "facts", "suspended"])
def test_a_step_counts_when_the_draft_is_submitted_unless_facts_or_terms_changed(here: Engine, meanwhile: str) -> None:
    here.registry.publish(B_WITH_SKETCH, "v2.yaml", {}, by="seed")
    put(here, AGREED)
    ref = submitted(here, USAHA, 1, 2)
    act(here, ref, "visit", OFFICER)
    taken = route(here, ref).case
    assert (taken.state, taken.totals) == ("draft", {})
    sketch = DocumentAsk(document="sketch", sha256="2" * 64, type="application/pdf", size=9)
    here.casework.handle(taken.ref, sketch, LEADER)
    if meanwhile == "facts":
        here.casework.handle(taken.ref, FactsAsk(patch={"tools": 11}), LEADER)
    if meanwhile == "suspended":
        put(here, AGREED, "suspended")
    assert act(here, taken.ref, "submit") == "review"
    assert here.casework.case(taken.ref)[0].totals.get("visit", 0) == (1 if meanwhile == "nothing" else 0)
    assert holders(here, 1, 2) == {taken.ref}


def test_the_other_programme_refuses_in_full_and_nothing_has_happened(here: Engine) -> None:
    put(here, AGREED)
    ref = opened(here, USAHA, 1, 2, 3, 4)
    here.casework.handle(ref, FactsAsk(patch={"plan": {"tools": 19}}), LEADER)
    submitted(here, USAHA, 4, 5)
    head = here.log.head()
    assert codes(here, ref) == ["claim.person", "eligibility.grant", "eligibility.workers"]
    assert here.log.head() == head
    assert here.casework.case(ref)[0].state == "draft"


def test_what_the_first_never_asked_is_given_with_the_command(here: Engine) -> None:
    put(here, agreed(Persons(rule="exclusive")))
    ref = submitted(here, USAHA, 1, 2)
    assert set(codes(here, ref)) == {"facts"}
    answer = route(here, ref, facts={k: v for k, v in karya(1, 2).items() if k != "region"})
    assert answer.case.state == "review"
    other = submitted(here, USAHA, 6, 7)
    with pytest.raises(FactsInvalid):
        route(here, other, facts={"tools": "many"})


def test_who_may(here: Engine) -> None:
    put(here, AGREED)
    ref = submitted(here, USAHA, 1, 2)
    with pytest.raises(NoSuchCase):
        route(here, ref, OTHER_LEADER)
    assert codes(here, ref, HEAD) == ["role", "role"]
    answer = route(here, ref, OFFICER)
    assert answer.case.applicant == LEADER
    assert here.casework.history(ref)[-1].office == "dinas.palu"


def test_a_case_that_cannot_be_given_up_any_more_takes_no_route(here: Engine) -> None:
    put(here, AGREED)
    assert codes(here, running(here, USAHA, 1, 2)) == ["state"]
    ref = submitted(here, USAHA, 3, 4)
    route(here, ref)
    assert "state" in codes(here, ref)


def test_only_a_programme_that_is_open_here_is_a_route(here: Engine) -> None:
    ref = submitted(here, USAHA, 1, 2)
    for name in (USAHA, "tidak-ada"):
        assert codes(here, ref, programme=name) == ["programme"]
        with pytest.raises(NoSuchCase):
            route(here, ref, OTHER_LEADER, programme=name)


def test_the_same_key_answers_the_same_and_a_stale_tag_is_told(here: Engine, there: Engine) -> None:
    put(here, AGREED)
    ref = submitted(here, USAHA, 1, 2)
    with pytest.raises(Stale):
        route(here, ref, if_match=frozenset({"0" * 64}))
    first = route(here, ref, key="k", request="a")
    again = route(there, ref, key="k", request="a")
    assert (again.position, again.case, again.repeated) == (first.position, first.case, True)
    with pytest.raises(KeyReused):
        route(there, ref, key="k", request="b")


def test_a_membership_under_after_is_moved_and_does_not_stand_in_its_own_way(here: Engine) -> None:
    put(here, agreed(Persons(rule="after", months=12), eligibility=MAPPED))
    answer = route(here, submitted(here, USAHA, 1, 2))
    assert holders(here, 1, 2) == {answer.case.ref}
    act(here, answer.case.ref, "withdraw")
    assert str(datetime.now(UTC).year + 1) in refused(here, opened(here, KARYA, 1)), "the first was left just now"


def test_the_last_place_goes_to_one_of_two_who_come_at_the_same_moment(here: Engine, there: Engine) -> None:
    put(here, AGREED)
    places(here, KARYA, 1)
    refs = [submitted(here, USAHA, 1, 2), submitted(here, USAHA, 3, 4)]

    def take(engine: Engine, ref: str) -> str | None:
        while True:
            try:
                return route(engine, ref).case.ref
            except Busy:
                continue
            except Refused:
                return None

    with ThreadPoolExecutor(2) as pool:
        taken = list(pool.map(take, (here, there), refs))
    assert sum(one is not None for one in taken) == 1
    assert used(here, KARYA) == 1
    states = {here.casework.case(ref)[0].state for ref in refs}
    assert states == {"withdrawn", "review"}


def places(engine: Engine, programme: str, number: int) -> None:
    year = datetime.now(UTC).astimezone().year
    quota = SetQuota(region="72.71", year=year, places=number, legal_basis="SK uji")
    engine.registry.set_quota(programme, quota, by="seed")


def stands(engine: Engine, people: tuple[int, ...], begun: int) -> None:
    """Replays the log: between a group's submission and its end no position finds a person in both cases or in none."""
    held: dict[str, set[str]] = {key: set() for key in keys(engine, *people)}
    entered: set[str] = set()
    saves: dict[Any, list[Any]] = {}
    for event in engine.log.select(begun, 10_000):
        saves.setdefault((event.at, event.command), []).append(event)
    for save in saves.values():
        routes = any(isinstance(event.body, GroupRouted) for event in save)
        before = {key for key, cases in held.items() if cases}
        for event in save:
            for change in getattr(getattr(event.body, "move", None), "claims", ()):
                if change.key in held:
                    ref = event.stream.removeprefix("case/")
                    (held[change.key].add if change.taken else held[change.key].discard)(ref)
        assert all(len(cases) <= 1 for cases in held.values())
        entered |= {key for key, cases in held.items() if cases}
        if routes:
            assert {key for key, cases in held.items() if cases} >= before


_groups = iter(range(100, 9000, 2))
ACTS = st.sampled_from(["route", "submit", "withdraw", "join", "route back", "suspend", "in force"])


@given(steps=st.lists(st.tuples(st.booleans(), ACTS), min_size=3, max_size=10))
@some
def test_whatever_two_servers_do_a_routed_person_is_never_in_both_and_never_in_none(
    here: Engine, there: Engine, steps: list[tuple[bool, str]]
) -> None:
    first = next(_groups)
    people = (first, first + 1)
    put(here, AGREED)
    begun = here.log.head()
    mine = [submitted(here, USAHA, *people)]
    rival = opened(there, KARYA, first)
    for number, (second, name) in enumerate(steps):
        engine, at = (there if second else here), datetime.now(UTC) + timedelta(seconds=number)
        with suppress(Refused, Busy):
            if name in ("route", "route back"):
                to = KARYA if name == "route" else USAHA
                mine.append(route(engine, mine[-1], programme=to, at=at).case.ref)
            elif name == "join":
                act(engine, rival, "submit", at=at)
            elif name in ("submit", "withdraw"):
                act(engine, mine[-1], name, at=at)
            else:
                put(here, AGREED, "in_force" if name == "in force" else "suspended", at=at)
    stands(here, people, begun)
    last = here.casework.case(mine[-1])[0]
    assert last == there.log.load(case_stream(mine[-1]))


def test_a_programme_whose_intake_is_over_takes_no_group_by_a_route(here: Engine) -> None:
    put(here, AGREED)
    ref = submitted(here, USAHA, 1, 2)
    now = datetime.now(UTC)
    day = date(now.year, 12, 31) if now.month < 12 else date(now.year, 1, 1)
    order = SetIntake(region="72.71", year=now.year, opens=day, closes=day, legal_basis="SK uji")
    here.registry.set_intake(KARYA, order, by="seed")
    assert codes(here, ref) == ["intake"]
    assert here.casework.case(ref)[0].state == "review"
