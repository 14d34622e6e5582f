"""What has to arrive, counted from the log alone: no read model, no outbox, none of the engine's own code."""

from collections.abc import Iterable
from threading import Event
from time import monotonic
from typing import Any

import psycopg

PROPOSED = """
SELECT notification_id, substr(originator_id, 6) FROM stored_events
WHERE notification_id > %s AND convert_from(state, 'UTF8')::jsonb -> 'body' ->> 'event' = 'GroupProposed'
"""
EVENTS = """
SELECT notification_id FROM stored_events
WHERE notification_id > %(after)s AND originator_id LIKE 'case/%%' AND originator_id IN (
    SELECT originator_id FROM stored_events
    WHERE originator_version = 1 AND convert_from(state, 'UTF8')::jsonb -> 'body' ->> 'programme' = 'tkm-kelompok'
) AND (%(event)s::text IS NULL OR convert_from(state, 'UTF8')::jsonb -> 'body' ->> 'event' = %(event)s)
"""
MADE = "SELECT position, person, count(*) FROM read_notices.notices WHERE event = 'GroupProposed' GROUP BY 1, 2"
WANTED = """
SELECT id FROM read_notices.notices n JOIN preferences p USING (person)
WHERE n.at >= (p.since ->> %s)::timestamptz
"""
DELIVERED = """
SELECT parcel FROM sent JOIN receipts USING (parcel)
WHERE channel = 'phone' AND state = 'sent' AND status = 'delivered'
"""
BACK_WITHIN = 90.0
"""Seconds for a killed database to answer again."""


class Due:
    """The database of a system under load; `after`: the last position before the load."""

    def __init__(self, database_url: str) -> None:
        self._url = database_url
        (self.after,) = self._rows("SELECT max(notification_id) FROM stored_events")[0]
        self._proposals: dict[int, str] = {}

    def proposals(self) -> dict[int, str]:
        """Position to the group that proposed at it."""
        self._proposals.update(self._rows(PROPOSED, [max(self._proposals, default=self.after)]))
        return self._proposals

    def events(self, event: str | None) -> set[int]:
        """Positions of all that a subscription to the demo's programme is told; of one event where given."""
        return {position for (position,) in self._rows(EVENTS, {"after": self.after, "event": event})}

    def notices(self, channel: str) -> set[str]:
        """The names of all notices to those who chose a channel: also those that the demo's deadlines bring."""
        return {name for (name,) in self._rows(WANTED, [channel])}

    def delivered(self) -> set[str]:
        """The names of what the gateway's receipts say is on a phone, and stands so with what was sent."""
        return {name for (name,) in self._rows(DELIVERED)}

    def waiting(self) -> list[tuple[Any, ...]]:
        """What a person wants to see of all channels when nothing moves."""
        return [
            *self._rows("SELECT state, reason, count(*), min(next) - now() FROM sent GROUP BY 1, 2"),
            *self._rows("SELECT * FROM channels"),
            *self._rows("SELECT id, position, status, next_at - now(), claimed_until - now(), answered FROM webhooks"),
            *self._rows("SELECT queue, now() - seen FROM canaries"),
        ]

    def notices_made_wrongly(self, people: Iterable[str]) -> list[str]:
        """One notice for each proposal and officer, neither more nor less."""
        people = tuple(people)
        made = {(position, person): count for position, person, count in self._rows(MADE) if position > self.after}
        wanted = {(position, person) for position in self.proposals() for person in people}
        return [
            *(f"{one}: no notice was made" for one in wanted - made.keys()),
            *(f"{one}: {count} notices were made" for one, count in made.items() if count > 1 or one not in wanted),
        ]

    def leases_run_out(self) -> None:
        """Have what a dead worker took go out now: for who cannot wait for a minute."""
        with psycopg.connect(self._url) as connection:
            connection.execute("UPDATE sent SET next = now() WHERE state = 'waits'")
            connection.execute("UPDATE webhooks SET claimed_until = now()")
            connection.execute("UPDATE webhook_receivers SET rests = now()")

    def _rows(self, query: str, values: Any = None) -> list[tuple[Any, ...]]:
        """Tried again for as long as a killed database may take to come back."""
        end = monotonic() + BACK_WITHIN
        while True:
            try:
                with psycopg.connect(self._url) as connection:
                    return connection.execute(query, values).fetchall()
            except psycopg.OperationalError:
                if monotonic() > end:
                    raise
                Event().wait(0.1)
