"""Where everything lies on disk: `var/` in the checkout, or a folder of its own for a test run."""

import fcntl
import hashlib
import json
import os
import secrets
import tempfile
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import IO

from clinic.local.accounts import Account
from clinic.local.processes import LocalError

ROOT = Path(__file__).resolve().parents[2]
VAR = ROOT / "var"
# a socket's path may have 108 bytes on Linux, 104 on macOS, its own name included
LONGEST_SOCKET_FOLDER = 80


@dataclass(frozen=True)
class Places:
    """All folders below `base`, and the account whose files PostgreSQL's are."""

    base: Path
    account: Account = field(default_factory=Account.for_database)

    @property
    def log(self) -> Path:
        return self.base / "log"

    @property
    def run(self) -> Path:
        return self.base / "run"

    @property
    def mail(self) -> Path:
        return self.base / "mail"

    @property
    def valkey(self) -> Path:
        return self.base / "valkey"

    @cached_property
    def reachable(self) -> bool:
        """Whether the database's account can walk to `base`; ask only after `prepare`."""
        return self.account.reaches(self.base)

    @property
    def postgres(self) -> Path:
        """The database's home: below `base` unless its account cannot walk there."""
        return (self.base if self.reachable else self.outside) / "postgres"

    @property
    def sockets(self) -> Path:
        """Private folder of both sockets; elsewhere when the path would be too long for them."""
        inside = self.run / "sockets"
        short = len(os.fsencode(inside)) <= LONGEST_SOCKET_FOLDER
        return inside if short and self.reachable else self.outside / "sockets"

    @property
    def outside(self) -> Path:
        """For checkouts with long paths, or in a root's closed home: one folder per checkout."""
        mark = hashlib.sha256(os.fsencode(self.base)).hexdigest()[:10]
        if self.account.uid is not None:
            return Path("/var/lib/milia-clinic") / mark
        return Path(tempfile.gettempdir()) / f"milia-clinic-{os.geteuid()}-{mark}"

    def prepare(self) -> None:
        """Make the folders; the database's account may pass through, nobody may list."""
        for folder in (self.base, self.log, self.run, self.mail, self.valkey):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for folder in (self.base, self.run):
            self.account.let_through(folder)

    def claim(self) -> IO[str]:
        """Reserve the folder for this process until the file is closed. Raises LocalError."""
        claim = (self.run / "lock").open("a")
        try:
            fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            claim.close()
            raise LocalError(
                f"The clinic is already running from {self.base}: use that one, or stop it first."
            ) from None
        return claim

    @property
    def addresses_file(self) -> Path:
        return self.run / "environment.json"

    def publish(self, environment: dict[str, str]) -> None:
        """Let `make shell` and the like find the addresses; they hold a password: 0600."""
        write_private(self.addresses_file, json.dumps(environment, indent=1))

    def withdraw(self) -> None:
        """The addresses are no longer true."""
        self.addresses_file.unlink(missing_ok=True)

    def published(self) -> dict[str, str]:
        """The addresses of whoever holds the claim; raises LocalError while there are none."""
        try:
            found: dict[str, str] = json.loads(self.addresses_file.read_text())
        except (FileNotFoundError, ValueError):
            raise LocalError("The clinic is just starting; try again in a moment.") from None
        return found


def write_private(path: Path, text: str) -> None:
    """Write `text` so that only the owner may read it, at no moment half of it."""
    draft = path.with_name(f".{path.name}.new")
    draft.unlink(missing_ok=True)
    draft.touch(0o600)
    draft.write_text(text)
    draft.rename(path)


def secret(path: Path) -> str:
    """The random text kept in `path`, made on first use (384 bits)."""
    if not path.exists():
        write_private(path, secrets.token_urlsafe(48))
    return path.read_text().strip()
