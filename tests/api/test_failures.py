"""Failures that pass by themselves are told as such."""

import psycopg
import pytest
from psycopg import errors

from api.failures import problem_of


@pytest.mark.parametrize("sql", ["SELECT newer FROM read_model", "SELECT 1 FROM read_other"])
def test_a_read_model_of_the_release_before_is_told_to_come_again(database_url: str, sql: str) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute("CREATE TEMPORARY TABLE read_model (older int)")
        with pytest.raises((errors.UndefinedColumn, errors.UndefinedTable)) as missing:
            connection.execute(sql)
    problem = problem_of(missing.value)
    assert problem is not None
    assert (problem.kind, problem.headers["Retry-After"]) == ("away", "2")
