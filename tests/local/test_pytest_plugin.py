"""The plugin this very run uses, and a run of its own without Django."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from clinic.local.places import ROOT
from clinic.local.pytest_plugin import with_broker_database

INNER = """
import os
import psycopg

def test_database():
    with psycopg.connect(os.environ["DATABASE_URL"]) as session:
        fsync = session.execute("SHOW fsync").fetchone()
    assert fsync == ("off",)
    assert os.environ["REDIS_URL"].endswith("?virtual_host=1")
    print("socket", os.environ["REDIS_URL"])
"""


def test_a_run_has_servers_of_its_own_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "test_inner.py").write_text(INNER)
    plugins = ["-p", "clinic.local.pytest_plugin", "-p", "no:django", "-p", "xdist"]
    command = [sys.executable, "-m", "pytest", *plugins, "-q", "-n", "1", "-c", os.devnull]
    command += ["--rootdir", str(tmp_path), str(tmp_path / "test_inner.py")]
    own = ("DATABASE_URL", "REDIS_URL")
    env = {
        name: value
        for name, value in os.environ.items()
        if name not in own and not name.startswith("PYTEST_")
    }
    env |= {"TMPDIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert not list(tmp_path.glob("milia-scratch-*"))


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("redis+socket:///run/v.sock", "redis+socket:///run/v.sock?virtual_host=3"),
        ("redis+socket:///v.sock?virtual_host=0", "redis+socket:///v.sock?virtual_host=3"),
        ("redis://:secret@broker:6379/0", "redis://:secret@broker:6379/3"),
        ("rediss://broker", "rediss://broker/3"),
    ],
)
def test_every_worker_has_a_broker_database_of_its_own(url: str, expected: str) -> None:
    assert with_broker_database(url, 3) == expected


def test_no_real_mail_server_is_named_in_a_test_run() -> None:
    assert os.environ["EMAIL_URL"] == "smtp://127.0.0.1:9"
