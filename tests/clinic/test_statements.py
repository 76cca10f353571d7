"""Statements that come often are planned once, those of the ORM among them (ADR 22)."""

import pytest
from django.db import connection

from clinic.models import Location

ADD = "SELECT %(one)s::int + %(one)s::int"

pytestmark = pytest.mark.django_db


def add(one: int) -> int:
    with connection.cursor() as cursor:
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


def test_a_query_of_the_orm_that_comes_often_is_prepared() -> None:
    for n in range(8):
        assert not Location.objects.filter(pk=-n).exists()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s",
            ['%FROM "clinic_location" WHERE "clinic_location"."id" = $%'],
        )
        assert cursor.fetchone() == (1,)
