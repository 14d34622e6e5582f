"""Plays the groups' steps through the casework in order of time, several groups at once."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

from selaras.demo.clock import Clock
from selaras.demo.past import ZONE
from selaras.demo.walk import Step

if TYPE_CHECKING:
    from workflow.engine import Engine

REQUEST = "demo"
"""The same for every step of every release: a key that was used answers as it did."""
THREADS = 8
AT_ONCE = 400
"""Steps between two meetings of all threads, at most."""
Alone = Callable[[Step], bool]
Told = Callable[[int, int], None]
"""Is told (steps done, steps in all) from time to time."""


def play(
    engine: "Engine",
    steps: Iterable[Step],
    day: timedelta,
    clock: Clock,
    told: Told = lambda done, of: None,
    alone: Alone = lambda step: False,
) -> int:
    """Ask for every step; how many there are. What happens on one day happens in any order, but within a group, and
    after all that the clock did until then.

    `day`: of the groups' lives, never longer than one in Palu. What is `alone` happens while nothing else does. Done
    again it changes nothing.
    """
    ordered = sorted(steps, key=attrgetter("at", "group", "number"))
    refs: dict[int, str] = {}
    done = 0

    def lead(own: list[Step]) -> None:
        for step in own:
            key = f"demo/{step.group:02d}/{step.number:02d}"
            ref = refs.get(step.group)
            answer = engine.casework.handle(ref, step.ask, step.who, key=key, request=REQUEST, at=step.at)
            refs[step.group] = answer.case.ref

    with ThreadPoolExecutor(THREADS) as threads:
        for stretch in _stretches(ordered, day, alone):
            clock.go_on(stretch[0].at)
            by_group = sorted(stretch, key=attrgetter("group", "number"))
            lives = [list(own) for _, own in groupby(by_group, key=attrgetter("group"))]
            # Consumed, so that what failed in a thread is raised here.
            for _ in threads.map(lead, lives):
                pass
            done += len(stretch)
            told(done, len(ordered))
    return done


def _stretches(ordered: list[Step], day: timedelta, alone: Alone) -> Iterator[list[Step]]:
    """Steps in order, cut so that nothing is played together with what happened a day later, or beyond a midnight."""
    stretch: list[Step] = []
    for step in ordered:
        if stretch and (
            len(stretch) >= AT_ONCE
            or step.at - stretch[0].at >= day
            or _date(step) > _date(stretch[0])
            or alone(step)
            or alone(stretch[-1])
        ):
            yield stretch
            stretch = []
        stretch.append(step)
    if stretch:
        yield stretch


def _date(step: Step) -> date:
    return step.at.astimezone(ZONE).date()
