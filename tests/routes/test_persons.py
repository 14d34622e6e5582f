"""Persons across programmes on a real log: what terms say is kept by the save itself, whoever comes between."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.routes.groups import BOTH, CODE, act, opened, refused, running, submitted
from tests.routes.programmes import HEAD, KARYA, LEADER, OFFICER, PALU, SCOPE, USAHA, agreed, put
from workflow.domain import alignments
from workflow.domain.alignments import Alignments
from workflow.domain.calendar import local_date
from workflow.domain.context import Elsewhere, Membership
from workflow.domain.events import CaseOpened
from workflow.domain.persons import Persons as Ruled
from workflow.domain.refusal import Refused
from workflow.domain.terms import Persons
from workflow.engine import Engine
from workflow.facts import CaseFacts
from workflow.streams import Busy

CUMULATIVE, EXCLUSIVE = agreed(Persons(rule="cumulative")), agreed(Persons(rule="exclusive"))
AFTER_12 = agreed(Persons(rule="after", months=12))
ZONE = "Asia/Makassar"
JANUARY = datetime(2026, 1, 15, 3, tzinfo=UTC)


def on(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 3, tzinfo=UTC)


def test_without_terms_one_person_is_in_one_programme(here: Engine) -> None:
    submitted(here, USAHA, 1, 2)
    assert "registered already" in refused(here, opened(here, KARYA, 1))


def test_cumulative_lets_a_person_into_both_and_a_third_case_of_either_refuses(here: Engine, there: Engine) -> None:
    put(here, CUMULATIVE)
    first = submitted(here, USAHA, 1, 2)
    second = submitted(there, KARYA, 1)
    for programme in BOTH:
        refused(here, opened(here, programme, 1, 2))
    digest = here.vault.person("7271061405900001")
    assert {held.holder for held in here.log.memberships([f"{SCOPE}:{digest}"])} == {first, second}


def test_leaving_one_of_two_programmes_leaves_the_other_as_it_was(here: Engine, there: Engine) -> None:
    put(here, CUMULATIVE)
    first, second = submitted(here, USAHA, 1, 2), submitted(there, KARYA, 1)
    put(here, EXCLUSIVE)
    act(here, first, "withdraw")
    refused(there, opened(there, USAHA, 1, 2))
    act(there, second, "withdraw")
    submitted(there, USAHA, 1, 2)


def test_after_12_months(here: Engine, there: Engine) -> None:
    """From the end of the other case, whose place in the programme is kept; the day is told, and holds."""
    put(here, AFTER_12)
    other = running(here, USAHA, 1, 2, at=JANUARY)
    ref = opened(there, KARYA, 1, at=JANUARY)
    assert "12 full months after it has" in refused(there, ref, at=on(2026, 2, 1))
    act(here, other, "finish", HEAD, on(2026, 2, 10))
    again = opened(here, USAHA, 1, 2, at=on(2027, 2, 8))
    assert "from 10 February 2027" in refused(there, ref, at=on(2026, 2, 11))
    ref = opened(there, KARYA, 1, at=on(2027, 2, 8))
    assert "from 10 February 2027" in refused(there, ref, at=on(2027, 2, 9))
    assert act(there, ref, "submit", at=on(2027, 2, 10)) == "review"
    assert "registered already" in refused(here, again, at=on(2027, 2, 11)), "the own programme still counts"


def test_after_12_months_counts_from_a_withdrawal_too_even_on_a_server_that_has_not_heard_of_it(
    here: Engine, there: Engine
) -> None:
    put(here, AFTER_12)
    ref = opened(there, KARYA, 1)
    now = datetime.now(UTC)
    act(here, submitted(here, USAHA, 1, 2), "withdraw", at=now)
    assert str(now.year + 1) in refused(there, ref)


def test_suspended_terms_let_nobody_in(here: Engine) -> None:
    submitted(here, USAHA, 1, 2)
    put(here, CUMULATIVE)
    put(here, CUMULATIVE, "suspended")
    ref = opened(here, KARYA, 1)
    assert "suspended" in refused(here, ref)
    put(here, CUMULATIVE)
    assert act(here, ref, "submit") == "review"


def test_terms_that_ended_elsewhere_allow_nothing_here(here: Engine, there: Engine) -> None:
    put(here, CUMULATIVE)
    submitted(there, USAHA, 3, 4)
    submitted(here, USAHA, 1, 2)
    ref = opened(there, KARYA, 1)
    put(here, CUMULATIVE, "ended")
    refused(there, ref)


def test_an_erased_member_replayed(here: Engine, there: Engine) -> None:
    """The case folds as before, and the digest that stands in the claims still keeps the person out elsewhere."""
    put(here, AFTER_12)
    ref = running(here, USAHA, 1, 2, at=JANUARY)
    act(here, ref, "finish", HEAD, on(2026, 2, 10))
    before, person = here.casework.case(ref)[0], here.vault.person("7271061405900001")
    here.vault.erase(person, "Permintaan yang bersangkutan", "admin")
    after, definition = there.casework.case(ref)
    assert after == before
    assert CaseFacts(there.vault, definition, ref).show(after.facts, reveal=True)["members"][0]["name"] == "erased"
    other = opened(there, KARYA, 1, at=on(2026, 3, 1))
    assert "10 February 2027" in refused(there, other, at=on(2026, 3, 1))
    refused(there, opened(there, USAHA, 1, 3, at=on(2026, 3, 1)), at=on(2026, 3, 1))


# --- any interleaving -----------------------------------------------------------------------------------------------

SUBMITS = ("submit usaha", "submit karya")
STEPS = st.sampled_from(
    [*SUBMITS, *SUBMITS, "withdraw", "complete", "exclusive", "after", "cumulative", "suspend", "month", "half a year"]
)
TERMS = {"exclusive": EXCLUSIVE, "after": agreed(Persons(rule="after", months=6)), "cumulative": CUMULATIVE}


class Town:
    """One engine's hands: each step happens on what this engine last saw. The same two people in every group."""

    def __init__(self, engine: Engine, people: tuple[int, int], clock: list[datetime]) -> None:
        self.engine, self.people, self.clock = engine, people, clock
        self.drafts: dict[str, list[str]] = {USAHA: [], KARYA: []}
        self.mine: list[str] = []

    def prepare(self, count: int) -> None:
        for programme in BOTH:
            people = self.people if programme == USAHA else self.people[:1]
            self.drafts[programme] = [opened(self.engine, programme, *people, at=self.clock[0]) for _ in range(count)]

    def step(self, name: str) -> None:
        with suppress(Refused, Busy):
            self._step(name, self.clock[0])

    def _step(self, name: str, at: datetime) -> None:
        word, _, programme = name.partition(" ")
        if word == "submit":
            drafts = self.drafts[f"{programme}-uji"]
            if drafts:
                act(self.engine, drafts[0], "submit", at=at)
                self.mine.append(drafts.pop(0))
        elif name == "withdraw" and self.mine:
            act(self.engine, self.mine.pop(), "withdraw", at=at)
        elif name == "complete" and self.mine:
            ref = self.mine.pop()
            act(self.engine, ref, "visit", OFFICER, at)
            act(self.engine, ref, "accept", HEAD, at)
            act(self.engine, ref, "finish", HEAD, at)


def explained(engine: Engine, start: int) -> int:
    """Judge every key taken since a position by what stood before it in the log, from scratch; how many there were."""
    known = Alignments()
    programmes: dict[str, str] = {}
    held: dict[str, dict[str, Membership]] = {}
    former: dict[str, list[Membership]] = {}
    taken = 0
    for event in engine.log.select(0, 100_000):
        if event.stream == alignments.STREAM:
            known = alignments.fold((event,), known)
        if not event.stream.startswith("case/"):
            continue
        ref = event.stream.removeprefix("case/")
        if isinstance(event.body, CaseOpened):
            programmes[ref] = event.body.programme
        move = getattr(event.body, "move", None)
        for change in getattr(move, "claims", ()):
            if change.kind != "unique":
                continue
            holders = held.setdefault(change.key, {})
            if not change.taken:
                gone = holders.pop(ref)
                former.setdefault(change.key, []).append(
                    Membership(programme=gone.programme, region=gone.region, held=False, ended=event.at)
                )
                continue
            ruled = Ruled(
                programme=programmes[ref],
                today=local_date(event.at, ZONE),
                zone=ZONE,
                formerly=lambda region: (),
                terms=known.touching(programmes[ref], PALU, local_date(event.at, ZONE)),
            )
            others = Elsewhere(memberships=(*holders.values(), *former.get(change.key, [])))
            assert ruled.in_the_way([others]) is None, f"{ref} at {event.position}"
            holders[ref] = Membership(programme=programmes[ref], region=PALU)
            taken += event.position > start
        if getattr(move, "ended", False):
            for holders in held.values():
                if ref in holders:
                    stays = holders[ref]
                    holders[ref] = Membership(programme=stays.programme, region=stays.region, ended=event.at)
    return taken


_people = iter(range(100, 9000, 2))
some = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@given(steps=st.lists(st.tuples(st.booleans(), STEPS), min_size=4, max_size=14))
@some
def test_whatever_two_servers_do_no_key_is_taken_against_the_terms_of_its_position(
    here: Engine, there: Engine, steps: list[tuple[bool, str]]
) -> None:
    clock, first = [JANUARY], next(_people)
    towns = [Town(engine, (first, first + 1), clock) for engine in (here, there)]
    put(here, EXCLUSIVE, at=clock[0])
    for town in towns:
        town.prepare(4)
    start = here.log.head()
    stated = EXCLUSIVE
    for second, name in steps:
        if name in TERMS:
            stated = TERMS[name]
            put(here, stated, at=clock[0])
        elif name == "suspend":
            put(here, stated, "suspended", at=clock[0])
        elif name in ("month", "half a year"):
            clock[0] += timedelta(days=31 if name == "month" else 184)
        else:
            towns[second].step(name)
    explained(here, start)


@pytest.mark.parametrize("rule", ["cumulative", "exclusive"])
def test_those_who_come_at_the_same_moment_are_explained_by_the_order_of_positions(
    here: Engine, there: Engine, rule: str
) -> None:
    put(here, TERMS[rule])
    drafts = [
        (engine, opened(engine, programme, *((1, 2) if programme == USAHA else (1,))))
        for engine in (here, there)
        for programme in BOTH
        for _ in range(3)
    ]
    start = here.log.head()

    def submit(draft: tuple[Engine, str]) -> bool:
        engine, ref = draft
        while True:
            try:
                act(engine, ref, "submit", LEADER)
            except Busy:
                continue
            except Refused as error:
                return {refusal.code for refusal in error.refusals} != {CODE}
            return True

    with ThreadPoolExecutor(len(drafts)) as pool:
        came_in = sum(pool.map(submit, drafts))
    assert came_in == (2 if rule == "cumulative" else 1)
    assert explained(here, start) >= came_in
