"""What leaves the system on each channel, and what became of it: kept outside the read models, for good.

A read model that is built anew names its notices as before, and what stands here goes out once.
"""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from msgspec import Struct
from psycopg import Connection
from psycopg.rows import class_row
from psycopg_pool import ConnectionPool

from workflow.delivery import dead_letters, pace
from workflow.delivery.preferences import wanting
from workflow.delivery.when import due
from workflow.projections import positions
from workflow.projections.ahead import Log
from workflow.projections.notices import Notices
from workflow.projections.projection import schema_of

ATTEMPTS = 10
LONGEST = timedelta(days=2)
"""After so many attempts, or so long after the first, a parcel is given up."""
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=2)
LEASE = timedelta(minutes=3)
"""Whoever took a parcel has so long; then it is taken again, under the same name."""
REST = timedelta(seconds=15)
"""A carrier out of reach is left alone for so long, then twice, at most LONGEST_REST."""
LONGEST_REST = timedelta(minutes=10)
PER_SECOND = 100.0
"""Parcels that go to the carrier's receiver at most, from all processes together."""
FRESH = timedelta(days=3)
"""Notices older than that are read in the app alone: no stale mail after a long stop."""
PART = 500
MOST_ID = "~"
"""After every notice's id."""

LOCK = 7310447351620063373
"""Advisory lock: of the tables' creation, and of whoever collects or takes."""
TABLES = """
CREATE TABLE IF NOT EXISTS channels (
    channel   text PRIMARY KEY,
    collected bigint      NOT NULL DEFAULT 0,  -- notices up to this position stand in `sent`
    failures  integer     NOT NULL DEFAULT 0,  -- how often in a row the carrier was out of reach
    rests     timestamptz                      -- until when it is left alone
);
CREATE TABLE IF NOT EXISTS sent (
    notice   text COLLATE "C" NOT NULL,
    channel  text             NOT NULL,
    person   text             NOT NULL,
    ref      text             NOT NULL,
    parcel   text COLLATE "C" NOT NULL,        -- what goes out as one
    state    text             NOT NULL,        -- waits, sent, dead; unwanted: given up by its person
    next     timestamptz,                      -- when it is tried; NULL: no more
    attempts integer          NOT NULL DEFAULT 0,
    first    timestamptz,                      -- of its attempts
    at       timestamptz,                      -- when it was sent or given up
    reason   text,
    PRIMARY KEY (notice, channel)
);
CREATE INDEX IF NOT EXISTS sent_next ON sent (channel, next) WHERE next IS NOT NULL;
CREATE INDEX IF NOT EXISTS sent_parcel ON sent (parcel, channel);
"""


class Sending(Struct, frozen=True, kw_only=True):
    """One notice on one channel."""

    notice: str
    channel: str
    person: str
    ref: str
    parcel: str
    state: str
    next: datetime | None
    attempts: int
    first: datetime | None
    at: datetime | None
    reason: str | None


COLUMNS = ", ".join(Sending.__struct_fields__)


def prepare(connection: Connection[Any]) -> None:
    """Create the tables if they are not there; several processes may ask at once."""
    with connection.transaction():
        _lock(connection)
        connection.execute(TABLES)


class Outbox:
    """One channel's. Safe to share between threads and to use in many processes."""

    def __init__(self, pool: ConnectionPool, log: Log, channel: str, per_second: float = PER_SECOND) -> None:
        self._pool, self._log, self.channel, self._per_second = pool, log, channel, per_second

    def collect(self, at: datetime) -> int:
        """Note what is to go out of the notices made since the last time; returns how many.

        A save may lie across two batches of the read model, so its last position counts only at the head of the log.
        """
        found = 0
        with self._pool.connection() as connection, connection.transaction():
            _lock(connection)
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

    def take(self, at: datetime, most: int) -> list[list[Sending]]:
        """At most so many parcels that are due, leased: the longest due first.

        None while the carrier is left alone, or has been given all that a second allows.
        """
        with self._pool.connection() as connection, connection.transaction():
            _lock(connection)
            self._revive(connection, at)
            resting = connection.execute(
                "SELECT 1 FROM channels WHERE channel = %s AND rests > %s", [self.channel, at]
            ).fetchone()
            if resting:
                return []
            parcels = connection.execute(
                "SELECT parcel FROM sent WHERE channel = %s AND next <= %s GROUP BY parcel ORDER BY min(next) LIMIT %s",
                [self.channel, at, most],
            ).fetchall()
            if parcels:
                parcels = parcels[: pace.spend(connection, self.channel, self._per_second, len(parcels))]
            with connection.cursor(row_factory=class_row(Sending)) as cursor:
                cursor.execute(
                    "UPDATE sent SET next = %s, attempts = attempts + 1, first = coalesce(first, %s)"  # noqa: S608
                    f" WHERE channel = %s AND parcel = ANY(%s) AND next <= %s RETURNING {COLUMNS}",
                    [at + LEASE, at, self.channel, [name for (name,) in parcels], at],
                )
                taken: dict[str, list[Sending]] = {name: [] for (name,) in parcels}
                for row in cursor:
                    taken[row.parcel].append(row)
        return [sorted(rows, key=lambda row: row.notice) for rows in taken.values() if rows]

    def sent(self, parcel: str, at: datetime) -> None:
        """The receiver took it."""
        with self._pool.connection() as connection:
            self._end(connection, parcel, "sent", at, None)

    def reached(self) -> None:
        """The carrier is in reach: it rests no more."""
        with self._pool.connection() as connection:
            connection.execute(
                "UPDATE channels SET failures = 0, rests = NULL WHERE channel = %s AND failures > 0", [self.channel]
            )

    def unwanted(self, parcel: str, at: datetime, reason: str) -> None:
        """Its person wants it no more, or cannot be reached on this channel by their own choice."""
        with self._pool.connection() as connection:
            self._end(connection, parcel, "unwanted", at, reason)

    def dead(self, taken: Sequence[Sending], at: datetime, reason: str) -> None:
        """It will not be taken, or was tried long enough: it rests among the dead letters."""
        with self._pool.connection() as connection, connection.transaction():
            # Whoever took it again after this lease may have sent it meanwhile.
            if self._end(connection, taken[0].parcel, "dead", at, reason):
                bury(connection, taken, reason)

    def later(self, taken: Sequence[Sending], at: datetime, reason: str, *, away: bool = False) -> None:
        """It was not taken now: tried again after a pause that grows, up to a number of times and a time.

        `away`: the carrier was out of reach, which is no fault of the parcel's: only the time is counted.
        """
        attempts, first = max(row.attempts for row in taken), min(row.first or at for row in taken)
        if at - first >= LONGEST or (attempts >= ATTEMPTS and not away):
            self.dead(taken, at, reason)
            return
        with self._pool.connection() as connection:
            connection.execute(
                "UPDATE sent SET next = %s, reason = %s WHERE channel = %s AND parcel = %s AND next IS NOT NULL",
                [at + pause(1 if away else attempts), reason, self.channel, taken[0].parcel],
            )

    def back(self, taken: Sequence[Sending], at: datetime) -> None:
        """It was not tried after all."""
        with self._pool.connection() as connection:
            connection.execute(
                "UPDATE sent SET next = %s, attempts = attempts - 1"
                " WHERE channel = %s AND notice = ANY(%s) AND next IS NOT NULL",
                [at, self.channel, [row.notice for row in taken]],
            )

    def rest(self, at: datetime, asked: timedelta = timedelta(0)) -> None:
        """The carrier is out of reach: it is left alone, longer each time in a row, and for as long as it asked."""
        with self._pool.connection() as connection:
            connection.execute(
                "UPDATE channels SET failures = failures + 1,"
                " rests = %s + greatest(least(%s * power(2, least(failures, 20)), %s), %s) WHERE channel = %s",
                [at, REST, LONGEST_REST, asked, self.channel],
            )

    def _end(self, connection: Connection[Any], parcel: str, state: str, at: datetime, reason: str | None) -> int:
        return connection.execute(
            "UPDATE sent SET state = %s, next = NULL, at = %s, reason = %s"
            " WHERE channel = %s AND parcel = %s AND state = 'waits'",
            [state, at, reason, self.channel, parcel],
        ).rowcount

    def _revive(self, connection: Connection[Any], at: datetime) -> None:
        """Have dead letters that an operator wants again go out."""
        while letter := dead_letters.take_wanted(connection, self.channel):
            connection.execute(
                "UPDATE sent SET state = 'waits', next = %s, attempts = 0, first = NULL, at = NULL"
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


def ways(connection: Connection[Any], notices: Sequence[str]) -> dict[str, list[Sending]]:
    """What became of these notices on every channel."""
    found: dict[str, list[Sending]] = {}
    with connection.cursor(row_factory=class_row(Sending)) as cursor:
        cursor.execute(
            f"SELECT {COLUMNS} FROM sent WHERE notice = ANY(%s) ORDER BY channel",  # noqa: S608
            [list(notices)],
        )
        for row in cursor:
            found.setdefault(row.notice, []).append(row)
    return found


def digest_name(person: str, moment: datetime) -> str:
    """The name of what goes to a person at a moment as one; 32 hex digits."""
    return sha256(f"{person}/{moment.astimezone(UTC).isoformat()}".encode()).hexdigest()[:32]


def pause(attempts: int) -> timedelta:
    """How long to wait after so many attempts: doubled each time, with a quarter of it by chance."""
    whole: timedelta = min(FIRST_PAUSE * 2 ** (attempts - 1), LONGEST_PAUSE)
    chance: float = random.uniform(0.75, 1.25)  # noqa: S311 - spreads the load, hides nothing
    return whole * chance


def _lock(connection: Connection[Any]) -> None:
    connection.execute("SELECT pg_advisory_xact_lock(%s)", (LOCK,))
