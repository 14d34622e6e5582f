"""What is to leave on a channel: collected from the notices, leased to senders, given up or tried again later."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from psycopg import Connection
from psycopg.rows import class_row
from psycopg_pool import ConnectionPool

from workflow.delivery import dead_letters, pace, sent
from workflow.delivery.preferences import wanting
from workflow.delivery.sent import COLUMNS, Sending
from workflow.delivery.when import digest_name, due
from workflow.projections import positions
from workflow.projections.ahead import Log
from workflow.projections.notices import Notices
from workflow.projections.projection import schema_of

ATTEMPTS = 10
LONGEST = timedelta(days=2)
"""After so many attempts, or so long after the first, a parcel is given up."""
HANGS = 5
"""A parcel over which a carrier fell silent so often, being well otherwise, is given up; from the second time on it
holds up no other."""
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=2)
LEASE = timedelta(minutes=1)
"""Whoever took a parcel has so long; then it is taken again, under the same name."""
REST = timedelta(seconds=15)
"""A carrier out of reach is left alone for so long, then twice, at most LONGEST_REST."""
LONGEST_REST = timedelta(minutes=10)
PER_SECOND = 100.0
"""Parcels that go to the carrier's receiver at most, from all processes together."""
FRESH = timedelta(days=3)
"""Notices older than that are read in the app alone: no stale mail after a long stop."""
FARTHEST = timedelta(days=2, hours=1)
"""No rhythm and no pause plans further ahead: what is further off was planned by a clock that was set back since."""
DUE = "(next <= %(at)s OR next > %(at)s + %(farthest)s)"
ATTEMPT = "channel = %(channel)s AND parcel = %(parcel)s AND next = %(leased)s"
"""An attempt that stands. The moment until which it is leased is its name: whoever ends, revives or takes a parcel
writes another one or none."""
PART = 500
MOST_ID = "~"
"""After every notice's id."""


class Outbox:
    """One channel's. Safe to share between threads and to use in many processes.

    `at` stands for now; None: the database's clock, for no sender's own is believed.
    """

    def __init__(self, pool: ConnectionPool, log: Log, channel: str, per_second: float = PER_SECOND) -> None:
        self._pool, self._log, self.channel, self._per_second = pool, log, channel, per_second

    def collect(self, at: datetime | None = None) -> int:
        """Note what is to go out of the notices made since the last time; returns how many.

        A save may lie across two batches of the read model, so its last position counts only at the head of the log.
        """
        found = 0
        with self._pool.connection() as connection, connection.transaction():
            sent.lock(connection)
            # Under the lock: a digest that another has taken meanwhile is over, and nothing may be added to it.
            at = _moment(connection, at)
            connection.execute("INSERT INTO channels (channel) VALUES (%s) ON CONFLICT DO NOTHING", [self.channel])
            here = positions.place(connection, Notices.name)
            (after,) = connection.execute(
                "SELECT collected FROM channels WHERE channel = %s", [self.channel]
            ).fetchone() or (0,)
            reached = here.position if here else 0
            upto = reached if self._log.head() <= reached else reached - 1
            place = (after, MOST_ID)
            while rows := self._made(connection, place, upto):
                found += self._note(connection, rows, at)
                place = (rows[-1][1], rows[-1][0])
            connection.execute(
                "UPDATE channels SET collected = %s WHERE channel = %s", [max(after, upto), self.channel]
            )
        return found

    def _made(self, connection: Connection[Any], place: tuple[int, str], upto: int) -> Sequence[tuple[Any, ...]]:
        """The next notices after a place, in order of position and name."""
        return connection.execute(
            f"SELECT id, position, person, ref, at FROM {schema_of(Notices.name, 'live')}.notices"  # noqa: S608
            " WHERE (position, id) > (%s, %s) AND position <= %s ORDER BY position, id LIMIT %s",
            [*place, upto, PART],
        ).fetchall()

    def _note(self, connection: Connection[Any], rows: Sequence[tuple[Any, ...]], at: datetime) -> int:
        wanted = wanting(connection, self.channel, {person for _, _, person, _, _ in rows})
        noted = 0
        for notice, _, person, ref, made in rows:
            wish = wanted.get(person)
            if wish is None or made < max(wish.since, at - FRESH):
                continue
            moment = due(wish.rhythm, at)
            parcel = notice if wish.rhythm.digest == "immediate" else digest_name(person, moment)
            noted += connection.execute(
                "INSERT INTO sent (notice, channel, person, ref, parcel, state, next)"
                " VALUES (%s, %s, %s, %s, %s, 'waits', %s) ON CONFLICT DO NOTHING",
                [notice, self.channel, person, ref, parcel, moment],
            ).rowcount
        return noted

    def take(self, most: int, at: datetime | None = None) -> list[list[Sending]]:
        """At most so many parcels that are due, leased: the longest due first; one alone after a rest, as a trial,
        and if there is a choice one over which the carrier did not fall silent.

        None while the carrier is left alone or on trial, or has been given all that a second allows.
        """
        with self._pool.connection() as connection, connection.transaction():
            sent.lock(connection)
            at = _moment(connection, at)
            self._revive(connection, at)
            now = {"channel": self.channel, "at": at, "farthest": FARTHEST}
            resting, failing = connection.execute(
                "SELECT coalesce(rests > %(at)s AND rests <= %(at)s + %(farthest)s, false), failures > 0"
                " FROM channels WHERE channel = %(channel)s",
                now,
            ).fetchone() or (False, False)
            if resting:
                return []
            parcels = connection.execute(
                f"SELECT parcel FROM sent WHERE channel = %(channel)s AND {DUE}"  # noqa: S608
                " GROUP BY parcel ORDER BY %(failing)s AND max(hangs) > 0, min(next) LIMIT %(most)s",
                {**now, "failing": failing, "most": 1 if failing else most},
            ).fetchall()
            if parcels:
                parcels = parcels[: pace.spend(connection, self.channel, self._per_second, len(parcels))]
            if parcels and failing:
                connection.execute("UPDATE channels SET rests = %s WHERE channel = %s", [at + LEASE, self.channel])
            with connection.cursor(row_factory=class_row(Sending)) as cursor:
                cursor.execute(
                    "UPDATE sent SET next = %(leased)s, attempts = attempts + 1, first = coalesce(first, %(at)s)"  # noqa: S608
                    f" WHERE channel = %(channel)s AND parcel = ANY(%(parcels)s) AND {DUE} RETURNING {COLUMNS}",
                    {**now, "leased": at + LEASE, "parcels": [name for (name,) in parcels]},
                )
                taken: dict[str, list[Sending]] = {name: [] for (name,) in parcels}
                for row in cursor:
                    taken[row.parcel].append(row)
        return [sorted(rows, key=lambda row: row.notice) for rows in taken.values() if rows]

    def holds(self, taken: Sequence[Sending]) -> bool:
        """Whether an attempt still stands: a receipt, or another sender after its lease, may have ended it meanwhile.

        Of one that was ended nothing is noted by what follows.
        """
        with self._pool.connection() as connection:
            return connection.execute(f"SELECT FROM sent WHERE {ATTEMPT} LIMIT 1", _attempt(taken)).rowcount > 0

    def sent(self, taken: Sequence[Sending], at: datetime | None = None) -> None:
        """The receiver took it."""
        with self._pool.connection() as connection:
            self._end(connection, taken, "sent", at, None)

    def reached(self) -> None:
        """The carrier is in reach: it rests no more."""
        with self._pool.connection() as connection:
            connection.execute(
                "UPDATE channels SET failures = 0, rests = NULL WHERE channel = %s AND failures > 0", [self.channel]
            )

    def unwanted(self, taken: Sequence[Sending], reason: str, at: datetime | None = None) -> None:
        """Its person wants it no more, or cannot be reached on this channel by their own choice."""
        with self._pool.connection() as connection:
            self._end(connection, taken, "unwanted", at, reason)

    def dead(self, taken: Sequence[Sending], reason: str, at: datetime | None = None) -> None:
        """It will not be taken, or was tried long enough: it rests among the dead letters."""
        with self._pool.connection() as connection, connection.transaction():
            if self._end(connection, taken, "dead", at, reason):
                bury(connection, taken, reason)

    def later(
        self,
        taken: Sequence[Sending],
        reason: str,
        at: datetime | None = None,
        *,
        asked: timedelta = timedelta(0),
        away: bool = False,
    ) -> None:
        """It was not taken now: tried again after a pause that grows, up to a number of times and a time.

        `asked`: after so long at least. `away`: the carrier was out of reach, which is no fault of the parcel's: only
        the time is counted.
        """
        attempts = max(row.attempts for row in taken)
        with self._pool.connection() as connection:
            at = _moment(connection, at)
            if at - min(row.first or at for row in taken) >= LONGEST or (attempts >= ATTEMPTS and not away):
                self.dead(taken, reason, at)
                return
            connection.execute(
                f"UPDATE sent SET next = %(next)s, reason = %(reason)s WHERE {ATTEMPT}",  # noqa: S608
                {**_attempt(taken), "next": at + max(pause(1 if away else attempts), asked), "reason": reason},
            )

    def hung(self, taken: Sequence[Sending], reason: str, at: datetime | None = None) -> bool:
        """The carrier fell silent over a parcel. True where that is this parcel's own matter, for others have passed
        since it did so before; it is noted then, and the carrier need not rest."""
        with self._pool.connection() as connection:
            found = connection.execute(
                f"UPDATE sent SET hangs = hangs + 1 WHERE {ATTEMPT}"  # noqa: S608
                " AND NOT EXISTS (SELECT FROM channels c WHERE c.channel = sent.channel AND failures > 0)"
                " RETURNING hangs",
                _attempt(taken),
            ).fetchall()
        hangs = max((number for (number,) in found), default=0)
        if hangs >= HANGS:
            self.dead(taken, reason, at)
        elif hangs > 1:
            self.later(taken, reason, at, asked=pause(hangs), away=True)
        return hangs > 1

    def back(self, taken: Sequence[Sending], at: datetime | None = None) -> None:
        """It was not tried after all."""
        with self._pool.connection() as connection:
            connection.execute(
                f"UPDATE sent SET next = %(at)s, attempts = attempts - 1 WHERE {ATTEMPT}",  # noqa: S608
                {**_attempt(taken), "at": _moment(connection, at)},
            )

    def rest(self, asked: timedelta = timedelta(0), at: datetime | None = None) -> None:
        """The carrier is out of reach: it is left alone, longer each time in a row, and for as long as it asked."""
        with self._pool.connection() as connection:
            connection.execute(
                "UPDATE channels SET failures = failures + 1,"
                " rests = %s + greatest(least(%s * power(2, least(failures, 20)), %s), %s) WHERE channel = %s",
                [_moment(connection, at), REST, LONGEST_REST, asked, self.channel],
            )

    def _end(
        self,
        connection: Connection[Any],
        taken: Sequence[Sending],
        state: str,
        at: datetime | None,
        reason: str | None,
    ) -> int:
        return connection.execute(
            f"UPDATE sent SET state = %(state)s, next = NULL, at = %(at)s, reason = %(reason)s WHERE {ATTEMPT}",  # noqa: S608
            {**_attempt(taken), "state": state, "at": _moment(connection, at), "reason": reason},
        ).rowcount

    def _revive(self, connection: Connection[Any], at: datetime) -> None:
        """Have dead letters that an operator wants again go out."""
        while letter := dead_letters.take_wanted(connection, self.channel):
            connection.execute(
                "UPDATE sent SET state = 'waits', next = %s, attempts = 0, hangs = 0, first = NULL, at = NULL"
                " WHERE channel = %s AND parcel = %s AND state = 'dead'",
                [at, self.channel, letter.message],
            )
            dead_letters.delivered(connection, letter)


def bury(connection: Connection[Any], rows: Sequence[Sending], reason: str) -> None:
    """Note that a parcel, of which these are the notices, is given up."""
    first = rows[0]
    dead_letters.bury(
        connection,
        channel=first.channel,
        receiver=first.person,
        message=first.parcel,
        ref=first.ref,
        reason=reason,
        attempts=max(row.attempts for row in rows),
    )


def _attempt(taken: Sequence[Sending]) -> dict[str, Any]:
    """The values of ATTEMPT; all notices of a parcel are taken in one moment."""
    return {"channel": taken[0].channel, "parcel": taken[0].parcel, "leased": taken[0].next}


def pause(attempts: int) -> timedelta:
    """How long to wait after so many attempts: doubled each time, with a quarter of it by chance."""
    whole: timedelta = min(FIRST_PAUSE * 2 ** (attempts - 1), LONGEST_PAUSE)
    chance: float = random.uniform(0.75, 1.25)  # noqa: S311 - spreads the load, hides nothing
    return whole * chance


def _moment(connection: Connection[Any], at: datetime | None) -> datetime:
    if at is None:
        (at,) = connection.execute("SELECT clock_timestamp()").fetchone() or (None,)
        assert at is not None
    return at
