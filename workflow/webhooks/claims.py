"""Which subscription is sent for next, and by whom: one sender each, of a receiver that rested one in all."""

import logging
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from msgspec import Struct
from psycopg import Connection, Rollback
from psycopg.rows import class_row
from psycopg_pool import ConnectionPool

from workflow.domain.definition.model import SYSTEM
from workflow.domain.events import Recorded
from workflow.domain.webhook_stops import WebhookStopped, stream_of
from workflow.domain.words import Text
from workflow.projections import positions
from workflow.projections.feed import Feed
from workflow.store.log import Log, Write
from workflow.webhooks import receivers
from workflow.webhooks.receivers import FARTHEST
from workflow.webhooks.subscriptions import CHANNEL

LEASE = timedelta(seconds=30)
"""For so long nobody else sends for a subscription; longer than any one call takes."""

log = logging.getLogger(__name__)


class Due(Struct, frozen=True, kw_only=True):
    """A subscription that is claimed for sending."""

    id: str
    person: str
    url: str
    receiver: str
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


class Claims:
    """Safe to share between threads and to use in many processes."""

    def __init__(self, pool: ConnectionPool, events: Log) -> None:
        self._pool, self._events = pool, events

    def take(self) -> tuple[Due | None, bool]:
        """One that is due, and whether this turn is the trial of a receiver that rested."""
        while True:
            with self._pool.connection() as connection, connection.transaction():
                due = self._next(connection)
                if due is None or not receivers.failing(connection, due.receiver):
                    return due, False
                if receivers.try_alone(connection, due.receiver, LEASE):
                    return due, True
                # Another took the trial at this moment, by another of its subscriptions.
                raise Rollback

    def _next(self, connection: Connection[Any]) -> Due | None:
        here = positions.place(connection, Feed.name)
        with connection.cursor(row_factory=class_row(Due)) as cursor:
            cursor.execute(
                "UPDATE webhooks SET owner = %(owner)s, claimed_until = now() + %(lease)s WHERE id = ("  # noqa: S608
                " SELECT id FROM webhooks w WHERE status = 'active'"
                " AND (next_at <= now() OR next_at > now() + %(farthest)s)"
                " AND (claimed_until <= now() OR claimed_until > now() + %(farthest)s)"
                f" AND NOT EXISTS (SELECT FROM webhook_receivers r WHERE r.receiver = w.receiver AND {receivers.RESTS})"
                " AND (position < %(reached)s OR EXISTS (SELECT FROM dead_letters d WHERE d.channel = %(channel)s"
                "   AND d.receiver = w.id AND d.wanted IS NOT NULL))"
                # Whose last turn is the longest ago: those that are far behind keep no other waiting.
                " ORDER BY claimed_until LIMIT 1 FOR UPDATE SKIP LOCKED"
                f") RETURNING {', '.join(Due.__struct_fields__)}",
                {
                    "owner": uuid4().hex,
                    "lease": LEASE,
                    "farthest": FARTHEST,
                    "reached": here.position if here else 0,
                    "channel": CHANNEL,
                },
            )
            return cursor.fetchone()

    def release(self, due: Due, untried: bool) -> None:
        with self._pool.connection() as connection, connection.transaction():
            if untried:
                receivers.untried(connection, due.receiver)
            connection.execute(
                "UPDATE webhooks SET owner = NULL, claimed_until = now() WHERE id = %s AND owner = %s",
                [due.id, due.owner],
            )

    def stop(self, due: Due, why: Text) -> None:
        """Send nothing more for it, and have those told whom it concerns: once, whoever dies in between."""
        log.warning("webhook %s is stopped: %s", due.id, why.en)
        with self._pool.connection() as connection, connection.transaction():
            ours = "SELECT stops FROM webhooks WHERE id = %s AND owner = %s FOR UPDATE"
            found = connection.execute(ours, [due.id, due.owner]).fetchone()
            if found is None:
                return
            self._tell(due, why, found[0])
            connection.execute(
                "UPDATE webhooks SET status = 'stopped', why = %s, stops = stops + 1 WHERE id = %s AND owner = %s",
                [why.en, due.id, due.owner],
            )

    def _tell(self, due: Due, why: Text, before: int) -> None:
        """`before`: the stops that are told already; one more in the log was told by a sender that died then."""
        stream = stream_of(due.id)
        if len(self._events.read(stream)) > before:
            return
        body = WebhookStopped(webhook=due.id, person=due.person, why=why)
        event = Recorded(stream=stream, version=before + 1, at=due.claimed, actor=SYSTEM, body=body)
        self._events.append(Write(events=(event,)))
