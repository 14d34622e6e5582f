"""Pushes the feed to the subscriptions that are behind: one sender each, in order, with pauses for one that fails.

A receiver that is down is tried again at growing pauses and misses nothing: its place in the feed stays. One that is
well and refuses a message is asked a few times; then the message is a dead letter and the next one is sent.
"""

import logging
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from random import SystemRandom
from uuid import uuid4

import msgspec
from msgspec import Struct
from psycopg import Connection
from psycopg.rows import class_row

from workflow.delivery.dead_letters import bury, delivered, take_wanted
from workflow.engine import Engine
from workflow.feed import FeedReader, Reach, reaches_of
from workflow.projections import positions
from workflow.projections.feed import Feed
from workflow.webhooks import addresses, signing
from workflow.webhooks.sending import Answer, Line
from workflow.webhooks.subscriptions import CHANNEL, OVERLAP, Subscriptions

LEASE = timedelta(seconds=30)
"""For so long nobody else sends for a subscription; longer than any one call takes."""
PAUSES = (1.0, 5.0, 30.0, 120.0, 600.0, 1800.0)
"""Seconds after the first failures in a row; the last one from then on, each a fifth more or less."""
FARTHEST = timedelta(hours=2)
"""No pause or claim is longer: what is further off was planned by a clock that has been set back since.

Far more than a claim's length: a claim made a moment after this one began ends a moment later than its own would."""
ASKED = len(PAUSES)
"""Tries of a message that the receiver refuses; then it is a dead letter."""
PATIENCE = timedelta(days=14)
"""A receiver that took nothing for so long is stopped; it goes on from the same place when its owner says so."""
PAGE = 100

log = logging.getLogger(__name__)
_chance = SystemRandom()


class Due(Struct, frozen=True, kw_only=True):
    """A subscription that is claimed for sending."""

    id: str
    person: str
    url: str
    programmes: list[str] | None
    events: list[str] | None
    secret: bytes
    former: bytes | None
    rotated: datetime | None
    position: int
    attempts: int
    failing_since: datetime | None
    owner: str
    claimed_until: datetime

    @property
    def claimed(self) -> datetime:
        """When this turn began, by the database's clock: no sender's own is believed."""
        return self.claimed_until - LEASE


class Message(Struct, frozen=True):
    """What has to be known of an event to send it."""

    id: str
    subject: str


class Pusher:
    """Sends for whoever is due. Safe to run in many processes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._feed = FeedReader(engine.pool, engine.released)
        self._subscriptions = Subscriptions(engine.pool, engine.settings.master_key)
        self._networks = addresses.networks(engine.settings.webhook_networks)

    def push(self, turn: float) -> bool:
        """Send for one subscription that is due, for about `turn` seconds; False where none is."""
        due = self._claim()
        if due is None:
            return False
        try:
            _Turn(self._engine, self._feed, due, self._lines(due), time.monotonic() + turn).go()
        except _Stopped as stopped:
            self._stop(due, str(stopped))
        finally:
            self._release(due)
        return True

    def _lines(self, due: Due) -> "_Lines":
        former = due.former if due.rotated and due.rotated + OVERLAP > due.claimed else None
        return _Lines(due, self._subscriptions.secrets(due.id, due.secret, former), self._networks)

    def _claim(self) -> Due | None:
        with self._engine.pool.connection() as connection:
            here = positions.place(connection, Feed.name)
            with connection.cursor(row_factory=class_row(Due)) as cursor:
                cursor.execute(
                    f"UPDATE webhooks SET owner = %s, claimed_until = now() + %s WHERE id = ("  # noqa: S608
                    " SELECT id FROM webhooks w WHERE status = 'active'"
                    " AND (next_at <= now() OR next_at > now() + %s)"
                    " AND (claimed_until <= now() OR claimed_until > now() + %s)"
                    " AND (position < %s OR EXISTS (SELECT FROM dead_letters d WHERE d.channel = %s"
                    "   AND d.receiver = w.id AND d.wanted IS NOT NULL))"
                    # Whose last turn is the longest ago: those that are far behind keep no other waiting.
                    " ORDER BY claimed_until LIMIT 1 FOR UPDATE SKIP LOCKED"
                    f") RETURNING {', '.join(Due.__struct_fields__)}",
                    [uuid4().hex, LEASE, FARTHEST, FARTHEST, here.position if here else 0, CHANNEL],
                )
                return cursor.fetchone()

    def _release(self, due: Due) -> None:
        with self._engine.pool.connection() as connection:
            connection.execute(
                "UPDATE webhooks SET owner = NULL, claimed_until = now() WHERE id = %s AND owner = %s",
                [due.id, due.owner],
            )

    def _stop(self, due: Due, why: str) -> None:
        log.warning("webhook %s is stopped: %s", due.id, why)
        with self._engine.pool.connection() as connection:
            connection.execute(
                "UPDATE webhooks SET status = 'stopped', why = %s WHERE id = %s AND owner = %s",
                [why, due.id, due.owner],
            )


class _Stopped(Exception):
    """Nothing more is sent until the owner says so; the message says why."""


class _Lost(Exception):
    """Another sender has taken over, or the subscription is gone."""


class _Lines:
    """Signs and sends to one receiver; the address is judged for each turn anew."""

    def __init__(self, due: Due, secrets: Sequence[bytes], networks: Sequence[addresses.Network]) -> None:
        self._due, self._secrets, self._networks = due, secrets, networks
        self._ahead = due.claimed.timestamp() - time.monotonic()
        self._line: Line | None = None

    def send(self, message: str, body: bytes) -> Answer:
        if self._line is None:
            try:
                self._line = Line(addresses.judged(self._due.url, self._networks))
            except addresses.Refused as refused:
                raise _Stopped(refused.say.en) from None
            except OSError as error:
                return Answer(None, f"its name is not known now: {type(error).__name__}")
        signed = signing.headers(f"{self._due.id}.{message}", int(self._ahead + time.monotonic()), body, self._secrets)
        return self._line.post(body, {"Content-Type": "application/cloudevents+json", **signed})

    def close(self) -> None:
        if self._line is not None:
            self._line.close()


class _Turn:
    """One claimed subscription's turn."""

    def __init__(self, engine: Engine, feed: FeedReader, due: Due, lines: _Lines, end: float) -> None:
        self._engine, self._feed, self._due, self._lines, self._end = engine, feed, due, lines, end
        self._position = due.position

    def go(self) -> None:
        reaches = reaches_of(
            self._engine.directory.current(), self._engine.registry, self._due.person, self._due.claimed
        )
        if not reaches:
            raise _Stopped("its owner is no integrator any more")
        try:
            # One message at least, so that whoever is claimed gets on.
            while self._page(reaches) and time.monotonic() < self._end:
                pass
            while time.monotonic() < self._end and self._revive(reaches):
                pass
        except _Lost:
            log.info("webhook %s is sent for by another", self._due.id)
        finally:
            self._lines.close()

    def _page(self, reaches: Sequence[Reach]) -> bool:
        """Send the next page; False where there is none, or the receiver did not take it."""
        due = self._due
        found = self._feed.after(self._position, reaches, PAGE, programmes=due.programmes, events=due.events)
        for item in found.items:
            began = time.monotonic()
            if not self._sent(bytes(item)) or time.monotonic() >= self._end:
                return False
            time.sleep(max(0.0, 1 / self._engine.settings.webhook_per_second - (time.monotonic() - began)))
        if found.position > self._position:
            self._advance(found.position)
            return True
        return bool(found.items)

    def _sent(self, body: bytes) -> bool:
        message = msgspec.json.decode(body, type=Message)
        answer = self._lines.send(message.id, body)
        if answer.taken:
            self._advance(int(message.id), answer.why)
            return True
        if answer.gone:
            raise _Stopped("410: the receiver wants no more")
        if answer.of_the_message and self._due.attempts + 1 >= ASKED:
            self._give_up(message, answer)
            return True
        self._pause(answer)
        return False

    def _advance(self, position: int, answered: str | None = None) -> None:
        with self._engine.pool.connection() as connection:
            done = connection.execute(
                "UPDATE webhooks SET position = %s, attempts = 0, failing_since = NULL, claimed_until = now() + %s,"
                " answered = coalesce(%s, answered),"
                " answered_at = CASE WHEN %s::text IS NULL THEN answered_at ELSE now() END"
                " WHERE id = %s AND owner = %s",
                [position, LEASE, answered, answered, self._due.id, self._due.owner],
            )
        self._check(done.rowcount)
        self._position = position
        self._due = msgspec.structs.replace(self._due, attempts=0, failing_since=None)

    def _give_up(self, message: Message, answer: Answer) -> None:
        with self._engine.pool.connection() as connection, connection.transaction():
            done = connection.execute(
                "UPDATE webhooks SET position = %s, attempts = 0, answered = %s, answered_at = now(),"
                " claimed_until = now() + %s WHERE id = %s AND owner = %s",
                [int(message.id), answer.why, LEASE, self._due.id, self._due.owner],
            )
            self._check(done.rowcount)
            self._bury(connection, message, answer, ASKED)
        self._position = int(message.id)
        self._due = msgspec.structs.replace(self._due, attempts=0)

    def _bury(self, connection: Connection[object], message: Message, answer: Answer, attempts: int) -> None:
        bury(
            connection,
            channel=CHANNEL,
            receiver=self._due.id,
            message=message.id,
            ref=message.subject,
            reason=answer.why,
            attempts=attempts,
        )

    def _pause(self, answer: Answer) -> None:
        if self._due.failing_since and self._due.claimed - self._due.failing_since > PATIENCE:
            raise _Stopped(f"it took nothing for {PATIENCE.days} days; last: {answer.why}")
        pause = PAUSES[min(self._due.attempts, len(PAUSES) - 1)] * _chance.uniform(0.8, 1.2)
        pause = max(pause, answer.retry_after or 0.0)
        with self._engine.pool.connection() as connection:
            done = connection.execute(
                "UPDATE webhooks SET attempts = attempts + 1, failing_since = coalesce(failing_since, now()),"
                " next_at = now() + %s, answered = %s, answered_at = now() WHERE id = %s AND owner = %s",
                [timedelta(seconds=pause), answer.why, self._due.id, self._due.owner],
            )
        self._check(done.rowcount)
        self._end = 0.0

    def _revive(self, reaches: Sequence[Reach]) -> bool:
        """Send one dead letter that is wanted again; False where there is none."""
        with self._engine.pool.connection() as connection, connection.transaction():
            letter = take_wanted(connection, CHANNEL, self._due.id)
            if letter is None:
                return False
            at = int(letter.message)
            found = self._feed.after(at - 1, reaches, 1, upto=at)
            if not found.items:
                # What its owner may no longer read is not sent, and there is nothing left to want.
                delivered(connection, letter)
                return True
            answer = self._lines.send(letter.message, bytes(found.items[0]))
            if answer.taken:
                delivered(connection, letter)
            else:
                self._bury(connection, Message(letter.message, letter.ref), answer, 1)
        return True

    def _check(self, rows: int) -> None:
        if rows == 0:
            raise _Lost
