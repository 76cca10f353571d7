"""Statements that come often are planned once, and are Django's statements all the same."""

from typing import Any

import pytest
from django.db import DataError, connection, transaction

from clinic.accounts.prepared import prepared_cursor

ADD = "SELECT %(one)s::int + %(one)s::int"

pytestmark = pytest.mark.django_db


def add(one: int) -> int:
    with prepared_cursor() as cursor:
        cursor.execute(ADD, {"one": one})
        return int(cursor.fetchone()[0])


def test_a_statement_that_comes_often_is_prepared() -> None:
    assert [add(n) for n in range(8)] == [0, 2, 4, 6, 8, 10, 12, 14]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s",
            ["SELECT $1::int + $1%"],
        )
        assert cursor.fetchone() == (1,)


def test_django_counts_it_and_knows_its_errors(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        assert add(4) == 8
    with pytest.raises(DataError), transaction.atomic(), prepared_cursor() as cursor:
        cursor.execute("SELECT 1 / %s::int", [0])
    assert add(5) == 10
