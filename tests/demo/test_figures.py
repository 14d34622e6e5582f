"""Every figure of the demo as told in `docs/demo.md`, counted from its cases as city and ministry find them."""

from collections import Counter
from datetime import date, timedelta

import pytest

from selaras import demo
from selaras.demo import agreements, papers
from selaras.demo.clock import Clock
from selaras.demo.past import Past
from selaras.demo.places import KLASTER, PADAT_KARYA, PLACES, TKM
from selaras.demo.play import play
from selaras.demo.proposal import Proposal
from selaras.demo.raising import before
from selaras.demo.regions import BY_SLUG, REGIONS
from selaras.demo.shelf import Shelf
from selaras.demo.walk import Group
from tests.demo.conftest import NOW, all_cases
from workflow.domain.case import Case
from workflow.engine import Engine

CODES = [region.code for region in REGIONS]
GROUPS = (96, 52, 54, 60, 42, 48, 32, 22, 24, 18, 22, 12, 18)
QUOTA = (50, 32, 36, 40, 26, 34, 20, 14, 16, 8, 12, 6, 6)
HELD = (50, 32, 36, 32, 26, 25, 20, 8, 8, 8, 12, 6, 6)
"""Of the ministry's programme, in the order of `CODES`."""


@pytest.fixture(scope="module")
def cases(loaded: Engine) -> list[Case]:
    """As of the last position before the places of Palu were raised."""
    last = before(loaded)
    assert last is not None
    return [case for case in all_cases(loaded, last) if case.programme != agreements.PROGRAMME]


def city(case: Case) -> str:
    return case.region[:5]


def held(cases: list[Case], programme: str) -> tuple[int, ...]:
    """Places held or used by region, in the order of `CODES`."""
    keys = Counter(key for case in cases for name in case.counters for key in case.held.get(name, ()))
    return tuple(keys[f"quota/{programme}/{code}/{NOW.year}"] for code in CODES)


def states(cases: list[Case], programme: str) -> Counter[str]:
    return Counter(case.state for case in cases if case.programme == programme)


def test_five_hundred_groups_in_thirteen_regions(cases: list[Case]) -> None:
    by_region = Counter(city(case) for case in cases)
    assert tuple(by_region[code] for code in CODES) == GROUPS
    assert sum(by_region.values()) == 500


def test_the_places_of_the_ministry_as_set_and_as_held(loaded: Engine, cases: list[Case]) -> None:
    programme = loaded.registry.current(TKM)
    assert programme is not None
    first = tuple(programme.quotas[code, NOW.year][0].places for code in CODES)
    assert first == QUOTA
    assert tuple(programme.places(code, NOW.year) for code in CODES[1:]) == QUOTA[1:]
    assert held(cases, TKM) == HELD
    assert sum(HELD) == 269


def test_the_ministry_has_340_cases(cases: list[Case]) -> None:
    found = states(cases, TKM)
    assert sum(found.values()) == 340
    assert (found["draft"], found["waiting"], found["city_review"], found["coordination"]) == (24, 18, 30, 32)
    assert (found["ministry"], found["mentoring"], found["completed"]) == (40, 118, 38)
    assert (found["refused"] + found["upheld"], found["objection"] + found["appeal"]) == (8, 3)
    assert found["annulled"] + found["closed_refused"] == 20
    assert found["lapsed"] + found["withdrawn"] == 9
    assert min(found["annulled"], found["closed_refused"], found["lapsed"], found["withdrawn"]) > 0


def test_a_draft_of_the_ministry_was_never_submitted_and_holds_nothing(cases: list[Case]) -> None:
    drafts = [case for case in cases if case.programme == TKM and case.state == "draft"]
    assert all(not case.held and not case.totals for case in drafts)


def test_the_city_has_20_cases_and_9_places_held(cases: list[Case]) -> None:
    assert states(cases, PADAT_KARYA) == {
        "draft": 5, "review": 3, "mentoring": 4, "completed": 2, "closed": 4, "withdrawn": 2,
    }  # fmt: skip
    assert held(cases, PADAT_KARYA)[0] == 9
    assert sum(PLACES[PADAT_KARYA].values()) == 16


def test_the_province_has_140_cases_and_112_places_held(cases: list[Case]) -> None:
    assert states(cases, KLASTER) == {
        "draft": 14, "regency": 16, "province": 22, "mentoring": 58, "completed": 16, "closed": 9, "withdrawn": 5,
    }  # fmt: skip
    used = held(cases, KLASTER)
    assert sum(used) == 112
    assert sum(PLACES[KLASTER].values()) == 130
    assert all(number <= PLACES[KLASTER][code] for code, number in zip(CODES, used, strict=True))


def test_one_mentor_has_fourteen_groups_and_nobody_else_more_than_ten(cases: list[Case]) -> None:
    groups = Counter(
        case.assigned["mentor"] for case in cases if case.state == "mentoring" and "mentor" in case.assigned
    )
    assert groups.pop("mentor1") == 14
    assert max(groups.values()) <= 10


def test_four_drafts_build_on_the_salt_of_talise(cases: list[Case]) -> None:
    salt = [case for case in cases if case.facts.get("potential") == "garam-talise"]
    assert [case.state for case in salt] == ["draft"] * 4
    assert {city(case) for case in salt} == {"72.71"}


def test_eighteen_wait_in_palu_while_the_ministry_has_31_idle_places_elsewhere_and_the_city_7(
    loaded: Engine, cases: list[Case]
) -> None:
    assert {city(case) for case in cases if case.state == "waiting"} == {"72.71"}
    idle = [quota - used for quota, used in zip(QUOTA, HELD, strict=True)]
    assert (idle[0], sum(idle[1:]), PLACES[PADAT_KARYA]["72.71"] - held(cases, PADAT_KARYA)[0]) == (0, 31, 7)


def test_eleven_of_the_eighteen_would_pass_the_citys_programme(loaded: Engine, cases: list[Case]) -> None:
    programme = loaded.registry.current(PADAT_KARYA)
    assert programme is not None
    assert programme.current_hash is not None
    theirs = loaded.registry.definition(programme.current_hash).eligibility
    age = theirs["age"]
    assert (age.min, age.max) == (18, 60), "everybody in the demo is of age, and nobody is old"
    fitting = [
        case
        for case in cases
        if case.state == "waiting"
        and theirs["members"].min <= len(case.facts["members"]) <= theirs["members"].max
        and case.facts["plan"]["tools"] + case.facts["plan"]["materials"] <= theirs["grant"].max
    ]
    assert len(fitting) == 11


def test_once_the_places_are_raised_nobody_waits_and_a_newcomer_goes_straight_to_the_city(loaded: Engine) -> None:
    key = f"quota/{TKM}/72.71/{NOW.year}"
    assert loaded.log.waiting(key) == ()
    assert loaded.log.used(key) == 50 + 18

    newcomer = Group(600, TKM, BY_SLUG["palu"], "leader.palu", papers.facts(TKM, 600, BY_SLUG["palu"]))
    walk = Proposal(newcomer, Past(NOW), Shelf(loaded).paper, 0).proposed()
    play(loaded, walk.steps, timedelta(days=1), Clock(loaded))

    assert loaded.log.waiting(key) == ()
    assert loaded.log.used(key) == 50 + 18 + 1


def test_proposals_are_taken_on_any_day_of_the_year_but_in_a_province_beside_the_demos(loaded: Engine) -> None:
    for name in PLACES:
        programme = loaded.registry.current(name)
        assert programme is not None
        for code in PLACES[name]:
            window = programme.window(code, NOW.year)
            assert window is not None
            assert (window.opens, window.closes) == (date(NOW.year, 1, 1), date(NOW.year, 12, 31))
            assert programme.window(code, NOW.year + 1) is None
    tkm = loaded.registry.current(TKM)
    assert tkm is not None
    beside = tkm.window("75.71", NOW.year)
    assert beside is not None
    assert beside.closes < NOW.date()


def test_loaded_again_it_changes_nothing(loaded: Engine) -> None:
    head = loaded.log.head()
    assert demo.load(loaded, NOW) == 500
    assert loaded.log.head() == head
