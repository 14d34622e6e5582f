"""The demo as loaded into a real database: the people that scripts rely on, and groups at every stage."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from selaras import demo
from selaras.demo.groups import STORIES
from selaras.demo.places import PLACES, PROGRAMME
from workflow.domain.authority import in_force
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


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    with Engine.open(settings) as opened:
        yield opened


def test_the_demo_loads_once_and_again_changes_nothing(engine: Engine) -> None:
    now = datetime.now(UTC)
    assert demo.load(engine, now, few=True) == len(STORIES) >= 30
    head = engine.log.head()
    demo.load(engine, few=True)
    assert engine.log.head() == head

    directory = engine.directory.current()
    assert set(PEOPLE) <= set(directory.people)
    assert directory.is_applicant("leader.palu")
    (officer,) = directory.appointments("officer.palu")
    assert (officer.role, officer.region, officer.level) == ("city_officer", "72.71", "city")
    assert [post.person for post in directory.holders("ministry_panel")] == PEOPLE[9:14], "in order of appointment"
    assert all(in_force(post, now, ZONE) for post in directory.posts.values())

    programme = engine.registry.current(PROGRAMME)
    assert programme is not None
    for year in (2026, 2027, now.year, now.year + 1):
        assert sum(programme.places(region, year) or 0 for region in PLACES[PROGRAMME]) == 300

    events = [event for event in engine.log.select(0, head) if event.stream.startswith("case/")]
    assert all(event.at <= now for event in events)
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


def test_a_load_that_was_cut_short_goes_on(engine: Engine) -> None:
    now = datetime(2026, 11, 25, 2, tzinfo=UTC)

    def cut(done: int, of: int) -> None:
        if done > of / 2:
            raise Cut

    with pytest.raises(Cut):
        demo.load(engine, now, few=True, told=cut)
    half = engine.log.head()
    told: list[tuple[int, int]] = []
    demo.load(engine, now, few=True, told=lambda done, of: told.append((done, of)))

    assert told[-1][0] == told[-1][1]
    assert engine.log.head() > half
    steps = [event.command for event in engine.log.select(0, engine.log.head()) if event.stream.startswith("case/")]
    assert len(set(steps)) == told[-1][1]
