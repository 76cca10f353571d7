"""One SMTP dialogue, with its outcome told apart by phase.

Django's backend says only "it failed"; what to do next depends on where it failed and on the
server's own code, so the dialogue is spoken here, over the connection that the backend opens.
"""

import smtplib
import ssl
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from types import TracebackType
from typing import Self

from django.conf import settings
from django.core.mail.backends.smtp import EmailBackend
from django.utils.encoding import punycode


class Verdict(Enum):
    ACCEPTED = "accepted"
    LATER = "later"  # 4xx for this letter: try again, it counts as an attempt
    REFUSED = "refused"  # 5xx: final
    DOWN = "down"  # the service, not the letter, is ill: no attempt is counted
    UNKNOWN = "unknown"  # cut between the final dot and the answer: maybe delivered


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one letter; `bad_address`: nobody will ever be reached there."""

    verdict: Verdict
    answer: str
    bad_address: bool = False


Answers = Iterator[tuple[int, bytes]]
"""Of the server, in the order of the commands."""

_GO = 354  # "start mail input"
# no such mailbox, not here, not a name; with 5.7 in front it is a matter of policy instead
_NOBODY_THERE = (550, 551, 553)
_POLICY = "5.7."


class Transport:
    """A kept connection: `with Transport() as post: post.send(address, content)`."""

    def __init__(self) -> None:
        self._backend = EmailBackend()
        self._is_used = False
        self._failed: Outcome | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._backend.close()

    def connect(self) -> bool:
        """Connect and greet; whether that was still to be done. If it fails, `send` says how."""
        if self._failed or self._backend.connection:
            return False
        connected = self._connected()
        self._failed = connected if isinstance(connected, Outcome) else None
        return True

    def send(self, to: str, content: bytes) -> Outcome:
        """Hand one letter (`wire_form`) to the server, for one address; never raises for what a
        server or network does."""
        try:
            recipient = _mailbox(to)
        except UnicodeError:
            return Outcome(Verdict.REFUSED, "not an address that mail can go to", bad_address=True)
        if self._failed:
            return self._failed
        was_used = self._is_used
        outcome = self._try(recipient, content)
        if outcome.verdict is Verdict.DOWN and was_used:
            # many servers end a connection after so many letters: that is no illness
            self._drop()
            outcome = self._try(recipient, content)
        self._is_used = outcome.verdict is not Verdict.DOWN and self._backend.connection is not None
        return outcome

    def _connected(self) -> smtplib.SMTP | Outcome:
        try:
            self._backend.open()
            if (smtp := self._backend.connection) is None:
                return Outcome(Verdict.DOWN, "no connection")
            smtp.ehlo_or_helo_if_needed()
        except (OSError, smtplib.SMTPException, ssl.SSLError) as error:
            return self._down(error)
        return smtp

    def _try(self, recipient: str, content: bytes) -> Outcome:
        smtp = self._connected()
        if isinstance(smtp, Outcome):
            return smtp
        try:
            return self._converse(smtp, recipient, content)
        except (OSError, smtplib.SMTPException) as error:
            return self._down(error)

    def _converse(self, smtp: smtplib.SMTP, recipient: str, content: bytes) -> Outcome:
        envelope = (
            f"MAIL FROM:<{settings.RECEPTION_ADDRESS}>",
            f"RCPT TO:{smtplib.quoteaddr(recipient)}",
            "DATA",
        )
        if smtp.has_extn("pipelining"):
            answers = _all_at_once(smtp, envelope)
        else:
            answers = _one_by_one(smtp, envelope)
        return self._deliver(smtp, content, answers)

    def _deliver(self, smtp: smtplib.SMTP, content: bytes, answers: Answers) -> Outcome:
        """Judge the answers to sender, recipient and DATA as they come, then hand over the text."""
        code, text = next(answers)
        if code != 250:
            # our own sender is refused: that says nothing about this patient
            _abandon(smtp, answers)
            return Outcome(Verdict.DOWN, _answer(code, text))
        try:
            code, text = next(answers)
        except (OSError, smtplib.SMTPServerDisconnected) as error:
            # a server that hangs up on one address must not hold up all the others
            self._drop()
            return Outcome(Verdict.LATER, f"hung up on the address: {error}"[:300])
        if code not in (250, 251):
            _abandon(smtp, answers)
            return _judge(code, text)
        code, text = next(answers)
        if code != _GO:
            smtp.rset()
            return _judge(code, text)
        return self._hand_over(smtp, content)

    def _hand_over(self, smtp: smtplib.SMTP, content: bytes) -> Outcome:
        """The text and its final dot: from here on a lost connection leaves it unknown."""
        try:
            smtp.send(_with_dots(content))
            code, text = smtp.getreply()
        except (OSError, smtplib.SMTPServerDisconnected) as error:
            self._drop()
            return Outcome(Verdict.UNKNOWN, f"connection lost after the text: {error}"[:300])
        return _judge(code, text)

    def _down(self, error: Exception) -> Outcome:
        self._drop()
        return Outcome(Verdict.DOWN, f"{type(error).__name__}: {error}"[:300])

    def _drop(self) -> None:
        """Forget the connection without a farewell: the other side may be gone."""
        smtp, self._backend.connection = self._backend.connection, None
        if smtp is not None:
            smtp.close()


def _mailbox(address: str) -> str:
    """As an envelope names it, a domain in another script by its ASCII form (RFC 5891). Raises
    UnicodeError for an address that has none."""
    name, _at, domain = address.rpartition("@")
    name.encode("ascii")
    return f"{name}@{punycode(domain)}"


def _one_by_one(smtp: smtplib.SMTP, commands: Iterable[str]) -> Answers:
    for command in commands:
        yield smtp.docmd(command)


def _all_at_once(smtp: smtplib.SMTP, commands: Iterable[str]) -> Answers:
    """One packet instead of three: a server far away answers after one round trip (RFC 2920)."""
    smtp.send("".join(f"{command}\r\n" for command in commands))
    for _command in commands:
        yield smtp.getreply()


def _abandon(smtp: smtplib.SMTP, answers: Answers) -> None:
    """Take back what was begun. A server that was told everything at once may wait for a text: it
    gets an empty one, which it cannot deliver to anybody."""
    if smtp.has_extn("pipelining") and _GO in [code for code, _text in answers]:
        smtp.send(".\r\n")
        smtp.getreply()
    smtp.rset()


def _with_dots(content: bytes) -> bytes:
    """The text as SMTP carries it: a dot more before lines that begin with one, and the end."""
    first = b"." if content.startswith(b".") else b""
    ends = b"" if content.endswith(b"\r\n") else b"\r\n"
    return first + content.replace(b"\n.", b"\n..") + ends + b".\r\n"


def _answer(code: int, text: bytes | str) -> str:
    words = text.decode(errors="replace") if isinstance(text, bytes) else text
    return f"{code} {words}"[:300]


def _judge(code: int, text: bytes | str) -> Outcome:
    answer = _answer(code, text)
    if code == 421:
        return Outcome(Verdict.DOWN, answer)
    if 200 <= code < 300:
        return Outcome(Verdict.ACCEPTED, answer)
    if 400 <= code < 500:
        return Outcome(Verdict.LATER, answer)
    nobody = code in _NOBODY_THERE and _POLICY not in answer[:9]
    return Outcome(Verdict.REFUSED, answer, bad_address=nobody)
