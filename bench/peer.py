"""django-appointment with the visits of our people in a database of its own, served beside us."""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.db import connection

from bench.servers import ROOT, Site, serving
from bench.workload import Workload

NAME = "milia_bench_peer"
_VISITS = """
SELECT to_char(lower(during) AT TIME ZONE 'Europe/London', 'YYYY-MM-DD"T"HH24:MI'),
       to_char(upper(during) AT TIME ZONE 'Europe/London', 'YYYY-MM-DD"T"HH24:MI')
FROM clinic_reservation WHERE resource_id = %s AND lower(during) >= %s ORDER BY during
"""


@contextlib.contextmanager
def peer_of(clinic: Workload) -> Iterator[Site]:
    """A server that knows the people of this clinic and their coming visits."""
    given = urlsplit(os.environ["DATABASE_URL"])
    address = urlunsplit(given._replace(path=f"/{NAME}"))
    with psycopg.connect(urlunsplit(given), autocommit=True) as session:
        session.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        session.execute(f"CREATE DATABASE {NAME}")
        try:
            _fill(clinic, address)
            with serving("bench.peer_site.wsgi", PEER_URL=address) as site:
                yield site
        finally:
            session.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")


def _fill(clinic: Workload, address: str) -> None:
    with connection.cursor() as cursor:
        people = []
        for one in clinic.people:
            cursor.execute(_VISITS, [one, clinic.first])
            people.append(cursor.fetchall())
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "people.json"
        file.write_text(json.dumps(people))
        command = [sys.executable, "-m", "bench.peer_site.fill", str(file)]
        subprocess.run(command, cwd=ROOT, env=os.environ | {"PEER_URL": address}, check=True)
