"""A database with a journal, the projection over it, and who reads it."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

import msgspec
import pytest
from psycopg_pool import ConnectionPool

from tests.projections.histories import Journal
from workflow.domain.events import Recorded
from workflow.projections.accounts import Accounts
from workflow.projections.harmonisation import Harmonisation
from workflow.projections.harmonised import Harmonised
from workflow.projections.places import Places
from workflow.projections.runner import Runner
from workflow.store.kinds import KINDS

from .programmes import BY_HASH
from .unsealed import Unsealed


class AnyKind(Journal):
    """A journal that holds every kind of event, not those of cases alone."""

    def select(self, after: int, limit: int) -> list[Recorded]:
        with self.pool.connection() as connection:
            rows = connection.execute(
                "SELECT event FROM journal WHERE position > %s ORDER BY position LIMIT %s", [after, limit]
            ).fetchall()
        return [_read(row[0]) for row in rows]


def _read(stored: bytes) -> Recorded:
    plain = msgspec.json.decode(stored)
    body = plain.pop("body")
    plain["body"] = msgspec.convert(body, KINDS[body["kind"]])
    plain["at"] = datetime.fromisoformat(plain["at"])
    return Recorded(**plain)


class Room:
    """A projection kept level with a journal."""

    def __init__(self, pool: ConnectionPool) -> None:
        with pool.connection() as connection:
            connection.execute("DROP TABLE IF EXISTS journal, projections")
            connection.execute("DROP SCHEMA IF EXISTS read_harmonisation, read_places CASCADE")
        self.pool, self.journal = pool, AnyKind(pool)
        projection = Harmonisation(BY_HASH.__getitem__, Unsealed())
        self.runner = Runner(pool, self.journal, (projection, Places(BY_HASH.__getitem__)))
        self.runner.prepare()
        self.harmonised = Harmonised(pool, BY_HASH.__getitem__, Accounts(pool))

    def tell(self, events: Sequence[Recorded], batch: int = 500) -> "Room":
        for start in range(0, len(events), batch):
            self.journal.append(events[start : start + batch])
            for name in self.runner.names:
                self.runner.catch_up(name)
        for place in self.runner.places():
            assert place.position == self.journal.head(), place.reason
        return self


@pytest.fixture
def pool(database_url: str) -> Iterator[ConnectionPool]:
    with ConnectionPool(database_url, min_size=1, max_size=4, kwargs={"autocommit": True}, open=True) as opened:
        yield opened


@pytest.fixture
def room(pool: ConnectionPool) -> Callable[[], Room]:
    """Makes an empty room; an earlier one's is gone."""
    return lambda: Room(pool)
