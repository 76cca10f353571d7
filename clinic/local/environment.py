"""The settings a clinic on one's own machine is run with."""

import os
from collections.abc import Mapping
from pathlib import Path

from clinic.local.places import VAR, Places, secret
from clinic.local.ports import LOOPBACK


def var_folder() -> Path:
    """Where everything is kept: CLINIC_VAR, or `var/` in the checkout."""
    return Path(os.environ.get("CLINIC_VAR") or VAR).absolute()


def local_environment(
    places: Places, addresses: Mapping[str, str], *, host: str = LOOPBACK, port: int = 8000
) -> dict[str, str]:
    """The caller's environment, completed; what the caller has set stays.

    LOCAL=true lets the pages work over plain http; everything else behaves as in production.
    """
    own = {
        "LOCAL": "true",
        "BASE_URL": f"http://{address(host, port)}",
        "ALLOWED_HOSTS": ",".join(dict.fromkeys((LOOPBACK, "localhost", reachable(host)))),
        "SECRET_KEY": secret(places.run / "secret-key"),
        "CLINIC_VAR": str(places.base),
        "PYTHONUNBUFFERED": "1",
    }
    given = {name: value for name, value in os.environ.items() if value}
    return own | dict(addresses) | given


def reachable(host: str) -> str:
    """A name a browser on this machine can use for the address `host` listens on."""
    return LOOPBACK if host in ("0.0.0.0", "::") else host  # noqa: S104


def address(host: str, port: int) -> str:
    """`host` and `port` as they stand in a link."""
    name = reachable(host)
    return f"[{name}]:{port}" if ":" in name else f"{name}:{port}"
