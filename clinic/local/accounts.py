"""Whom PostgreSQL runs as: it refuses root, so root lends it an unprivileged account."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path

from clinic.local.processes import LocalError

CANDIDATES = ("postgres", "nobody")


@dataclass(frozen=True)
class Account:
    """Numbers for `subprocess`; all None when the caller's own account is used."""

    uid: int | None = None
    gid: int | None = None
    groups: list[int] | None = None

    @classmethod
    def for_database(cls) -> "Account":
        """The caller, or for root the account named in EMBEDDED_RUN_AS, `postgres` or `nobody`."""
        if os.geteuid() != 0:
            return cls()
        known = {entry.pw_name: entry for entry in pwd.getpwall()}
        for name in (os.environ.get("EMBEDDED_RUN_AS", ""), *CANDIDATES):
            if entry := known.get(name):
                return cls(entry.pw_uid, entry.pw_gid, [])
        raise LocalError(
            "PostgreSQL does not run as root, and neither the account postgres nor nobody "
            "exists: name another one in EMBEDDED_RUN_AS."
        )

    def reaches(self, path: Path) -> bool:
        """Whether it may walk into (or execute) `path`, through every folder above it."""
        if self.uid is None:
            return True
        question = ["test", "-x", str(path)]
        answer = subprocess.run(
            question, user=self.uid, group=self.gid, extra_groups=self.groups, check=False
        )
        return answer.returncode == 0

    def own_folder(self, folder: Path) -> None:
        """Make `folder`, private (0700) to this account. Raises LocalError if it is another's."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        owner = folder.lstat().st_uid
        if folder.is_symlink() or owner not in (os.geteuid(), self.uid):
            raise LocalError(f"{folder} belongs to somebody else; it is not touched.")
        self.give(folder)
        folder.chmod(0o700)

    def let_through(self, folder: Path) -> None:
        """Let this account walk through root's `folder`, without listing it."""
        if self.uid is not None:
            folder.chmod(folder.stat().st_mode | 0o011)

    def give(self, path: Path) -> None:
        """Make this account the owner of `path`."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)
