"""Keeps read models level without any message: looks at the head, rests when there is nothing, wakes when told."""

import logging
import threading
import time
from typing import NamedTuple

from workflow.projections.positions import Place
from workflow.projections.rebuilding import UnderWay, rebuild
from workflow.projections.runner import Runner

SHORTEST, LONGEST = 0.25, 2.0
"""Seconds between two looks: doubled while nothing comes, so that an idle system is left alone."""
TURN = 2.0
"""Seconds that one read model may work before the next has its turn."""
REST = 0.25
"""Seconds between two turns of a read model that is not prompt: under load one turn then takes in many events."""

log = logging.getLogger(__name__)


class Look(NamedTuple):
    """What came of one look at all read models."""

    moved: bool
    owing: bool
    """One is behind and rests."""


class Follower:
    """The loop. `run` in a thread of its own."""

    def __init__(self, runner: Runner) -> None:
        self.runner = runner
        self._woken = threading.Event()
        self._turned: dict[str, float] = {}

    def wake(self) -> None:
        """Look at the head at once."""
        self._woken.set()

    def run(self, stop: threading.Event) -> None:
        """Follow the log until `stop` is set; whatever fails is tried again, at longer intervals."""
        pause = SHORTEST
        while not stop.is_set():
            moved, owing = self._look()
            if owing:
                stop.wait(REST)
                continue
            pause = SHORTEST if moved else min(pause * 2, LONGEST)
            if self._woken.wait(pause):
                self._woken.clear()
                pause = SHORTEST

    def look(self) -> bool:
        """One turn for each read model that is behind, but those that rest: the loop takes them in after their rest.

        True where one moved.
        """
        moved, owing = self._look()
        if owing:
            self.wake()
        return moved

    def _look(self) -> Look:
        moved = owing = False
        live = [place for place in self.runner.places() if place.build == "live"]
        head = self.runner.log.head()
        for here in live:
            try:
                if self._rests(here, head):
                    owing = True
                else:
                    moved |= self._turn(here, head)
            except Exception as error:
                # One read model's trouble is not the others'; the database may be away for a while.
                log.warning("projection %s: %s", here.name, type(error).__name__)
        return Look(moved, owing)

    def _rests(self, here: Place, head: int) -> bool:
        known = self.runner.projections.get(here.name)
        if known is None or known.prompt or head <= here.position or here.stopped_at is not None or here.waits:
            return False
        now = time.monotonic()
        if now - self._turned.get(here.name, -REST) < REST:
            return True
        self._turned[here.name] = now
        return False

    def _turn(self, here: Place, head: int) -> bool:
        name = here.name
        if name not in self.runner.projections:
            # Left behind by another version of the program.
            return False
        if here.version < self.runner.projection(name).version:
            try:
                rebuild(self.runner, name)
            except UnderWay:
                return False
            return True
        if here.stopped_at is not None or here.waits or head <= here.position:
            return False
        return self.runner.catch_up(name, turn=TURN) > here.position
