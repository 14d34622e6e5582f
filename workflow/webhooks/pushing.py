"""Pushes the feed to the subscriptions that are behind: one sender each, in order, with pauses for one that fails.

A receiver that is down is tried again at growing pauses and misses nothing: its place in the feed stays. One that is
well and refuses a message is asked a few times; then the message is a dead letter and the next one is sent. What
subscriptions to one receiver share stands in `receivers`.
"""

import logging
import time
from collections.abc import Sequence
from datetime import timedelta

import msgspec
from msgspec import Struct
from psycopg import Connection

from workflow.delivery.dead_letters import bury, delivered, take_wanted
from workflow.engine import Engine
from workflow.feed import FeedReader, Reach, reaches_of
from workflow.webhooks import addresses, receivers
from workflow.webhooks.claims import LEASE, Claims, Due
from workflow.webhooks.lines import Lines, Stopped
from workflow.webhooks.receivers import PAUSES
from workflow.webhooks.sending import Answer
from workflow.webhooks.subscriptions import CHANNEL, OVERLAP, Subscriptions

ASKED = len(PAUSES)
"""Tries of a message that the receiver refuses; then it is a dead letter."""
PATIENCE = timedelta(days=14)
"""A receiver that took nothing for so long is stopped; it goes on from the same place when its owner says so."""
PAGE = 100

log = logging.getLogger(__name__)


class Message(Struct, frozen=True):
    """What has to be known of an event to send it."""

    id: str
    subject: str


class Pusher:
    """Sends for whoever is due. Safe to run in many processes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._feed = FeedReader(engine.pool, engine.released)
        self._claims = Claims(engine.pool, engine.log)
        self._subscriptions = Subscriptions(engine.pool, engine.settings.master_key)
        self._networks = addresses.networks(engine.settings.webhook_networks)

    def push(self, turn: float) -> bool:
        """Send for one subscription that is due, for about `turn` seconds; False where none is."""
        due, trial = self._claims.take()
        if due is None:
            return False
        taking = _Turn(self._engine, self._feed, due, self._lines(due), trial, time.monotonic() + turn)
        try:
            taking.go()
        except Stopped as stopped:
            self._claims.stop(due, stopped.why)
        finally:
            self._claims.release(due, taking.trial)
        return True

    def _lines(self, due: Due) -> Lines:
        former = due.former if due.rotated and due.rotated + OVERLAP > due.claimed else None
        secrets = self._subscriptions.secrets(due.id, due.secret, former)
        return Lines(due.id, due.url, due.claimed, secrets, self._networks)


class _Lost(Exception):
    """Another sender has taken over, or the subscription is gone."""


class _Turn:
    """One claimed subscription's turn; `trial`: its receiver rested, and has answered nothing since."""

    def __init__(self, engine: Engine, feed: FeedReader, due: Due, lines: Lines, trial: bool, end: float) -> None:
        self._engine, self._feed, self._due, self._lines, self._end = engine, feed, due, lines, end
        self._position, self.trial = due.position, trial

    def go(self) -> None:
        reaches = reaches_of(
            self._engine.directory.current(), self._engine.registry, self._due.person, self._due.claimed
        )
        if not reaches:
            raise Stopped("pemiliknya bukan lagi integrator", "its owner is no integrator any more")
        try:
            # One message at least, so that whoever is claimed gets on.
            while self._page(reaches) and time.monotonic() < self._end:
                pass
            while time.monotonic() < self._end and self._paced() and self._revive(reaches):
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
            if not self._paced() or not self._sent(bytes(item)) or time.monotonic() >= self._end:
                return False
        if found.position > self._position:
            self._advance(found.position)
            return True
        return bool(found.items)

    def _paced(self) -> bool:
        """Wait until the receiver may be sent one more message; False where that is not within this turn."""
        per_second = self._engine.settings.webhook_per_second
        while not receivers.may_send(self._engine.pool, self._due.receiver, per_second):
            left = self._end - time.monotonic()
            if left <= 0:
                return False
            time.sleep(min(left, 1 / per_second))
        return True

    def _answer(self, message: str, body: bytes) -> Answer:
        """What the receiver says to a message; one that is well ends its rest, one in trouble begins it."""
        answer = self._lines.send(message, body)
        if self.trial and answer.well:
            with self._engine.pool.connection() as connection:
                receivers.well(connection, self._due.receiver)
        self.trial = False
        return answer

    def _sent(self, body: bytes) -> bool:
        message = msgspec.json.decode(body, type=Message)
        answer = self._answer(message.id, body)
        if answer.taken:
            self._advance(int(message.id), answer.why)
            return True
        if answer.gone:
            raise Stopped("410: penerima tidak mau lagi", "410: the receiver wants no more")
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
            raise Stopped(
                f"tidak ada yang diterima selama {PATIENCE.days} hari; terakhir: {answer.why}",
                f"it took nothing for {PATIENCE.days} days; last: {answer.why}",
            )
        with self._engine.pool.connection() as connection, connection.transaction():
            asked = timedelta(seconds=answer.retry_after or 0.0)
            pause = max(receivers.pause_after(self._due.attempts + 1), asked)
            if not answer.well:
                pause = max(pause, receivers.failed(connection, self._due.receiver, asked))
            done = connection.execute(
                "UPDATE webhooks SET attempts = attempts + 1, failing_since = coalesce(failing_since, now()),"
                " next_at = now() + %s, answered = %s, answered_at = now() WHERE id = %s AND owner = %s",
                [pause, answer.why, self._due.id, self._due.owner],
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
            answer = self._answer(letter.message, bytes(found.items[0]))
            if answer.taken:
                delivered(connection, letter)
            else:
                self._bury(connection, Message(letter.message, letter.ref), answer, 1)
        return True

    def _check(self, rows: int) -> None:
        if rows == 0:
            raise _Lost
