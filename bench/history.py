"""The same clinics with ten thousand past visits and with a million, in two databases at once.

The large one is a copy that gets the rows while it has no indexes, which are made again afterwards:
row by row it would take minutes.
"""

import contextlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.db import connections

from bench.workload import VISITS

NAME = "milia_bench_history"
TABLES = ("clinic_appointment", "clinic_reservation")

_GUARDS = """
SELECT conrelid::regclass::text, quote_ident(conname) FROM pg_constraint
WHERE conrelid = ANY(%s::regclass[]) AND contype IN ('x', 'f')
"""
_INDEXES = """
SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
WHERE indrelid = ANY(%s::regclass[]) AND NOT indisunique
"""


@contextlib.contextmanager
def copy_with(past: Sequence[dict[str, Any]]) -> Iterator[str]:
    """The address of a copy of the database in which these visits took place; gone afterwards.

    Nobody else may be connected meanwhile.
    """
    given = urlsplit(os.environ["DATABASE_URL"])
    server = urlunsplit(given._replace(path="/postgres"))
    copy = urlunsplit(given._replace(path=f"/{NAME}"))
    connections.close_all()
    with psycopg.connect(server, autocommit=True) as session:
        session.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        session.execute(f"CREATE DATABASE {NAME} TEMPLATE {given.path.strip('/')}")
        try:
            with psycopg.connect(copy, autocommit=True) as filled:
                _fill(filled, past)
            yield copy
        finally:
            session.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")


def _fill(session: psycopg.Connection[Any], past: Sequence[dict[str, Any]]) -> None:
    with session.transaction(), _bare_tables(session):
        for each in past:
            session.execute(VISITS, each)
    session.execute(f"VACUUM ANALYZE {', '.join(TABLES)}")


@contextlib.contextmanager
def _bare_tables(session: psycopg.Connection[Any]) -> Iterator[None]:
    """Without indexes but for the keys; then with all of them. The constraints between rows stay
    away: a copy that is only read needs the indexes that they brought and not the guards."""
    indexes = session.execute(_INDEXES, [list(TABLES)]).fetchall()
    for table, name in session.execute(_GUARDS, [list(TABLES)]).fetchall():
        session.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    for name, _ in indexes:
        session.execute(f"DROP INDEX IF EXISTS {name}")
    yield
    for _, definition in indexes:
        session.execute(definition)


def write_plans(queries: Sequence[str], addresses: dict[str, str], folder: Path) -> None:
    """How each database answers each query: EXPLAIN (ANALYZE, BUFFERS), a file for each."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, address in addresses.items():
        with psycopg.connect(address) as session:
            for number, query in enumerate(queries, 1):
                plan = session.execute(f"EXPLAIN (ANALYZE, BUFFERS) {query}").fetchall()
                lines = "\n".join(line for (line,) in plan)
                text = f"{query.strip()}\n\n{lines}\n"
                (folder / f"availability-{number}-{name}.txt").write_text(text)
            session.rollback()
