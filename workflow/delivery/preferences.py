"""How people want to be reached: their channels, their rhythm, and their address, which is sealed."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec import Struct
from psycopg import Connection
from psycopg_pool import ConnectionPool

from workflow.delivery.when import Rhythm
from workflow.store import tables
from workflow.store.vault import ERASED, Vault

MAIL = "mail"
ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+")
"""RFC 5321 addresses of the plain kind: no quotes, spaces, control signs or letters that not every server takes."""
LONGEST = 254
SCHEMA = {
    "type": "object",
    "x-person": "person",
    "properties": {
        "person": {"type": "string", "x-personal": True},
        "address": {"type": "string", "x-personal": True},
    },
}
TABLE = """
CREATE TABLE IF NOT EXISTS preferences (
    person   text PRIMARY KEY,
    channels text[] NOT NULL,
    rhythm   jsonb  NOT NULL,
    sealed   jsonb,                 -- the address and whose it is; NULL: none was given
    since    timestamptz NOT NULL   -- since when the channels are wanted: nothing older goes out
);
"""


class Preference(Struct, frozen=True, kw_only=True):
    channels: tuple[str, ...] = ()
    """Beside the app: `mail`."""
    address: str | None = None
    rhythm: Rhythm = Rhythm()


class Wanted(Struct, frozen=True, kw_only=True):
    """What the outbox needs to know of a person's wishes."""

    person: str
    rhythm: Rhythm
    since: datetime


def is_address(text: str) -> bool:
    return len(text) <= LONGEST and ADDRESS.fullmatch(text) is not None


def prepare(connection: Connection[Any]) -> None:
    """Create the table if it is not there; several processes may ask at once."""
    tables.create(connection, TABLE)


class Preferences:
    """Safe to share between threads."""

    def __init__(self, pool: ConnectionPool, vault: Vault) -> None:
        self._pool, self._vault = pool, vault

    def of(self, person: str) -> Preference:
        """What a person chose; who chose nothing is told in the app alone."""
        with self._pool.connection() as connection:
            row = connection.execute(
                "SELECT channels, rhythm, sealed FROM preferences WHERE person = %s", [person]
            ).fetchone()
        if row is None:
            return Preference()
        channels, rhythm, sealed = row
        return Preference(
            channels=tuple(channels), rhythm=msgspec.convert(rhythm, Rhythm), address=self._open(person, sealed)
        )

    def put(self, person: str, preference: Preference, at: datetime) -> None:
        """Keep what a person chose. What they did not want before is sent from `at` on."""
        sealed = None
        if preference.address is not None:
            plain = {"person": person, "address": preference.address}
            sealed = msgspec.json.encode(self._vault.seal(plain, SCHEMA, _bound(person))).decode()
        with self._pool.connection() as connection:
            connection.execute(
                "INSERT INTO preferences (person, channels, rhythm, sealed, since) VALUES (%s, %s, %s, %s, %s)"
                " ON CONFLICT (person) DO UPDATE SET channels = EXCLUDED.channels, rhythm = EXCLUDED.rhythm,"
                " sealed = EXCLUDED.sealed, since = CASE WHEN preferences.channels @> EXCLUDED.channels"
                " THEN preferences.since ELSE EXCLUDED.since END",
                [person, list(preference.channels), msgspec.json.encode(preference.rhythm).decode(), sealed, at],
            )

    def _open(self, person: str, sealed: Any) -> str | None:
        if sealed is None:
            return None
        opened = self._vault.open(sealed, SCHEMA, _bound(person), reveal_nik=True)["address"]
        return None if opened == ERASED else str(opened)


def wanting(connection: Connection[Any], channel: str, persons: Iterable[str]) -> dict[str, Wanted]:
    """Those of these persons who want a channel."""
    rows = connection.execute(
        "SELECT person, rhythm, since FROM preferences WHERE channels @> ARRAY[%s] AND person = ANY(%s)",
        [channel, list(persons)],
    )
    return {
        person: Wanted(person=person, rhythm=msgspec.convert(rhythm, Rhythm), since=since.astimezone(UTC))
        for person, rhythm, since in rows
    }


def _bound(person: str) -> str:
    return f"preferences/{person}"
