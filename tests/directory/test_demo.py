"""The demo as loaded into a real database: the people that scripts rely on, and groups at every stage."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from selaras import demo
from selaras.demo.groups import STORIES
from selaras.demo.places import PLACES, PROGRAMME
from workflow.domain.authority import in_force
from workflow.domain.definition.model import SYSTEM
from workflow.engine import Engine
from workflow.settings import Settings

PEOPLE = [
    "leader.palu",
    "officer.palu",
    "officer2.palu",
    "head.palu",
    "officer.sigi",
    "head.sigi",
    "coord.sulteng",
    "head.sulteng",
    "coord.gorontalo",
    "panel1",
    "panel2",
    "panel3",
    "panel4",
    "panel5",
    "head.ministry",
    "minister",
    "mentorlead",
    "mentor1",
    "mentor2",
    "auditor",
    "admin",
    "integrator",
]
ZONE = "Asia/Makassar"
NOW = datetime(2026, 11, 25, 2, tzinfo=UTC)


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    with Engine.open(settings) as opened:
        yield opened


def test_the_demo_loads_once_and_again_changes_nothing(engine: Engine) -> None:
    assert demo.load(engine, NOW, few=True) == len(STORIES) >= 30
    head = engine.log.head()
    demo.load(engine, NOW + timedelta(hours=2), few=True)
    assert engine.log.head() == head

    directory = engine.directory.current()
    assert set(PEOPLE) <= set(directory.people)
    assert directory.is_applicant("leader.palu")
    (officer,) = directory.appointments("officer.palu")
    assert (officer.role, officer.region, officer.level) == ("city_officer", "72.71", "city")
    assert [post.person for post in directory.holders("ministry_panel")] == PEOPLE[9:14], "in order of appointment"
    assert all(in_force(post, NOW, ZONE) for post in directory.posts.values())

    programme = engine.registry.current(PROGRAMME)
    assert programme is not None
    for year in (2026, 2027, NOW.year, NOW.year + 1):
        assert sum(programme.places(region, year) or 0 for region in PLACES[PROGRAMME]) == 300

    events = [event for event in engine.log.select(0, head) if event.stream.startswith("case/")]
    assert all(event.at <= NOW for event in events)
    states = Counter(
        engine.casework.case(ref)[0].state for ref in {event.stream.removeprefix("case/") for event in events}
    )
    assert sum(states.values()) == len(STORIES)
    assert {
        "draft",
        "city_review",
        "coordination",
        "ministry",
        "mentoring",
        "refused",
        "objection",
        "upheld",
        "appeal",
        "completed",
        "annulled",
        "closed_refused",
        "withdrawn",
    } <= set(states)
    assert "DecisionCarried" in {type(event.body).__name__ for event in events}


class Cut(Exception):
    """The load is cut short."""


def test_a_load_that_was_cut_short_goes_on_as_of_the_moment_at_which_it_began(engine: Engine) -> None:
    def cut(done: int, of: int) -> None:
        if done > of / 2:
            raise Cut

    with pytest.raises(Cut):
        demo.load(engine, NOW, few=True, told=cut)
    half = engine.log.head()
    told: list[tuple[int, int]] = []
    later = NOW + timedelta(days=100)
    demo.load(engine, later, few=True, told=lambda done, of: told.append((done, of)))

    assert told[-1][0] == told[-1][1]
    assert engine.log.head() > half
    events = [event for event in engine.log.select(0, engine.log.head()) if event.stream.startswith("case/")]
    steps = [event for event in events if event.command and event.command.startswith("demo/")]
    assert len({step.command for step in steps}) == told[-1][1]
    assert max(step.at for step in steps) <= NOW
    swept = [event.at for event in events if event.command and event.command.startswith("clock/")]
    assert NOW < max(swept) <= later, "the clock went on since"


def test_in_the_first_weeks_of_a_year_the_last_one_is_told_and_the_clock_has_gone_on(engine: Engine) -> None:
    now = datetime(2027, 1, 19, 3, tzinfo=UTC)
    demo.load(engine, now, few=True)

    events = [event for event in engine.log.select(0, engine.log.head()) if event.stream.startswith("case/")]
    newest = {swept: max(event.at for event in events if (event.actor == SYSTEM) is swept) for swept in (True, False)}
    assert newest[False] < datetime(2026, 12, 31, 16, tzinfo=UTC) < newest[True] <= now
