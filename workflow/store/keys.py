"""A key for each person: made once across processes, kept in memory for moments, destroyed by an erasure."""

import os
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from msgspec import Struct
from psycopg import Connection, errors
from psycopg_pool import ConnectionPool

from workflow.store.master import MasterKey, WrongMasterKey

LEASE = 0.5
"""Seconds for which a process may use the keys that it holds before it looks again whether one was erased.

The same in all processes: an erasure returns only after every lease that may have been given before it has run out.
"""
MARGIN = 0.1
"""Seconds on top, for clocks that do not run alike."""
HELD = 50_000
"""Keys in memory; beyond that they are read anew."""
SIV_KEY = 64

KeyId = tuple[str, int]
"""A person and the generation of their key."""


class NoSuchPerson(Exception):
    """No value of this person was ever sealed here."""


class Erasure(Struct, frozen=True, kw_only=True):
    """What an erasure did."""

    person: str
    at: datetime
    by: str
    reason: str
    again: bool
    """True where the key had been destroyed before."""
    rewritten: bool
    """False where the table of keys was in use for too long to be rewritten: what is left of the wrapped key in the
    database's files (of no use without the master key) goes with the next erasure, or with this one done again."""


class PersonKeys:
    """Keys by person and generation. Safe to share between threads."""

    def __init__(self, pool: ConnectionPool[Connection], master: MasterKey, lease: float = LEASE) -> None:
        """Raises WrongMasterKey."""
        self._pool, self._master, self._lease = pool, master, lease
        self._lock = threading.Lock()
        self._keys: dict[KeyId, AESSIV | None] = {}
        self._newest: dict[str, int] = {}
        self._erasures = -1
        self._until = 0.0
        with pool.connection() as connection, connection.transaction():
            connection.execute(
                "INSERT INTO vault (proof) SELECT %s WHERE NOT EXISTS (SELECT 1 FROM vault) ON CONFLICT DO NOTHING",
                [master.proof],
            )
        with pool.connection() as connection:
            row = connection.execute("SELECT proof FROM vault").fetchone()
        if row is None or bytes(row[0]) != master.proof:
            raise WrongMasterKey

    def held(self, ids: Iterable[KeyId]) -> Mapping[KeyId, AESSIV | None]:
        """The keys of these; None for one that was erased, or never was."""
        wanted = set(ids)
        if not wanted:
            return {}
        known = self._look()
        with self._lock:
            found = {one: self._keys[one] for one in wanted if one in self._keys}
        missing = sorted(wanted - found.keys())
        if missing:
            read = self._read(
                "(person, generation) IN (SELECT * FROM unnest(%s::text[], %s::smallint[]))",
                [[person for person, _ in missing], [generation for _, generation in missing]],
            )
            self._hold(read, known)
            found |= read
        return dict.fromkeys(wanted) | found

    def ring(self, wanted: Callable[[], Iterable[KeyId]]) -> Callable[[KeyId], AESSIV | None]:
        """Gives keys one by one, to be used at once; None for one that was erased, or never was.

        `wanted`: all that will be asked for, read in one go where the first is met that is not in memory.
        """
        self._look()
        read: dict[KeyId, AESSIV | None] = {}

        def key_of(one: KeyId) -> AESSIV | None:
            # Whoever learns of an erasure empties what is in memory, also while this one reads.
            if one in read:
                return read[one]
            key = self._keys.get(one)
            if key is None:
                read.update(self.held({one, *wanted()}))
                return read[one]
            return key

        return key_of

    def current(self, persons: Iterable[str]) -> Mapping[str, tuple[int, AESSIV]]:
        """Generation and key for sealing what is new of these persons; made where there is none."""
        wanted = set(persons)
        if not wanted:
            return {}
        known = self._look()
        found: dict[str, tuple[int, AESSIV]] = {}
        with self._lock:
            for person in wanted:
                generation = self._newest.get(person, 0)
                key = self._keys.get((person, generation))
                if key is not None:
                    found[person] = (generation, key)
        missing = sorted(wanted - found.keys())
        while missing:
            read = self._read("person = ANY(%s) AND wrapped IS NOT NULL", [missing])
            found |= {person: (generation, key) for (person, generation), key in read.items() if key is not None}
            self._hold(read, known)
            missing = sorted(wanted - found.keys())
            if missing:
                self._make(missing)
        return found

    def erase(self, person: str, reason: str, by: str) -> Erasure:
        """Destroy the keys of a person; once this returns, no process opens their values any more.

        Raises NoSuchPerson. Done again, it does the rest of what was not done.
        """
        with self._pool.connection() as connection, connection.transaction():
            connection.execute("SET LOCAL synchronous_commit = on")
            # First, so that two erasures wait for one another here and nowhere else.
            connection.execute("UPDATE vault SET erasures = erasures + 1")
            live = connection.execute(
                "UPDATE person_keys SET wrapped = NULL, erased_at = clock_timestamp(), erased_by = %s, reason = %s"
                " WHERE person = %s AND wrapped IS NOT NULL",
                [by, reason, person],
            ).rowcount
            row = connection.execute(
                "SELECT erased_at, erased_by, reason FROM person_keys WHERE person = %s"
                " ORDER BY generation DESC LIMIT 1",
                [person],
            ).fetchone()
        if row is None:
            raise NoSuchPerson
        self._forget()
        time.sleep(self._lease + MARGIN)
        at, who, why = row
        return Erasure(person=person, at=at, by=who, reason=why, again=live == 0, rewritten=self._rewrite())

    def _rewrite(self) -> bool:
        """Write the table anew, since an updated row leaves its old bytes in the file."""
        with self._pool.connection() as connection:
            before = connection.autocommit
            connection.set_autocommit(True)
            try:
                connection.execute("SET lock_timeout = '1s'")
                connection.execute("VACUUM (FULL) person_keys")
            except errors.LockNotAvailable:
                return False
            finally:
                connection.execute("RESET lock_timeout")
                connection.set_autocommit(before)
        return True

    def _look(self) -> int:
        """How many erasures the keys in memory have heard of; asks the database once a lease."""
        with self._lock:
            if time.monotonic() < self._until:
                return self._erasures
        asked = time.monotonic()
        with self._pool.connection() as connection:
            row = connection.execute("SELECT erasures FROM vault").fetchone()
        if row is None:
            raise WrongMasterKey
        with self._lock:
            if row[0] > self._erasures:
                self._keys.clear()
                self._newest.clear()
                self._erasures = row[0]
            self._until = max(self._until, asked + self._lease)
            return self._erasures

    def _forget(self) -> None:
        with self._lock:
            self._keys.clear()
            self._newest.clear()
            self._until = 0.0

    def _hold(self, keys: Mapping[KeyId, AESSIV | None], known: int) -> None:
        """Keep keys that were read when so many erasures were known; not if there was one since."""
        with self._lock:
            if known != self._erasures or time.monotonic() >= self._until:
                return
            if len(self._keys) + len(keys) > HELD:
                self._keys.clear()
                self._newest.clear()
            self._keys.update(keys)
            for (person, generation), key in keys.items():
                if key is not None:
                    self._newest[person] = max(generation, self._newest.get(person, 0))

    def _read(self, where: str, values: list[object]) -> dict[KeyId, AESSIV | None]:
        with self._pool.connection() as connection:
            rows = connection.execute(
                f"SELECT person, generation, wrapped FROM person_keys WHERE {where}",  # noqa: S608
                values,
            ).fetchall()
        return {
            (person, generation): None if wrapped is None else AESSIV(self._master.unwrap(bytes(wrapped), person))
            for person, generation, wrapped in rows
        }

    def _make(self, persons: list[str]) -> None:
        """One key for each of these that has none; of several processes at once, one makes it."""
        keys = [self._master.wrap(os.urandom(SIV_KEY), person) for person in persons]
        with self._pool.connection() as connection, connection.transaction():
            connection.execute("SET LOCAL synchronous_commit = on")
            connection.execute(
                "INSERT INTO person_keys (person, generation, wrapped)"
                " SELECT p.person, 1 + coalesce((SELECT max(k.generation) FROM person_keys k"
                "        WHERE k.person = p.person), 0), p.wrapped"
                " FROM unnest(%s::text[], %s::bytea[]) AS p (person, wrapped)"
                " WHERE NOT EXISTS (SELECT 1 FROM person_keys k WHERE k.person = p.person AND k.wrapped IS NOT NULL)"
                " ORDER BY 1 ON CONFLICT DO NOTHING",
                [persons, keys],
            )
