"""Private copies of tables, for a run that must neither keep nor lock anything."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import connection, models, transaction
from django.db.backends.utils import CursorWrapper


@contextmanager
def private_copies(of: Iterable[type[models.Model]]) -> Iterator[None]:
    """Inside, the tables of these models are copies that only this connection sees.

    They keep what the tables hold at the start and what is written inside, with the same checks
    and unique columns but without foreign keys, and are gone at the end. Everybody else reads and
    writes the tables themselves and waits for nothing. Needs the right to make temporary tables.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            # copying a large table may take longer than any answer to a page
            cursor.execute("SET LOCAL statement_timeout = 0")
            for model in of:
                _copy(cursor, model)
        yield
        transaction.set_rollback(True)


def _copy(cursor: CursorWrapper, model: type[models.Model]) -> None:
    """A temporary table of the same name: names are looked up there first.

    The only names put together here are those of our own tables and columns.
    """
    meta, quote = model._meta, connection.ops.quote_name
    table, copy = quote(meta.db_table), quote(f"copy_{meta.db_table}")
    own = (f.column for f in meta.concrete_fields if f.column and not f.generated)
    columns = ", ".join(map(quote, own))
    cursor.execute(f"CREATE TEMPORARY TABLE {copy} (LIKE {table} INCLUDING ALL)")
    cursor.execute(f"INSERT INTO {copy} ({columns}) SELECT {columns} FROM {table}")  # noqa: S608
    numbers = "pg_get_serial_sequence(%s, 'id')"
    cursor.execute(f"SELECT setval({numbers}, max(id)) FROM {copy}", [copy])  # noqa: S608
    cursor.execute(f"ALTER TABLE {copy} RENAME TO {table}")
