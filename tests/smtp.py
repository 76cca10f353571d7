"""A real SMTP server for tests, which can be told to misbehave."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Postbox:
    """What arrived, and what to answer instead: `refuse` maps a phase ("RCPT", "DATA") to a reply.

    `cut_after_data` closes the connection after the text was taken, without an answer.
    """

    def __init__(self) -> None:
        self.raw: list[bytes] = []
        self.recipients: list[str] = []
        self.refuse: dict[str, str] = {}
        self.cut_after_data = False

    @property
    def mails(self) -> list[EmailMessage]:
        return [message_from_bytes(raw, policy=policy.default) for raw in self.raw]

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if "RCPT" in self.refuse:
            return self.refuse["RCPT"]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if "DATA" in self.refuse:
            return self.refuse["DATA"]
        content = envelope.original_content
        assert content is not None
        self.raw.append(content)
        self.recipients += envelope.rcpt_tos
        if self.cut_after_data:
            assert server.transport is not None
            server.transport.close()
        return f"250 kept as {len(self.raw)}"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def smtp_server() -> Iterator[tuple[Postbox, int]]:
    """A server on a free loopback port; ends with the block."""
    postbox = Postbox()
    controller = Controller(postbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield postbox, controller.port
    finally:
        controller.stop()
