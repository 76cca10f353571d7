"""The browser of the browser tests: an installed Chromium, fetched from Debian where possible.

`python -m clinic.local.browser` looks for one and, as root on Debian or Ubuntu, installs one when
there is none (not with NO_BROWSER_INSTALL set). It never fails: without a browser those tests are
skipped and say how to get it.
"""

import os
import shutil
import subprocess
import sys

NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
)
PACKAGES = ("chromium-headless-shell", "fonts-dejavu-core")
HOW_TO = (
    "No Chromium was found, so the browser tests are skipped. Install one (Debian: "
    "apt-get install chromium-headless-shell; macOS: brew install chromium) "
    "or name one in BROWSER_PATH."
)


def executable() -> str | None:
    """The browser's path: BROWSER_PATH, else the first known name on PATH; None without one."""
    if named := os.environ.get("BROWSER_PATH"):
        return shutil.which(named)
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def can_install() -> bool:
    """Whether this is root on a system with Debian's packages, and nobody objects."""
    unwanted = os.environ.get("NO_BROWSER_INSTALL")
    return os.geteuid() == 0 and bool(shutil.which("apt-get")) and not unwanted


def install() -> None:
    """Ask Debian for one; a refusal is told by the caller, who looks again."""
    print("Installing a headless Chromium for the browser tests.", flush=True)
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "-qq", "update"],
        ["apt-get", "-qq", "install", "-y", "--no-install-recommends", *PACKAGES],
    ):
        subprocess.run(command, env=env, capture_output=True, check=False)


def main() -> int:
    """Have a browser if one can be had."""
    if executable() is None and can_install():
        install()
    if executable() is None:
        print(HOW_TO, file=sys.stderr)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
