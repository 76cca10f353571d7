"""What a peer from the registry works on: a database of its own, and a file that fills it."""

import contextlib
import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg


@contextlib.contextmanager
def database(name: str) -> Iterator[str]:
    """The address of an empty one."""
    given = urlsplit(os.environ["DATABASE_URL"])
    with psycopg.connect(urlunsplit(given), autocommit=True) as session:
        session.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        session.execute(f"CREATE DATABASE {name}")
        try:
            yield urlunsplit(given._replace(path=f"/{name}"))
        finally:
            session.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@contextlib.contextmanager
def written(content: object) -> Iterator[str]:
    """The path of a JSON file with this content."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "content.json"
        file.write_text(json.dumps(content))
        yield str(file)
