"""Makes `.venv` and installs a lock file into it: all a fresh clone needs, before anything else.

    python3 clinic/local/bootstrap.py requirements-dev.lock [ARGUMENT ...]

With arguments, `.venv`'s Python is then run with them in this process's place. Standard library
only, and readable by old Pythons: they are told so in a sentence. Packages come from wherever pip
or uv is configured to take them from; every file is checked against the hashes in the lock.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
VENV = Path(".venv")
PYTHON = VENV / "bin" / "python"
STAMP = VENV / ".installed.json"
# each holds all of the one before it: a smaller one needs nothing more after a larger
LOCKS = [
    "requirements.lock",
    "requirements-local.lock",
    "requirements-dev.lock",
    "requirements-bench.lock",
]
UV_LOCK = "requirements-uv.lock"
OLDEST = (3, 11)
NEWER_NAMES = ("python3.11", "python3.12", "python3.13", "python3.14")
# uv does not read pip's configuration: what uv calls the settings that say where packages are
UV_NAMES = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "cert": "SSL_CERT_FILE",
}


class InstallError(Exception):
    """One plain sentence for the person at the terminal."""


def main(words: list[str]) -> int:
    """Install the lock `words[0]`, then become `.venv`'s Python with the other words, if any."""
    os.chdir(ROOT)
    if sys.version_info < OLDEST:
        return use_newer_python(words)
    try:
        with one_at_a_time():
            install(words[0])
    except InstallError as sentence:
        print(sentence, file=sys.stderr)
        return 1
    if words[1:]:
        keep_bytecode()
        os.execv(PYTHON, [str(PYTHON), *words[1:]])  # noqa: S606
    return 0


def keep_bytecode() -> None:
    """Where Python is told to write no __pycache__, what is started here writes into `.venv`.

    The checkout stays clean, and a dozen processes need not each compile all of Django.
    """
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
        os.environ.setdefault("PYTHONPYCACHEPREFIX", str(ROOT / VENV / "pycache"))


def use_newer_python(words: list[str]) -> int:
    """Start again with a Python that is new enough, or say that there is none."""
    for name in NEWER_NAMES:
        found = shutil.which(name)
        if found:
            os.execv(found, [found, str(ROOT / "clinic/local/bootstrap.py"), *words])  # noqa: S606
    print(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}.", file=sys.stderr)
    return 1


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """Of two terminals that start together the second waits for the first one's installation."""
    Path("var").mkdir(exist_ok=True)
    with Path("var/bootstrap.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        yield


def install(lock: str) -> None:
    """Bring `.venv` up to `lock`, unless it already is. Raises InstallError."""
    state, level, usable = fingerprint(), LOCKS.index(lock), works(PYTHON)
    if usable and stamped(state) >= level:
        return
    print("Installing the locked packages into .venv; this is done once per lock.", flush=True)
    if not usable:
        make_venv()
    fetch(lock)
    STAMP.write_text(json.dumps({"state": state, "level": level}))


def fingerprint() -> str:
    """Changes with any of the locks, with the Python, and when the checkout is moved."""
    whole = hashlib.sha256(f"{sys.version_info[:2]} {ROOT}".encode())
    for lock in LOCKS:
        whole.update(Path(lock).read_bytes())
    return whole.hexdigest()


def stamped(state: str) -> int:
    """The largest lock installed in this state, as its place in LOCKS; -1 for none."""
    try:
        found = json.loads(STAMP.read_text())
        return int(found["level"]) if found["state"] == state else -1
    except (OSError, ValueError, KeyError):
        return -1


def works(python: Path) -> bool:
    """Whether it runs, in this script's own version (a system upgrade may have taken it away)."""
    question = "import sys; print(sys.version_info[:2])"
    try:
        return said([str(python), "-c", question]) == str(sys.version_info[:2])
    except InstallError:
        return False


def make_venv() -> None:
    """Make an empty `.venv` by Python's own venv, or by uv. Raises InstallError."""
    uv = shutil.which("uv")
    try:
        said([sys.executable, "-m", "venv", "--clear", str(VENV)])
    except InstallError:
        shutil.rmtree(VENV, ignore_errors=True)
        if uv is None:
            raise InstallError(
                "Python's venv module is missing or broken: install it "
                "(Debian and Ubuntu: apt-get install python3-venv), then start again."
            ) from None
        said([uv, "venv", "--quiet", "--seed", "--python", sys.executable, str(VENV)])


def fetch(lock: str) -> None:
    """Install `lock`: by an installed uv, by one fetched into `.venv`, else slowly by pip."""
    options = ["--quiet", "--require-hashes", "-r", lock]
    uv = shutil.which("uv") or fetched_uv()
    if uv:
        with contextlib.suppress(InstallError):
            said([uv, "pip", "install", "--python", str(PYTHON), *options], pip_settings_for_uv())
            return
    print("Without uv this takes about a minute.", flush=True)
    said([str(PYTHON), "-m", "pip", "install", *options])


def fetched_uv() -> str | None:
    """The path of a uv in `.venv`, fetched by pip; None where that is not possible."""
    uv = str(VENV / "bin" / "uv")
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--require-hashes", "-r", UV_LOCK]
    try:
        said([uv, "--version"] if Path(uv).exists() else pip)
    except InstallError:
        return None
    return uv


def pip_settings_for_uv() -> dict[str, str]:
    """Where pip takes packages from, in uv's words; nothing where uv has its own settings."""
    if any(name.startswith("UV_") for name in os.environ):
        return {}
    try:
        listed = said([str(PYTHON), "-m", "pip", "config", "list"]).splitlines()
    except InstallError:
        return {}
    found = {}
    # the environment's settings are listed first and win
    for line in reversed(listed):
        key, _, value = line.partition("=")
        name = UV_NAMES.get(key.rpartition(".")[2])
        if name:
            found[name] = " ".join(value.strip("'\"").replace("\\n", " ").split())
    if found.get("UV_FIND_LINKS"):
        found["UV_FIND_LINKS"] = found["UV_FIND_LINKS"].replace(" ", ",")
    # as pip does: any index may have the file, the hash says whether it is the right one
    return {**found, "UV_INDEX_STRATEGY": "unsafe-best-match"}


def said(command: list[str], settings: dict[str, str] | None = None) -> str:
    """What `command` printed. Raises InstallError with its last line when it fails."""
    env = {**(settings or {}), **os.environ}
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, env=env, check=False
        )
    except OSError as refused:
        raise InstallError(f"{command[0]} could not be started: {refused.strerror}.") from None
    if done.returncode:
        lines = (done.stdout + done.stderr).decode(errors="replace").splitlines()
        last = next((line.strip() for line in reversed(lines) if line.strip()), "no reason given")
        raise InstallError(f"The packages could not be installed: {last}")
    return done.stdout.decode(errors="replace").strip()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
