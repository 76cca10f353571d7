"""Asks the public advisory database about the locked packages, where it can be reached.

`python -m clinic.local.advisories LOCK [--strict]` prints what is known. Only with --strict does a
known advisory give the exit code 1: news about a package must not turn yesterday's build red.
"""

import json
import subprocess
import sys
from typing import TypedDict

SECONDS = 120
UNREACHABLE = "The advisory database is not reachable from here; the packages were not checked."


class Advisory(TypedDict):
    id: str
    fix_versions: list[str]


class Audited(TypedDict, total=False):
    name: str
    version: str
    vulns: list[Advisory]
    skip_reason: str


def audited(lock: str) -> list[Audited]:
    """What the database says about each package of `lock`; empty when it cannot be asked."""
    options = ["--require-hashes", "--disable-pip", "--progress-spinner", "off", "-f", "json"]
    command = [sys.executable, "-m", "pip_audit", "-r", lock, *options]
    try:
        asked = subprocess.run(
            command, capture_output=True, text=True, timeout=SECONDS, check=False
        )
        packages: list[Audited] = json.loads(asked.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, ValueError, KeyError):
        return []
    # a mirror without the database answers "unknown package" for all of them
    return [package for package in packages if "skip_reason" not in package]


def sentences(packages: list[Audited]) -> list[str]:
    """One line per advisory: package, advisory, versions that mend it."""
    return [
        f"{package['name']} {package['version']}: {advisory['id']}, "
        f"mended in {', '.join(advisory['fix_versions']) or 'no version yet'}"
        for package in packages
        for advisory in package["vulns"]
    ]


def main(words: list[str]) -> int:
    """Print what is known about the lock `words[0]`."""
    packages = audited(words[0])
    if not packages:
        print(UNREACHABLE)
        return 0
    found = sentences(packages)
    print("\n".join([*found, f"{len(packages)} packages asked about, {len(found)} advisories."]))
    return 1 if found and "--strict" in words else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
