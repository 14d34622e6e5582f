"""Sends what is due on one channel: takes it from the outbox, hands it to the carrier, notes what came back."""

import logging
import time
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from workflow.delivery.channel import Away, Carrier, Hung, Later, Line, Never, Parcel
from workflow.delivery.outbox import Outbox
from workflow.delivery.preferences import Preferences
from workflow.delivery.sent import Sending
from workflow.directory import DirectoryApp
from workflow.notices import NoticeBoard
from workflow.projections.notices import Row
from workflow.projections.runner import AWAY

if TYPE_CHECKING:
    from workflow.engine import Engine

TAKEN = 20
"""Parcels a time: a turn and one attempt after it end before the lease of those that it took."""

log = logging.getLogger(__name__)


class Sender:
    """One channel's. Used by one thread; many processes may send side by side."""

    def __init__(
        self,
        outbox: Outbox,
        carrier: Carrier,
        board: NoticeBoard,
        preferences: Preferences,
        directory: DirectoryApp,
    ) -> None:
        self._outbox, self._carrier, self._board = outbox, carrier, board
        self._preferences, self._directory = preferences, directory

    def turn(self, seconds: float, at: datetime | None = None) -> int:
        """Send what is due, one parcel at least and for about so long; how many arrived. `at` stands for now."""
        ends = time.monotonic() + seconds
        arrived = 0
        try:
            while True:
                self._outbox.collect(at)
                taken = self._outbox.take(TAKEN, at)
                if taken:
                    arrived += self._send(taken, ends, at)
                if not taken or time.monotonic() >= ends:
                    break
        finally:
            self._carrier.close()
        return arrived

    def _send(self, taken: Sequence[Sequence[Sending]], ends: float, at: datetime | None) -> int:
        arrived = 0
        told = {row.id: row for row in self._board.rows([one.notice for rows in taken for one in rows])}
        for number, rows in enumerate(taken):
            # One is always tried, or a trial that is put back would cost the channel a rest.
            if number and time.monotonic() >= ends:
                self._back(taken[number:], at)
                break
            try:
                arrived += self._one(rows, told, at)
            except Away as error:
                if isinstance(error, Hung) and self._outbox.hung(rows, str(error), at):
                    continue
                log.warning("%s is out of reach: %s", self._carrier.channel, error)
                self._outbox.later(rows, str(error), at, away=True)
                self._outbox.rest(timedelta(seconds=error.seconds), at)
                self._back(taken[number + 1 :], at)
                break
            except Later as error:
                self._outbox.later(rows, str(error), at, asked=timedelta(seconds=error.seconds))
            except Never as error:
                self._outbox.dead(rows, str(error), at)
            except AWAY:
                raise
            except Exception as error:
                # One parcel that cannot be made keeps no other waiting.
                log.error("%s parcel %s: %s", self._carrier.channel, rows[0].parcel, type(error).__name__)
                self._outbox.later(rows, f"it could not be made: {type(error).__name__}", at)
            if number == 0:
                self._outbox.reached()
        return arrived

    def _one(self, rows: Sequence[Sending], told: Mapping[str, Row], at: datetime | None) -> bool:
        if not self._outbox.holds(rows):
            return False
        person = rows[0].person
        wish = self._preferences.of(person)
        place = wish.place(self._carrier.channel)
        if place is None:
            self._outbox.unwanted(rows, "no longer wanted", at)
            return False
        known = self._directory.cached().people.get(person)
        language = known.language if known else "id"
        lines = tuple(
            Line(title=self._board.headline(row, language), ref=row.ref, link=self._board.link(row))
            for row in sorted((told[one.notice] for one in rows if one.notice in told), key=lambda row: row.position)
        )
        if not lines:
            self._outbox.unwanted(rows, "no such notice any more", at)
            return False
        self._carrier.carry(Parcel(name=rows[0].parcel, address=place, language=language, lines=lines))
        self._outbox.sent(rows, at)
        return True

    def _back(self, taken: Sequence[Sequence[Sending]], at: datetime | None) -> None:
        for rows in taken:
            self._outbox.back(rows, at)


def sender(engine: "Engine", carrier: Carrier, per_second: float) -> Sender:
    """One for a carrier, with the engine's parts; `per_second`: parcels that its receiver gets at most."""
    outbox = Outbox(engine.pool, engine.log, carrier.channel, per_second)
    return Sender(outbox, carrier, engine.notices, engine.preferences, engine.directory)
