"""What the demo is going to do, before it does anything: the same each time, and possible at whatever date."""

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta

import pytest

from selaras.demo import crowd, groups
from selaras.demo.lives import OBJECTION_OVER
from selaras.demo.past import ZONE, Past
from selaras.demo.places import PLACES
from selaras.demo.walk import Step
from workflow.asks import ActionAsk, OpenAsk
from workflow.store.documents import Stored

MOMENTS = [
    datetime(2026, 11, 25, 2, tzinfo=UTC),
    datetime(2027, 1, 5, 23, tzinfo=UTC),
    datetime(2027, 1, 24, 8, tzinfo=UTC),
    datetime(2027, 6, 13, 15, tzinfo=UTC),
    datetime(2028, 2, 29, 4, tzinfo=UTC),
    datetime(2026, 12, 31, 15, 59, tzinfo=UTC),
]
CLAIMS = {"submit", "register", "nominate"}
RELEASES = {"withdraw", "concede", "annul", "stop", "dissolve", "dismiss_appeal"}


def paper(kind: str, number: int) -> Stored:
    return Stored(sha256=f"{kind}{number}".encode().hex().ljust(64, "0")[:64], type="application/pdf", size=1000)


def plan(now: datetime) -> list[Step]:
    past = Past(now)
    return sorted([*groups.steps(past, paper), *crowd.steps(past, paper)], key=lambda s: (s.at, s.group, s.number))


def test_two_plans_for_the_same_moment_are_the_same() -> None:
    assert plan(MOMENTS[0]) == plan(MOMENTS[0])


def test_no_two_groups_share_a_person() -> None:
    niks = Counter(
        member["nik"]
        for step in plan(MOMENTS[0])
        if isinstance(step.ask, OpenAsk)
        for member in step.ask.facts.get("members", ())
    )
    assert len(niks) > 4_500
    assert set(niks.values()) == {1}


@pytest.mark.parametrize("now", MOMENTS, ids=lambda now: now.date().isoformat())
def test_every_step_is_in_the_past_and_every_place_of_one_year(now: datetime) -> None:
    past = Past(now)
    steps = plan(now)
    assert max(step.at for step in steps) <= past.now <= now
    claimed = {
        step.at.astimezone(ZONE).year for step in steps if isinstance(step.ask, ActionAsk) and step.ask.action in CLAIMS
    }
    assert claimed == {past.year}
    by_group = defaultdict(list)
    for step in sorted(steps, key=lambda s: (s.group, s.number)):
        by_group[step.group].append(step.at)
    assert len(by_group) == crowd.GROUPS - len(crowd.of_old())
    assert all(ats == sorted(ats) for ats in by_group.values())


@pytest.mark.parametrize("now", MOMENTS, ids=lambda now: now.date().isoformat())
def test_nobody_waits_but_in_palu_and_there_only_once_all_places_are_taken(now: datetime) -> None:
    """Played day by day, whatever happens first on a day: places are taken before others of that day are free."""
    opened: dict[int, tuple[str, str]] = {}
    holding: Counter[tuple[str, str]] = Counter()
    who: set[int] = set()
    diverted: Counter[tuple[str, str]] = Counter()
    steps = plan(now)
    ends = {step.group: step for step in steps}
    # When the clock has closed, at the latest, the case of a group that was refused and did not object.
    closed = {
        group: step.at + timedelta(days=OBJECTION_OVER)
        for group, step in ends.items()
        if isinstance(step.ask, ActionAsk) and step.ask.vote == "refuse"
    }
    for step in steps:
        for group in [one for one, at in closed.items() if one in who and at <= step.at]:
            holding[opened[group]] -= 1
            who.discard(group)
        match step.ask:
            case OpenAsk(programme=programme, facts=facts):
                opened[step.group] = (programme, str(facts["region"])[:5])
            case ActionAsk(action=action) if action in CLAIMS and step.group not in who:
                place = opened[step.group]
                if holding[place] >= PLACES[place[0]][place[1]]:
                    diverted[place] += 1
                else:
                    holding[place] += 1
                    who.add(step.group)
                    assert not diverted[place], "who comes after those who wait would have to wait too"
            case ActionAsk(action=action) if action in RELEASES and step.group in who:
                holding[opened[step.group]] -= 1
                who.discard(step.group)
    assert diverted == {("tkm-kelompok", "72.71"): 18}
