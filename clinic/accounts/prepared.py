"""Statements that every page or every search runs: PostgreSQL plans them once per connection.

Django sends each statement as text with its values inside, to be parsed and planned anew. For the
few large ones that come with every request, that takes longer than running them.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.backends.utils import CursorWrapper


@contextmanager
def prepared_cursor() -> Iterator[CursorWrapper]:
    """A cursor that sends values apart from the statement; psycopg has a statement prepared when it
    comes often enough (DATABASES' prepare_threshold)."""
    with connection.cursor() as cursor:
        cursor.cursor = ServerBindingCursor(cursor.connection)  # type: ignore[call-arg] # psycopg's
        yield cursor
