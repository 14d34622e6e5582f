"""Rows of read models: a few are written one by one, many at once, and both ways leave the same table."""

import pytest
from psycopg_pool import ConnectionPool

from workflow.projections.projection import FEW, write_rows

COLUMNS = ("region", "year", "places", "note")
KEY = ("region", "year")


@pytest.mark.parametrize("number", [0, 1, FEW - 1, FEW, FEW + 1, FEW * 3])
def test_rows_are_added_or_overwritten_whole(pool: ConnectionPool, number: int) -> None:
    first = [(f"72.{n:02d}", 2026, n, "asli") for n in range(0, number, 2)]
    then = [(f"72.{n:02d}", 2026, n + 100, None) for n in range(number)]
    with pool.connection() as connection, connection.transaction():
        connection.execute(
            "CREATE TABLE quota (region text, year integer, places integer, note text, UNIQUE (region, year))"
        )
        write_rows(connection, "quota", COLUMNS, KEY, [("62.01", 2026, 1, "tetap")])
        write_rows(connection, "quota", COLUMNS, KEY, iter(first))
        write_rows(connection, "quota", COLUMNS, KEY, iter(then))
        found = connection.execute("SELECT * FROM quota ORDER BY region").fetchall()
    assert found == [("62.01", 2026, 1, "tetap"), *then]
