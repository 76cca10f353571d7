"""The embedded database and broker: real servers in folders of their own."""

import os
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from clinic.local.places import ROOT, Places
from clinic.local.postgres import Postgres
from clinic.local.processes import LocalError, command_line, last_words, wait_until
from clinic.local.services import scratch_places
from clinic.local.valkey import Valkey


@pytest.fixture
def places() -> Iterator[Places]:
    with scratch_places() as found:
        yield found


@pytest.fixture
def postgres(places: Places) -> Iterator[Postgres]:
    server = Postgres(places, durable=False)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def valkey(places: Places) -> Iterator[Valkey]:
    server = Valkey(places, durable=False)
    server.start()
    yield server
    server.stop()


def one(server: Postgres, query: str) -> object:
    with psycopg.connect(server.url, autocommit=True) as session:
        row = session.execute(query).fetchone()
    assert row is not None
    return row[0]


def test_the_application_is_no_superuser(postgres: Postgres) -> None:
    assert one(postgres, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
    assert one(postgres, "SELECT current_user || '/' || current_database()") == "milia/milia"


def test_its_owner_may_create_what_booking_needs(postgres: Postgres) -> None:
    with psycopg.connect(postgres.url, autocommit=True) as session:
        session.execute("CREATE EXTENSION btree_gist")
        session.execute(
            "CREATE TABLE held (who int, during tstzrange, "
            "EXCLUDE USING gist (who WITH =, during WITH &&))"
        )
        session.execute("INSERT INTO held VALUES (1, '[2026-01-01 09:00, 2026-01-01 10:00)')")
        with pytest.raises(psycopg.errors.ExclusionViolation):
            session.execute("INSERT INTO held VALUES (1, '[2026-01-01 09:30, 2026-01-01 11:00)')")


def test_nothing_is_reachable_from_outside(postgres: Postgres, valkey: Valkey) -> None:
    assert one(postgres, "SHOW listen_addresses") == ""
    assert b"\r\n0\r\n" in valkey._ask(b"CONFIG GET port")
    assert stat.S_IMODE(postgres.sockets.stat().st_mode) == 0o700


def test_a_wrong_password_is_refused(postgres: Postgres) -> None:
    password = postgres.url.split(":")[2].split("@")[0]
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(postgres.url.replace(password, "wrong"))


def test_the_broker_never_evicts(valkey: Valkey) -> None:
    assert b"noeviction" in valkey._ask(b"CONFIG GET maxmemory-policy")


def test_data_are_there_after_a_restart(postgres: Postgres) -> None:
    with psycopg.connect(postgres.url, autocommit=True) as session:
        session.execute("CREATE TABLE kept AS SELECT 7 AS number")
    postgres.stop()
    postgres.start()
    assert one(postgres, "SELECT number FROM kept") == 7


def test_a_killed_server_starts_again_on_the_same_data(postgres: Postgres) -> None:
    assert postgres.process is not None
    postgres.process.kill()
    postgres.process.wait()
    assert postgres.ended() == -signal.SIGKILL
    postgres.start()
    assert one(postgres, "SELECT 1") == 1


def test_a_note_naming_another_program_is_forgotten(postgres: Postgres) -> None:
    postgres.stop()
    (postgres.data / "postmaster.pid").write_text(f"{os.getpid()}\n{postgres.data}\n")
    postgres.account.give(postgres.data / "postmaster.pid")
    postgres.start()
    assert one(postgres, "SELECT 1") == 1


def test_data_of_an_unknown_version_are_not_touched(postgres: Postgres) -> None:
    postgres.stop()
    (postgres.data / "PG_VERSION").write_text("99\n")
    with pytest.raises(LocalError, match="was made by PostgreSQL 99, which is not installed"):
        postgres.start()


def test_a_folder_is_used_by_one_at_a_time(places: Places) -> None:
    with pytest.raises(LocalError, match="already running"):
        places.claim()


def test_servers_end_with_a_starter_that_is_killed(folder: Path) -> None:
    command = [sys.executable, "-m", "clinic.local.with_services", "--", "cat"]
    env = {name: v for name, v in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    env |= {"CLINIC_VAR": str(folder / "var")}
    addresses = folder / "var" / "run" / "environment.json"
    starter = subprocess.Popen(command, cwd=ROOT, env=env, stdin=subprocess.PIPE)
    assert wait_until(addresses.exists, seconds=60)
    home = Places(folder / "var").postgres
    server = int((home / "data" / "postmaster.pid").read_text().splitlines()[0])
    starter.kill()
    starter.communicate()
    assert wait_until(lambda: not command_line(server), seconds=30)


def test_a_full_disk_is_one_sentence(folder: Path) -> None:
    small = folder / "small"
    small.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=20m,mode=755", "tmpfs", str(small)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False).returncode:
        pytest.skip("only root can make a small disk")
    try:
        places = Places(small)
        places.prepare()
        with pytest.raises(LocalError) as sentence:
            Postgres(places).start()
    finally:
        subprocess.run(["umount", str(small)], check=True)
    assert str(sentence.value) == (
        "The database could not be created: the disk is full; free some space and start again"
    )


@pytest.mark.skipif(os.geteuid() != 0, reason="only root lends PostgreSQL another account")
def test_below_a_closed_home_the_data_move_to_where_the_account_can_walk(folder: Path) -> None:
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    places = Places(closed / "var")
    places.prepare()
    server = Postgres(places, durable=False)
    assert server.home == places.outside / "postgres"
    try:
        server.start()
        assert one(server, "SELECT 1") == 1
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    finally:
        server.stop()
        shutil.rmtree(places.outside)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", "it said nothing"),
        ("Traceback\n  File x\na.b.SomeError: no table\nLINE 1: x", "no table"),
        (
            "10:00 [7] FATAL:  lock file exists\n10:00 LOG: database is shut down",
            "lock file exists",
        ),
        ("one\ntwo\n\n", "two"),
        (
            "PANIC:  could not write: No space left on device",
            "the disk is full; free some space and start again",
        ),
    ],
)
def test_last_words(text: str, line: str) -> None:
    assert last_words(text) == line
