"""Letters a second of django-post_office, in a process of its own beside us."""

import os
import statistics
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from bench import peer_files

ROOT = Path(__file__).resolve().parent.parent


def letters_a_second(
    letters: Sequence[Sequence[str]], smtp_port: int, rounds: int, connections: int
) -> float:
    """The median of so many rounds; it is given each letter as (address, subject, text, html)."""
    with peer_files.database("milia_bench_post") as address, peer_files.written(letters) as file:
        command = [sys.executable, "-m", "bench.post_peer.send", file, str(rounds)]
        environment = os.environ | {
            "PEER_URL": address,
            "SMTP_PORT": str(smtp_port),
            "SMTP_CONNECTIONS": str(connections),
        }
        done = subprocess.run(
            command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True
        )
    return statistics.median(float(line) for line in done.stdout.split())
