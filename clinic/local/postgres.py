"""A private PostgreSQL: no TCP, a socket in a 0700 folder, SCRAM passwords, an ordinary owner."""

import contextlib
import os
import shutil
import signal
import subprocess
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from clinic.local.places import Places, secret, write_private
from clinic.local.processes import (
    LocalError,
    Server,
    command_line,
    last_words,
    wait_until,
    works_in,
)
from clinic.local.programs import postgres_for, postgres_major, reachable_copy

OWNER = "milia"
SUPERUSER = "postgres"
START_SECONDS = 60
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "80",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
}
# a test database may be lost with the power; writing it is then several times quicker
CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Postgres(Server):
    """The database server, its role and its database, both called "milia"."""

    # SIGINT is PostgreSQL's fast shutdown: sessions end, data are written
    ending = signal.SIGINT

    def __init__(self, places: Places, *, durable: bool = True) -> None:
        super().__init__("the database", places.log / "postgres.log")
        self.places, self.account, self.home = places, places.account, places.postgres
        self.data, self.sockets = self.home / "data", places.sockets
        self.settings = SETTINGS if durable else SETTINGS | CARELESS

    @property
    def url(self) -> str:
        """DATABASE_URL: role and database "milia" through the socket."""
        password = secret(self.home / "password")
        return f"postgresql://{OWNER}:{password}@{quote(str(self.sockets), safe='')}/{OWNER}"

    def start(self) -> None:
        """Make the data on first use, serve them, and see that role and database exist."""
        self.home.mkdir(parents=True, exist_ok=True)
        self.account.let_through(self.home)
        self.account.own_folder(self.sockets)
        if not self.data.exists():
            self._create()
        self._end_leftover()
        self._serve()
        try:
            self._ensure_owner()
        except psycopg.Error as refused:
            raise LocalError(f"The database does not work: {last_words(str(refused))}") from None

    def _environment(self) -> dict[str, str]:
        path = os.environ.get("PATH", "/usr/bin:/bin")
        return {"PATH": path, "LC_ALL": "C", "TZ": "UTC", "HOME": str(self.home)}

    def _programs(self) -> Path:
        return reachable_copy(postgres_for(self.data), self.account, self.home)

    def _create(self) -> None:
        """Run initdb beside the final place: what `data` names is always whole."""
        draft = self.home / "data.new"
        shutil.rmtree(draft, ignore_errors=True)
        self.account.own_folder(draft)
        programs = self._programs()
        password = self.sockets / "superuser-password"
        write_private(password, secret(self.home / "superuser-password"))
        self.account.give(password)
        try:
            self._initdb(programs, draft, password)
        finally:
            password.unlink()
        draft.rename(self.data)

    def _initdb(self, programs: Path, data: Path, password: Path) -> None:
        locale = ["--locale=C.UTF-8"]
        if postgres_major(programs) >= 17:
            locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        command = [
            str(programs / "initdb"),
            "-D",
            str(data),
            "-U",
            SUPERUSER,
            f"--pwfile={password}",
        ]
        command += ["--auth=scram-sha-256", "--encoding=UTF8", "--no-instructions", *locale]
        made = subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            env=self._environment(),
            cwd="/",
            user=self.account.uid,
            group=self.account.gid,
            extra_groups=self.account.groups,
        )
        if made.returncode:
            raise LocalError(f"The database could not be created: {last_words(made.stderr)}")

    def _end_leftover(self) -> None:
        """End a server that outlived its starter; forget notes of one that did not.

        PostgreSQL itself refuses to start while the pid it noted exists, be it another program's
        (after a hard stop of the machine) or a dead one nobody has buried (in a container).
        """
        pid_file = self.data / "postmaster.pid"
        with contextlib.suppress(FileNotFoundError, ValueError, IndexError, ProcessLookupError):
            pid = int(pid_file.read_text().splitlines()[0])
            if str(self.data) in command_line(pid):
                os.kill(pid, signal.SIGINT)
                wait_until(lambda: not command_line(pid), seconds=self.patience)
        if not wait_until(lambda: not works_in(self.data), seconds=self.patience):
            raise LocalError(f"Another server still works in {self.data}; end it first.")
        for note in (pid_file, self.sockets / ".s.PGSQL.5432.lock"):
            note.unlink(missing_ok=True)

    def _serve(self) -> None:
        command = [str(self._programs() / "postgres"), "-D", str(self.data)]
        for name, value in (self.settings | {"unix_socket_directories": str(self.sockets)}).items():
            command += ["-c", f"{name}={value}"]
        server = self.launch(
            command,
            env=self._environment(),
            cwd="/",
            user=self.account.uid,
            group=self.account.gid,
            groups=self.account.groups,
        )
        wait_until(lambda: self._answers() or server.poll() is not None, seconds=START_SECONDS)
        if server.poll() is not None or not self._answers():
            raise LocalError(f"The database did not start: {last_words(self.said())}")

    def _connect(self) -> "psycopg.Connection[tuple[object, ...]]":
        return psycopg.connect(
            host=str(self.sockets),
            dbname="postgres",
            user=SUPERUSER,
            password=secret(self.home / "superuser-password"),
            autocommit=True,
            connect_timeout=5,
        )

    def _answers(self) -> bool:
        with contextlib.suppress(psycopg.OperationalError), self._connect():
            return True
        return False

    def _ensure_owner(self) -> None:
        """The application's role is no superuser: it owns its database and may create others."""
        owner, password = sql.Identifier(OWNER), sql.Literal(secret(self.home / "password"))
        with self._connect() as session:
            roles = "SELECT 1 FROM pg_roles WHERE rolname = %s"
            if session.execute(roles, [OWNER]).fetchone() is None:
                session.execute(
                    sql.SQL("CREATE ROLE {} LOGIN CREATEDB PASSWORD {}").format(owner, password)
                )
            databases = "SELECT 1 FROM pg_database WHERE datname = %s"
            if session.execute(databases, [OWNER]).fetchone() is None:
                session.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(owner, owner))
