"""Keeps read models level without any message: looks at the head, rests when there is nothing, wakes when told."""

import logging
import threading

from workflow.projections.positions import Place
from workflow.projections.rebuilding import UnderWay, rebuild
from workflow.projections.runner import Runner

SHORTEST, LONGEST = 0.25, 2.0
"""Seconds between two looks: doubled while nothing comes, so that an idle system is left alone."""
TURN = 2.0
"""Seconds that one read model may work before the next has its turn."""

log = logging.getLogger(__name__)


class Follower:
    """The loop. `run` in a thread of its own."""

    def __init__(self, runner: Runner) -> None:
        self.runner = runner
        self._woken = threading.Event()

    def wake(self) -> None:
        """Look at the head at once."""
        self._woken.set()

    def run(self, stop: threading.Event) -> None:
        """Follow the log until `stop` is set; whatever fails is tried again, at longer intervals."""
        pause = SHORTEST
        while not stop.is_set():
            moved = self.look()
            pause = SHORTEST if moved else min(pause * 2, LONGEST)
            if self._woken.wait(pause):
                self._woken.clear()
                pause = SHORTEST

    def look(self) -> bool:
        """One turn for each read model that is behind; True where one moved."""
        moved = False
        live = [place for place in self.runner.places() if place.build == "live"]
        head = self.runner.log.head()
        for here in live:
            try:
                moved |= self._turn(here, head)
            except Exception as error:
                # One read model's trouble is not the others'; the database may be away for a while.
                log.warning("projection %s: %s", here.name, type(error).__name__)
        return moved

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
