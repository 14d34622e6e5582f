"""Sends what is due on one channel: takes it from the outbox, hands it to the carrier, notes what came back."""

import logging
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from workflow.delivery.channel import Away, Carrier, Later, Line, Never, Parcel
from workflow.delivery.outbox import Outbox, Sending
from workflow.delivery.preferences import Preferences
from workflow.directory import DirectoryApp
from workflow.notices import NoticeBoard
from workflow.projections.notices import Row
from workflow.projections.runner import AWAY

TAKEN = 20
"""Parcels a time: a turn of 20 seconds and one attempt after it end before the lease of those that it took."""

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
        """Send what is due, for so long at most; how many parcels arrived. `at` stands for now, UTC."""
        ends = time.monotonic() + seconds
        arrived = 0
        try:
            while time.monotonic() < ends:
                self._outbox.collect(at or datetime.now(UTC))
                taken = self._outbox.take(at or datetime.now(UTC), TAKEN)
                if not taken:
                    break
                arrived += self._send(taken, ends, at, first=arrived == 0)
        finally:
            self._carrier.close()
        return arrived

    def _send(self, taken: Sequence[Sequence[Sending]], ends: float, at: datetime | None, first: bool) -> int:
        arrived = 0
        told = {row.id: row for row in self._board.rows([one.notice for rows in taken for one in rows])}
        for number, rows in enumerate(taken):
            now = at or datetime.now(UTC)
            if time.monotonic() >= ends:
                self._back(taken[number:], now)
                break
            try:
                if self._one(rows, told, now):
                    arrived += 1
                    if first:
                        self._outbox.reached()
                        first = False
            except Away as error:
                log.warning("%s is out of reach: %s", self._carrier.channel, error)
                self._outbox.later(rows, now, str(error), away=True)
                self._outbox.rest(now, timedelta(seconds=error.seconds))
                self._back(taken[number + 1 :], now)
                break
            except Later as error:
                self._outbox.later(rows, now, str(error))
            except Never as error:
                self._outbox.dead(rows, now, str(error))
            except AWAY:
                raise
            except Exception as error:
                # One parcel that cannot be made keeps no other waiting.
                log.error("%s parcel %s: %s", self._carrier.channel, rows[0].parcel, type(error).__name__)
                self._outbox.later(rows, now, f"it could not be made: {type(error).__name__}")
        return arrived

    def _one(self, rows: Sequence[Sending], told: Mapping[str, Row], now: datetime) -> bool:
        person, name = rows[0].person, rows[0].parcel
        wish = self._preferences.of(person)
        if self._carrier.channel not in wish.channels or wish.address is None:
            self._outbox.unwanted(name, now, "no longer wanted")
            return False
        known = self._directory.cached().people.get(person)
        language = known.language if known else "id"
        lines = tuple(
            Line(title=self._board.headline(row, language), ref=row.ref, link=self._board.link(row.ref))
            for row in sorted((told[one.notice] for one in rows if one.notice in told), key=lambda row: row.position)
        )
        if not lines:
            self._outbox.unwanted(name, now, "no such notice any more")
            return False
        self._carrier.carry(Parcel(name=name, address=wish.address, language=language, lines=lines))
        self._outbox.sent(name, now)
        return True

    def _back(self, taken: Sequence[Sequence[Sending]], now: datetime) -> None:
        for rows in taken:
            self._outbox.back(rows, now)
