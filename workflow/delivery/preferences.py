"""How people want to be reached: their channels, their rhythm, and their address and phone, which are sealed."""

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
PHONE = "phone"
PLACES = ("address", "phone")
ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+")
"""RFC 5321 addresses of the plain kind: no quotes, spaces, control signs or letters that not every server takes."""
LONGEST = 254
SCHEMA = {
    "type": "object",
    "x-person": "person",
    "properties": {
        "person": {"type": "string", "x-personal": True},
        "address": {"type": "string", "x-personal": True},
        "phone": {"type": "string", "x-personal": True},
    },
}
TABLE = """
CREATE TABLE IF NOT EXISTS preferences (
    person   text PRIMARY KEY,
    channels text[] NOT NULL,
    rhythm   jsonb  NOT NULL,
    sealed   jsonb,                 -- address and phone, and whose they are; NULL: neither was given
    since    jsonb  NOT NULL        -- since when each channel is wanted: nothing older goes out on it
);
DO $$ BEGIN
    -- With one channel a moment was enough.
    IF (SELECT atttypid = 'timestamptz'::regtype FROM pg_attribute
        WHERE attrelid = 'preferences'::regclass AND attname = 'since') THEN
        ALTER TABLE preferences ALTER COLUMN since TYPE jsonb
            USING to_jsonb(jsonb_object(channels, array_fill(to_json(since) #>> '{}', ARRAY[cardinality(channels)])));
    END IF;
END $$;
"""


class Preference(Struct, frozen=True, kw_only=True):
    channels: tuple[str, ...] = ()
    """Beside the app: `mail`, `phone`."""
    address: str | None = None
    phone: str | None = None
    """`+62…`"""
    rhythm: Rhythm = Rhythm()

    def place(self, channel: str) -> str | None:
        """Where somebody is reached on a channel that they chose; None: they are not."""
        if channel not in self.channels:
            return None
        return {MAIL: self.address, PHONE: self.phone}[channel]


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
        places = self._open(person, sealed)
        return Preference(channels=tuple(channels), rhythm=msgspec.convert(rhythm, Rhythm), **places)

    def put(self, person: str, preference: Preference, at: datetime) -> None:
        """Keep what a person chose. A channel that they did not want before is used from `at` on."""
        sealed = None
        given = {"address": preference.address, "phone": preference.phone}
        if places := {name: place for name, place in given.items() if place is not None}:
            plain = {"person": person, **places}
            sealed = _json(self._vault.seal(plain, SCHEMA, _bound(person)))
        since = dict.fromkeys(preference.channels, at)
        with self._pool.connection() as connection:
            connection.execute(
                "INSERT INTO preferences (person, channels, rhythm, sealed, since) VALUES (%s, %s, %s, %s, %s)"
                " ON CONFLICT (person) DO UPDATE SET channels = EXCLUDED.channels, rhythm = EXCLUDED.rhythm,"
                # What was chosen before stays chosen since then; what is chosen no more is forgotten.
                " sealed = EXCLUDED.sealed, since = EXCLUDED.since || (SELECT coalesce(jsonb_object_agg(key, value),"
                " '{}') FROM jsonb_each(preferences.since) WHERE key = ANY(EXCLUDED.channels))",
                [person, list(preference.channels), _json(preference.rhythm), sealed, _json(since)],
            )

    def _open(self, person: str, sealed: Any) -> dict[str, str]:
        if sealed is None:
            return {}
        opened = self._vault.open(sealed, SCHEMA, _bound(person), reveal_nik=True)
        return {name: str(opened[name]) for name in PLACES if opened.get(name, ERASED) != ERASED}


def wanting(connection: Connection[Any], channel: str, persons: Iterable[str]) -> dict[str, Wanted]:
    """Those of these persons who want a channel."""
    rows = connection.execute(
        "SELECT person, rhythm, (since ->> %(channel)s)::timestamptz FROM preferences"
        " WHERE channels @> ARRAY[%(channel)s] AND person = ANY(%(persons)s)",
        {"channel": channel, "persons": list(persons)},
    )
    return {
        person: Wanted(person=person, rhythm=msgspec.convert(rhythm, Rhythm), since=since.astimezone(UTC))
        for person, rhythm, since in rows
    }


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _bound(person: str) -> str:
    return f"preferences/{person}"
