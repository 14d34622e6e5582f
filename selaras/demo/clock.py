"""The engine's clock in the demo's past: swept at each midnight that goes by, as a programme that is lived is."""

from datetime import datetime
from typing import TYPE_CHECKING

from selaras.demo.past import ZONE
from workflow.domain.calendar import end_of, local_date
from workflow.projections.deadlines import Deadlines
from workflow.projections.runner import Runner
from workflow.sweep import sweep

if TYPE_CHECKING:
    from workflow.engine import Engine


class Clock:
    """Every deadline of the demo ends with a day in Palu, so a sweep a midnight does each thing at its moment."""

    def __init__(self, engine: "Engine") -> None:
        self._engine = engine
        # The one read model that a sweep asks: the others are brought level once, when the demo is there.
        self._runner = Runner(engine.pool, engine.log, (Deadlines(),))
        self._runner.prepare()
        self._next: datetime | None = None

    def go_on(self, to: datetime) -> None:
        """Do what came due up to a moment (UTC), at its own moment; the first call begins the first day."""
        midnight = self._next or _midnight_after(to)
        while midnight <= to:
            sweep(self._engine, self._runner, midnight)
            midnight = _midnight_after(midnight)
        self._next = midnight


def _midnight_after(moment: datetime) -> datetime:
    return end_of(local_date(moment, ZONE.key), ZONE.key)
