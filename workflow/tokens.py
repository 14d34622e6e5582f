"""Bearer tokens: issued to registered people, kept as hashes, ended by expiry or revocation."""

import hmac
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe
from threading import Lock
from typing import Any, LiteralString

import psycopg
from msgspec import Struct
from psycopg_pool import ConnectionPool

from workflow.domain.directory import Directory
from workflow.store import tables

FORM = re.compile(r"sel_[A-Za-z0-9_-]{43}")
"""Prefix and 256 random bits in base64url."""
STALE = 2.0
"""Seconds for which another process's revocation may go unseen."""
KEPT = 10_000
LABEL_LONGEST = 100

TABLE = """
CREATE TABLE IF NOT EXISTS tokens (
    hash bytea PRIMARY KEY,
    person text NOT NULL,
    label text NOT NULL,
    issued timestamptz NOT NULL,
    expires timestamptz NOT NULL,
    revoked timestamptz
);
CREATE INDEX IF NOT EXISTS tokens_person ON tokens (person);
"""


class NotRegistered(Exception):
    """A token was asked for somebody whom the directory does not know."""


class Issued(Struct, frozen=True, kw_only=True):
    """What the table holds of a token: enough to accept or end it, not to use it."""

    hash: bytes
    person: str
    expires: datetime
    revoked: datetime | None = None


def prepare(connection: psycopg.Connection[Any]) -> None:
    """Create the table if it is not there; several processes may ask at once."""
    tables.create(connection, TABLE)


class Tokens:
    """Safe to share between threads; construct after the fork."""

    def __init__(self, pool: ConnectionPool, clock: Callable[[], float] = time.monotonic) -> None:
        self._pool, self._clock = pool, clock
        self._seen: dict[bytes, tuple[float, Issued]] = {}
        self._lock = Lock()

    def issue(
        self, person: str, directory: Directory, *, label: str = "", days: int = 30, at: datetime | None = None
    ) -> str:
        """A new token, shown this once. `days` until it expires, from `at` (UTC). Raises NotRegistered."""
        if person not in directory.people:
            raise NotRegistered(person)
        token = "sel_" + token_urlsafe(32)
        issued = at or datetime.now(UTC)
        with self._pool.connection() as connection:
            connection.execute(
                "INSERT INTO tokens (hash, person, label, issued, expires) VALUES (%s, %s, %s, %s, %s)",
                (_hash(token), person, label[:LABEL_LONGEST], issued, issued + timedelta(days=days)),
            )
        return token

    def person(self, token: str, at: datetime | None = None) -> str | None:
        """Whose token it is; None where it is forged, expired at `at` (UTC) or revoked."""
        if not FORM.fullmatch(token):
            return None
        wanted = _hash(token)
        issued = self._remembered(wanted) or self._looked_up(wanted)
        if issued is None or not hmac.compare_digest(issued.hash, wanted):
            return None
        if issued.revoked is not None or (at or datetime.now(UTC)) >= issued.expires:
            return None
        return issued.person

    def revoke(self, token: str) -> bool:
        """End one token at once here, within two seconds elsewhere; False where there was none to end."""
        return self._end("UPDATE tokens SET revoked = now() WHERE hash = %s AND revoked IS NULL", _hash(token)) > 0

    def revoke_all(self, person: str) -> int:
        """End every token of a person; how many were ended."""
        return self._end("UPDATE tokens SET revoked = now() WHERE person = %s AND revoked IS NULL", person)

    def _end(self, statement: LiteralString, value: bytes | str) -> int:
        with self._pool.connection() as connection:
            ended = connection.execute(statement, (value,)).rowcount
        with self._lock:
            self._seen.clear()
        return ended

    def _remembered(self, wanted: bytes) -> Issued | None:
        seen = self._seen.get(wanted)
        return seen[1] if seen and self._clock() - seen[0] < STALE else None

    def _looked_up(self, wanted: bytes) -> Issued | None:
        # The moment before the query: what it returns may be older than its end.
        moment = self._clock()
        with self._pool.connection() as connection:
            row = connection.execute(
                "SELECT hash, person, expires, revoked FROM tokens WHERE hash = %s", (wanted,)
            ).fetchone()
        if row is None:
            return None
        issued = Issued(hash=row[0], person=row[1], expires=row[2], revoked=row[3])
        with self._lock:
            if len(self._seen) >= KEPT:
                self._seen.clear()
            self._seen[wanted] = (moment, issued)
        return issued


def _hash(token: str) -> bytes:
    return sha256(token.encode()).digest()
