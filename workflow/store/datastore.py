"""The library's datastore over the whole DATABASE_URL: readers' connections, opened at the first use."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from eventsourcing.persistence import InterfaceError, OperationalError
from eventsourcing.postgres import ConnectionPool, PostgresDatastore
from psycopg import Connection
from psycopg.rows import DictRow, dict_row
from psycopg.types.composite import CompositeInfo, register_composite
from psycopg_pool import PoolTimeout

RECONNECT = 5.0
"""Seconds for which a pool mends a connection by itself, at pauses that double; then whoever asks next begins anew.

With its usual five minutes a database that was away for long is left alone for as long again once it is back."""
PATIENCE = 5.0
"""Seconds for which a read is tried again, and for which it waits for a connection."""
PAUSE = 0.05

T = TypeVar("T")


class StoreDatastore(PostgresDatastore):
    """Keeps every part of the address, `sslmode` included, where the stock one takes five."""

    def __init__(self, conninfo: str, *, pool_size: int, max_overflow: int) -> None:
        super().__init__("", "", "", "", "", originator_id_type="text")
        self.conninfo = conninfo
        self._sizes = pool_size, pool_size + max_overflow
        self._abandoned: list[ConnectionPool[Connection[DictRow]]] = []
        self.pool = self._new_pool()

    def _new_pool(self) -> ConnectionPool[Connection[DictRow]]:
        return ConnectionPool(
            self.conninfo,
            connection_class=Connection[DictRow],
            kwargs={"autocommit": True, "row_factory": dict_row},
            min_size=self._sizes[0],
            max_size=self._sizes[1],
            open=False,
            configure=_configure,
            timeout=PATIENCE,
            reconnect_timeout=RECONNECT,
        )

    def register_type_adapters(self) -> None:
        """Done when a connection is there: the stock one opens the pool from the recorder's constructor."""

    @contextmanager
    def get_connection(self) -> Iterator[Connection[DictRow]]:
        with super().get_connection() as connection:
            for name in self.db_type_names - self.psycopg_type_adapters.keys():
                self._adapt(connection, name)
            yield connection

    def _adapt(self, connection: Connection[DictRow], name: str) -> None:
        info = CompositeInfo.fetch(connection, f"{self.schema}.{name}")
        if info is None:
            return
        register_composite(info, connection)
        assert info.python_type is not None
        self.psycopg_python_types[name] = info.python_type
        self.psycopg_type_adapters[name] = info

    def patiently(self, read: Callable[[Connection[DictRow]], T]) -> T:
        """What `read` returns; it is done again on another connection when one fails.

        Raises the library's OperationalError where the database stays away.
        """
        started = time.monotonic()
        while True:
            try:
                with self.get_connection() as connection:
                    return read(connection)
            except (OperationalError, InterfaceError) as error:
                if isinstance(error.__cause__, PoolTimeout) or time.monotonic() - started > PATIENCE:
                    raise
            time.sleep(PAUSE)

    def after_fork(self) -> None:
        """Leave the pool to the parent, whose connections and threads it holds."""
        self._abandoned.append(self.pool)
        self.pool = self._new_pool()


def _configure(connection: Connection[Any]) -> None:
    connection.execute("SET search_path = public; SET default_transaction_isolation = 'read committed'")
