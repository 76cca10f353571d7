"""django-appointment with the visits of our people in a database of its own, served beside us."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator

from django.db import connection

from bench import peer_files
from bench.servers import ROOT, Site, serving
from bench.workload import Workload

_VISITS = """
SELECT to_char(lower(during) AT TIME ZONE 'Europe/London', 'YYYY-MM-DD"T"HH24:MI'),
       to_char(upper(during) AT TIME ZONE 'Europe/London', 'YYYY-MM-DD"T"HH24:MI')
FROM clinic_reservation WHERE resource_id = %s AND lower(during) >= %s ORDER BY during
"""


@contextlib.contextmanager
def peer_of(clinic: Workload) -> Iterator[Site]:
    """A server of django-appointment that knows the people of this clinic and their visits."""
    with peer_files.database("milia_bench_peer") as address:
        _fill(clinic, address)
        with serving("bench.peer_site.wsgi", PEER_URL=address) as site:
            yield site


def _fill(clinic: Workload, address: str) -> None:
    with connection.cursor() as cursor:
        people = []
        for one in clinic.people:
            cursor.execute(_VISITS, [one, clinic.first])
            people.append(cursor.fetchall())
    with peer_files.written(people) as file:
        command = [sys.executable, "-m", "bench.peer_site.fill", file]
        subprocess.run(command, cwd=ROOT, env=os.environ | {"PEER_URL": address}, check=True)
