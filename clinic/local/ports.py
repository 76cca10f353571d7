"""Ports on the own machine."""

import contextlib
import errno
import socket
from pathlib import Path

from clinic.local.places import write_private

LOOPBACK = "127.0.0.1"
BUSY = (errno.EADDRINUSE,)


def is_free(port: int, host: str = LOOPBACK) -> bool:
    """Whether a server could listen there now. Raises OSError for a host that is not ours."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        # as web servers do: an address that was just given up counts as free
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except (PermissionError, OverflowError):
            return False
        except OSError as refused:
            if refused.errno in BUSY:
                return False
            raise
    return True


def accepts(port: int, host: str = LOOPBACK) -> bool:
    """Whether somebody answers there."""
    with contextlib.suppress(OSError), socket.create_connection((host, port), timeout=1):
        return True
    return False


def remembered(note: Path) -> int:
    """A free port, the one in the file `note` again if it still is free."""
    with contextlib.suppress(FileNotFoundError, ValueError):
        if is_free(port := int(note.read_text())):
            return port
    port = any_free()
    write_private(note, str(port))
    return port


def any_free() -> int:
    """A free port."""
    with socket.socket() as any_port:
        any_port.bind((LOOPBACK, 0))
        return int(any_port.getsockname()[1])
