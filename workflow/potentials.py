"""The lists of leading potentials as an application: read as they stand or stood, changed by those who keep them."""

from datetime import datetime
from functools import partial

from workflow.domain import potentials
from workflow.domain.potentials import STREAM, DropPotential, ListPotential, Potentials, fold
from workflow.evidence.replay import until
from workflow.kbli import KbliApp
from workflow.store.log import CommandKey, Log
from workflow.streams import FoldedStream, Saved


class PotentialsApp:
    """Safe to share between threads; construct after the fork."""

    def __init__(self, log: Log, kbli: KbliApp) -> None:
        self._log, self._kbli = log, kbli
        self._state = FoldedStream(log, STREAM, Potentials(), fold)

    def current(self) -> Potentials:
        """The lists as they stand in the log now."""
        return self._state.current()

    def as_of(self, when: datetime | int) -> Potentials:
        """The lists as they stood after a position or at a moment; empty before the first listing."""
        return fold(until(self._log.read(STREAM), when), Potentials())

    def put(
        self,
        region: str,
        key: str,
        order: ListPotential,
        *,
        by: str,
        office: str,
        command: CommandKey | None = None,
        at: datetime | None = None,
    ) -> Saved:
        """List a potential of a region, or change what is said of it. Raises Refused, KeyReused, Busy."""
        classes = self._kbli.current()
        decide = partial(potentials.put, region=region, key=key, order=order, office=office, classes=classes)
        return self._state.save(decide, by=by, command=command, at=at)

    def drop(
        self,
        region: str,
        key: str,
        order: DropPotential,
        *,
        by: str,
        office: str,
        command: CommandKey | None = None,
        at: datetime | None = None,
    ) -> Saved:
        """Take a potential off a region's list. Raises Refused, KeyReused, Busy."""
        decide = partial(potentials.drop, region=region, key=key, order=order, office=office)
        return self._state.save(decide, by=by, command=command, at=at)
