"""The other groups of Central Sulawesi, dealt over programmes, regions and stages from one seed: 500 in all."""

from collections.abc import Iterator, Mapping
from itertools import cycle
from random import Random
from typing import Any, NamedTuple

from selaras.demo import lives, papers
from selaras.demo.groups import STORIES, leader_of
from selaras.demo.offices import MENTORS
from selaras.demo.past import Past
from selaras.demo.places import KLASTER, PADAT_KARYA, TKM
from selaras.demo.regions import BY_SLUG, REGIONS
from selaras.demo.walk import Group, Paper, Step

SEED = 7271
GROUPS = 500
SALT = "garam-talise"
LEGACY = "legacy"
"""The stage of those whose past is another system's."""


class Fate(NamedTuple):
    """What becomes of one group."""

    programme: str
    region: str
    """Slug."""
    stage: str
    members: int = 10
    over: Mapping[str, Any] | None = None
    """Facts that are as they are for the story's sake."""


HELD_IN_PALU = {"mentoring": 20, "completed": 6, "ministry": 4, "coordination": 5}
"""Nobody is before the city since lately: all its places were taken before the first group had to wait."""
HELD_IN_DONGGALA = {"city": 4, "coordination": 1, "ministry": 2, "mentoring": 22, "completed": 7}
"""Three are recommended and not approved yet: those that a suspension stops."""
HELD = {
    "city": 18, "coordination": 23, "ministry": 30, "mentoring": 72, "completed": 23, "refused": 5, "objection": 1,
}  # fmt: skip
"""Stages of the ministry's programme in the other regions, in which a place is held or was used."""
HELD_BY_REGION = (0, 21, 0, 32, 26, 25, 20, 8, 8, 8, 12, 6, 6)
DRAFTS_BY_REGION = (0, 1, 1, 3, 2, 3, 1, 2, 2, 1, 1, 1, 1)
CLOSED_BY_REGION = (1, 1, 2, 2, 2, 2, 1, 1, 2, 1, 1, 0, 2)
GONE_BY_REGION = (0, 1, 1, 1, 1, 1, 1, 1, 0, 0, 1, 0, 0)
"""In the order of `REGIONS`, beside the small cast of `groups`."""
CLUSTERS = {"regency": 16, "province": 22, "mentoring": 58, "completed": 16}
CLUSTERS_BY_REGION = (2, 12, 10, 18, 9, 13, 7, 8, 9, 7, 6, 4, 7)
NO_CLUSTERS = {"draft": 14, "closed": 9, "gone": 5}
NO_CLUSTERS_BY_REGION = (0, 3, 3, 4, 2, 4, 2, 2, 3, 1, 1, 1, 2)
CITY_WORKS = {"review": 3, "mentoring": 4, "completed": 2, "closed": 4, "gone": 2}
SMALL_PLAN = {"plan": {"tools": 7_200_000, "materials": 4_000_000, "workers_now": 2, "workers_target": 9}}
WAITING = (*[(10, SMALL_PLAN)] * 8, *[(12, SMALL_PLAN)] * 3, *[(10, {})] * 4, *[(17, SMALL_PLAN)] * 2, (18, {}))
"""Members and plan of the groups that wait in Palu: eleven would pass the city's own programme, seven would not."""
OF_ONE_MENTOR = 13
"""Groups of Palu with which the first mentor has fourteen, the small cast's included."""


def fates() -> list[Fate]:
    """Every group beside the small cast, in an order that each load repeats."""
    random = Random(SEED)  # noqa: S311
    slugs = [region.slug for region in REGIONS]

    def spread(programme: str, stages: dict[str, int], by_region: tuple[int, ...]) -> list[Fate]:
        pool = [stage for stage, number in stages.items() for _ in range(number)]
        random.shuffle(pool)
        places = [slug for slug, number in zip(slugs, by_region, strict=True) for _ in range(number)]
        return [Fate(programme, place, stage) for place, stage in zip(places, pool, strict=True)]

    def alike(programme: str, stage: str, by_region: tuple[int, ...]) -> list[Fate]:
        return spread(programme, {stage: sum(by_region)}, by_region)

    salt = {"potential": SALT}
    return [
        *(Fate(TKM, "palu", stage) for stage, number in HELD_IN_PALU.items() for _ in range(number)),
        *(Fate(TKM, "donggala", stage) for stage, number in HELD_IN_DONGGALA.items() for _ in range(number)),
        *spread(TKM, HELD, HELD_BY_REGION),
        Fate(TKM, "palu", "draft", over=salt),
        *alike(TKM, "draft", DRAFTS_BY_REGION),
        *alike(TKM, "closed", CLOSED_BY_REGION),
        *alike(TKM, "gone", GONE_BY_REGION),
        *(Fate(TKM, "palu", "waiting", members, over) for members, over in WAITING),
        *spread(KLASTER, CLUSTERS, CLUSTERS_BY_REGION),
        *spread(KLASTER, NO_CLUSTERS, NO_CLUSTERS_BY_REGION),
        *(Fate(PADAT_KARYA, "palu", "draft", members=8, over=salt) for _ in range(3)),
        *(Fate(PADAT_KARYA, "palu", LEGACY, members=5) for _ in range(2)),
        *(Fate(PADAT_KARYA, "palu", stage, members=8) for stage, number in CITY_WORKS.items() for _ in range(number)),
    ]


def leaders() -> tuple[str, ...]:
    """The leader of every group, the small cast's included."""
    return tuple(leader_of(number) for number in range(1, GROUPS + 1))


def dealt() -> list[tuple[Group, Fate]]:
    """Every group beside the small cast."""
    found = []
    for number, fate in enumerate(fates(), start=len(STORIES) + 1):
        region = BY_SLUG[fate.region]
        facts = papers.facts(fate.programme, number, region, fate.members, **(fate.over or {}))
        found.append((Group(number, fate.programme, region, leader_of(number), facts), fate))
    return found


def steps(past: Past, paper: Paper) -> Iterator[Step]:
    """The steps of every group beside the small cast whose past is our own."""
    random = Random(SEED)  # noqa: S311
    mentors = Mentors()
    for group, fate in dealt():
        if fate.stage != LEGACY:
            yield from lives.lived(group, fate.stage, past, paper, random, mentors.of(fate))


def of_old() -> list[tuple[Group, Group]]:
    """The groups of the city's old system, each with a group of the ministry's programme that shares people with it."""
    groups = dealt()
    old = [group for group, fate in groups if fate.stage == LEGACY]
    others = [
        group for group, fate in groups if (fate.programme, fate.region, fate.stage) == (TKM, "palu", "mentoring")
    ]
    return list(zip(old, others, strict=False))


class Mentors:
    """Who mentors whom: the first has more groups than the terms allow, the others share the rest evenly."""

    def __init__(self) -> None:
        self._others = cycle((*MENTORS[2:], MENTORS[1]))
        self._of_first = 0

    def of(self, fate: Fate) -> str:
        if fate.programme != TKM or fate.stage != "mentoring":
            return MENTORS[1]
        if fate.region == "palu" and self._of_first < OF_ONE_MENTOR:
            self._of_first += 1
            return MENTORS[0]
        return next(self._others)
