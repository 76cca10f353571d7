"""A mail server that keeps every message as a file instead of delivering it.

`python -m clinic.local.mail_catcher PORT FOLDER` listens on 127.0.0.1 and writes one `.eml` a
message. File names sort by time of arrival; a file appears whole or not at all.
"""

import asyncio
import errno
import itertools
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from clinic.local.ports import LOOPBACK

RECEIVED = "250 Message accepted for delivery"
# "try again later": the sender keeps the message and comes back
STORAGE_FULL = "452 Insufficient system storage"
MOST_BYTES = 32 * 1024 * 1024


class Folder:
    """Keeps messages in `path`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._numbers = itertools.count(1)

    def keep(self, content: bytes) -> Path:
        """Write one message and return its file. Raises OSError when the disk refuses."""
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}-{next(self._numbers):05d}.eml"
        draft = self.path / f".{name}.new"
        draft.write_bytes(content)
        return draft.rename(self.path / name)


class Catcher:
    """Answers the one question of an SMTP dialogue that matters here."""

    def __init__(self, folder: Folder) -> None:
        self.folder = folder

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep the message, its envelope in two header lines before it."""
        try:
            self.folder.keep(with_envelope(envelope))
        except OSError as refused:
            if refused.errno in (errno.ENOSPC, errno.EDQUOT):
                return STORAGE_FULL
            raise
        return RECEIVED


def with_envelope(envelope: Envelope) -> bytes:
    """The message as sent, preceded by whom it was from and for on the way (Bcc included)."""
    content = envelope.content or b""
    recipients = ", ".join(envelope.rcpt_tos)
    lines = f"X-Envelope-From: {envelope.mail_from}\r\nX-Envelope-To: {recipients}\r\n"
    return lines.encode() + (content if isinstance(content, bytes) else content.encode())


async def serve(port: int, folder: Path) -> None:
    """Listen until SIGTERM or SIGINT."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    catcher = Catcher(Folder(folder))
    loop, ending = asyncio.get_running_loop(), asyncio.Event()
    for sig in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sig, ending.set)
    server = await loop.create_server(
        lambda: SMTP(catcher, data_size_limit=MOST_BYTES, enable_SMTPUTF8=True, loop=loop),
        LOOPBACK,
        port,
    )
    async with server:
        await ending.wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
