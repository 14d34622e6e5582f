"""Days off as an application: agencies' own, declared and withdrawn, and the holidays, adopted."""

from collections.abc import Collection
from datetime import datetime
from functools import partial

from workflow.domain import days_off
from workflow.domain.calendar import HOME_ZONE, local_date
from workflow.domain.days_off import STREAM, AdoptHolidays, DaysOff, DeclareDays, WithdrawDay
from workflow.domain.definition.model import SYSTEM
from workflow.domain.holidays import HolidaysAdopted
from workflow.store.log import CommandKey, Log
from workflow.streams import FoldedStream, Saved


class DaysOffApp:
    """Safe to share between threads; construct after the fork."""

    def __init__(self, log: Log) -> None:
        self._state = FoldedStream(log, STREAM, DaysOff(), days_off.fold)

    def current(self) -> DaysOff:
        """All of them as they stand in the log now."""
        return self._state.current()

    def cached(self) -> DaysOff:
        """All of them as last read in this process: it may be behind."""
        return self._state.cached()

    def declare(
        self, order: DeclareDays, *, by: str, command: CommandKey | None = None, at: datetime | None = None
    ) -> Saved:
        """Declare days, all or none. Raises Refused with every reason, KeyReused, Busy."""
        return self._state.save(partial(days_off.declare, order=order), by=by, command=command, at=at)

    def withdraw(
        self, number: int, order: WithdrawDay, *, by: str, at: datetime, command: CommandKey | None = None
    ) -> Saved:
        """Withdraw a day, with the reason where it has begun. Raises Refused, KeyReused, Busy."""
        decide = partial(days_off.withdraw, number=number, order=order, today=local_date(at, HOME_ZONE))
        return self._state.save(decide, by=by, command=command, at=at)

    def bring(self, lists: Collection[HolidaysAdopted], *, at: datetime) -> Saved:
        """Adopt in the engine's name what of these lists of the installed package is new. Raises Busy."""
        return self._state.save(partial(days_off.bring, lists=lists), by=SYSTEM, at=at)

    def adopt(self, order: AdoptHolidays, *, by: str, at: datetime) -> Saved:
        """Adopt a decree's list. Raises Refused, Busy."""
        return self._state.save(partial(days_off.adopt, order=order), by=by, at=at)
