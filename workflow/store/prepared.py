"""The writer's one statement, sent by libpq's own call: the interpreter is given away and won back once a batch.

The same through a cursor takes a third of a lone save's time, and under load waits for the interpreter at every step.
"""

from collections.abc import Sequence
from typing import Any

from psycopg import Connection, OperationalError
from psycopg.adapt import Transformer
from psycopg.errors import error_from_result
from psycopg.pq import DiagnosticField, ExecStatus, Format
from psycopg.pq.abc import PGconn, PGresult

NAME = b"append"
"""No name of psycopg's, which are `_pg3_` and a number."""


class Prepared:
    """Used by one thread at a time, like the connection; gone with it."""

    def __init__(self, connection: Connection[Any], statement: bytes, types: Sequence[int]) -> None:
        """`statement` with `$1` and so on, `types` the object ids of its parameters. Raises psycopg.Error."""
        self._pgconn: PGconn = connection.pgconn
        self._results = Transformer(connection)
        _check(self._pgconn, self._pgconn.prepare(NAME, statement, types), ExecStatus.COMMAND_OK)

    def row(self, parameters: Sequence[bytes]) -> tuple[Any, ...]:
        """The one row of the answer; parameters in Postgres's binary form. Raises psycopg.Error."""
        formats = [Format.BINARY] * len(parameters)
        result = self._pgconn.exec_prepared(NAME, parameters, formats, Format.BINARY)
        _check(self._pgconn, result, ExecStatus.TUPLES_OK)
        self._results.set_pgresult(result, format=Format.BINARY)
        row = self._results.load_row(0, tuple)
        assert row is not None
        return row


def _check(pgconn: PGconn, result: PGresult, wanted: ExecStatus) -> None:
    if result.status == wanted:
        return
    if result.error_field(DiagnosticField.SQLSTATE) is None:
        # Not the server's word but libpq's own: the connection is gone.
        raise OperationalError(pgconn.get_error_message())
    raise error_from_result(result)
