"""Subscriptions: which system is told of what, at which address, signed with which secret, and how far it has come."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Any

from msgspec import Struct
from psycopg import Connection
from psycopg.rows import class_row
from psycopg_pool import ConnectionPool

from workflow.delivery.dead_letters import forget
from workflow.store import tables
from workflow.store.master import MasterKey
from workflow.streams import KeyReused
from workflow.webhooks import receivers, signing

CHANNEL = "webhook"
"""As dead letters name it."""
LOCK = 7310447351620063359
"""Advisory lock, with the person: their subscriptions are counted and added one at a time."""
OVERLAP = timedelta(hours=24)
"""For so long both secrets sign after one was replaced."""
MOST = 20
"""Subscriptions of one person."""
TABLE = f"""
CREATE TABLE IF NOT EXISTS webhooks (
    id            text COLLATE "C" PRIMARY KEY,
    person        text        NOT NULL,
    url           text        NOT NULL,
    programmes    text[],                              -- NULL: all that the person may read
    events        text[],
    secret        bytea       NOT NULL,                -- wrapped
    former        bytea,                               -- the one before, wrapped
    rotated       timestamptz,
    position      bigint      NOT NULL,                -- all up to here was taken, or given up
    status        text        NOT NULL DEFAULT 'active',
    why           text,                                -- it is stopped
    attempts      integer     NOT NULL DEFAULT 0,      -- at the message at hand
    failing_since timestamptz,
    next_at       timestamptz NOT NULL DEFAULT now(),
    owner         text,                                -- who sends now,
    claimed_until timestamptz NOT NULL DEFAULT now(),  -- and until when nobody else does
    answered      text,                                -- what came back last,
    answered_at   timestamptz,                         -- and when
    made          timestamptz NOT NULL DEFAULT now(),
    key           text,
    request       text,
    UNIQUE (person, key)
);
ALTER TABLE webhooks ADD COLUMN IF NOT EXISTS rotation text;  -- the key of the command that replaced the secret last
ALTER TABLE webhooks ADD COLUMN IF NOT EXISTS stops integer NOT NULL DEFAULT 0;  -- that were told
ALTER TABLE webhooks ADD COLUMN IF NOT EXISTS receiver text GENERATED ALWAYS AS ({receivers.OF_URL}) STORED;
"""


class TooMany(Exception):
    """The person has as many subscriptions as one may have."""


class Webhook(Struct, frozen=True, kw_only=True):
    """One subscription, as its owner may see it."""

    id: str
    person: str
    url: str
    programmes: list[str] | None
    events: list[str] | None
    position: int
    status: str
    why: str | None
    attempts: int
    failing_since: datetime | None
    next_at: datetime
    answered: str | None
    answered_at: datetime | None
    rotated: datetime | None
    made: datetime


COLUMNS = ", ".join(Webhook.__struct_fields__)


def prepare(connection: Connection[Any]) -> None:
    """Create the table if it is not there; several processes may ask at once."""
    tables.create(connection, TABLE)
    receivers.prepare(connection)


class Subscriptions:
    """Safe to share between threads. Everybody sees and changes their own alone."""

    def __init__(self, pool: ConnectionPool, master_key: bytes) -> None:
        self._pool, self._master = pool, MasterKey(master_key)

    def add(
        self,
        person: str,
        url: str,
        *,
        after: int,
        programmes: Sequence[str] | None = None,
        events: Sequence[str] | None = None,
        key: str | None = None,
        request: str = "",
    ) -> tuple[Webhook, str]:
        """A subscription to what comes after a position, and its secret. Raises TooMany, KeyReused.

        The same key and request answer the same again.
        """
        id, secret = f"wh_{token_urlsafe(12)}", signing.new_secret()
        with self._pool.connection() as connection, connection.transaction():
            connection.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", (LOCK & 0x7FFFFFFF, person))
            if key is not None and (known := self._known(connection, person, key, request)):
                return known
            if self._one(connection, "SELECT count(*) >= %s FROM webhooks WHERE person = %s", [MOST, person])[0]:
                raise TooMany
            wrapped = self._master.wrap(secret, f"webhook/{id}")
            connection.execute(
                "INSERT INTO webhooks (id, person, url, programmes, events, secret, position, key, request)"
                " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
                [id, person, url, _texts(programmes), _texts(events), wrapped, after, key, request],
            )
            made = self._read(connection, person, id)
        assert made is not None
        return made, signing.shown(secret)

    def of(self, person: str | None) -> list[Webhook]:
        """A person's subscriptions, or everybody's, the oldest first."""
        with self._pool.connection() as connection, connection.cursor(row_factory=class_row(Webhook)) as cursor:
            cursor.execute(
                f"SELECT {COLUMNS} FROM webhooks WHERE person = coalesce(%s, person) ORDER BY made, id",  # noqa: S608
                [person],
            )
            return cursor.fetchall()

    def read(self, person: str | None, id: str) -> Webhook | None:
        """One of a person's subscriptions, or of anybody's."""
        with self._pool.connection() as connection:
            return self._read(connection, person, id)

    def end(self, person: str, id: str) -> bool:
        """End a subscription; False where the person has none of this name. What died on its way can reach nobody."""
        with self._pool.connection() as connection, connection.transaction():
            done = connection.execute("DELETE FROM webhooks WHERE id = %s AND person = %s", [id, person]).rowcount > 0
            if done:
                forget(connection, CHANNEL, id)
        return done

    def replace_secret(self, person: str, id: str, key: str | None = None) -> str | None:
        """A new secret; the one before goes on signing beside it for a day. None where there is no such subscription.

        The same key answers the same again: a second new one would end the secret that the receiver still has.
        """
        with self._pool.connection() as connection, connection.transaction():
            found = connection.execute(
                "SELECT secret, rotation FROM webhooks WHERE id = %s AND person = %s FOR UPDATE", [id, person]
            ).fetchone()
            if found is None:
                return None
            if key is not None and found[1] == key:
                return signing.shown(self.secrets(id, found[0], None)[0])
            secret = signing.new_secret()
            connection.execute(
                "UPDATE webhooks SET former = secret, secret = %s, rotated = now(), rotation = %s WHERE id = %s",
                [self._master.wrap(secret, f"webhook/{id}"), key, id],
            )
        return signing.shown(secret)

    def go_on(self, person: str, id: str, after: int | None = None) -> bool:
        """Send again at once, also where it was stopped: from where it is, or all that comes after a position."""
        with self._pool.connection() as connection, connection.transaction():
            done = connection.execute(
                "UPDATE webhooks SET status = 'active', why = NULL, attempts = 0, failing_since = NULL,"
                " next_at = now(),"
                # Whoever sends now loses its place, so that what it goes on to note changes nothing.
                " owner = NULL, claimed_until = now(), position = coalesce(%s, position) WHERE id = %s AND person = %s"
                " RETURNING receiver",
                [after, id, person],
            ).fetchone()
            if done is not None:
                receivers.well(connection, done[0])
            return done is not None

    def secrets(self, id: str, secret: bytes, former: bytes | None) -> list[bytes]:
        """Those that sign, opened."""
        return [self._master.unwrap(wrapped, f"webhook/{id}") for wrapped in (secret, former) if wrapped is not None]

    def _known(self, connection: Connection[Any], person: str, key: str, request: str) -> tuple[Webhook, str] | None:
        found = connection.execute(
            "SELECT id, request, secret FROM webhooks WHERE person = %s AND key = %s", [person, key]
        ).fetchone()
        if found is None:
            return None
        if found[1] != request:
            raise KeyReused
        made = self._read(connection, person, found[0])
        assert made is not None
        return made, signing.shown(self.secrets(found[0], found[2], None)[0])

    @staticmethod
    def _read(connection: Connection[Any], person: str | None, id: str) -> Webhook | None:
        with connection.cursor(row_factory=class_row(Webhook)) as cursor:
            cursor.execute(
                f"SELECT {COLUMNS} FROM webhooks WHERE id = %s AND person = coalesce(%s, person)",  # noqa: S608
                [id, person],
            )
            return cursor.fetchone()

    @staticmethod
    def _one(connection: Connection[Any], query: str, values: Sequence[Any]) -> Any:
        return connection.execute(query.encode(), values).fetchone()


def _texts(names: Sequence[str] | None) -> list[str] | None:
    return None if names is None else list(names)
