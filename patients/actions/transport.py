"""One SMTP dialogue, with its outcome told apart by phase.

Django's backend says only "it failed"; what to do next depends on where it failed and on the
server's own code, so the dialogue is spoken here, over the connection that the backend opens.
"""

import smtplib
import ssl
from dataclasses import dataclass
from enum import Enum
from types import TracebackType
from typing import Self

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.smtp import EmailBackend


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


# no such mailbox, not here, not a name; with 5.7 in front it is a matter of policy instead
_NOBODY_THERE = (550, 551, 553)
_POLICY = "5.7."


class Transport:
    """A kept connection: `with Transport() as post: post.send(mail)`."""

    def __init__(self) -> None:
        self._backend = EmailBackend()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._backend.close()

    def send(self, mail: EmailMultiAlternatives) -> Outcome:
        """Hand one letter to the server; never raises for what a server or network does."""
        try:
            self._backend.open()
        except (OSError, smtplib.SMTPException, ssl.SSLError) as error:
            return self._down(error)
        smtp = self._backend.connection
        if smtp is None:
            return Outcome(Verdict.DOWN, "no connection")
        try:
            return self._converse(smtp, mail)
        except (OSError, smtplib.SMTPException) as error:
            return self._down(error)

    def _converse(self, smtp: smtplib.SMTP, mail: EmailMultiAlternatives) -> Outcome:
        smtp.ehlo_or_helo_if_needed()
        code, text = smtp.mail(settings.RECEPTION_ADDRESS)
        if code != 250:
            # our own sender is refused: that says nothing about this patient
            smtp.rset()
            return Outcome(Verdict.DOWN, _answer(code, text))
        try:
            code, text = smtp.rcpt(mail.to[0])
        except (OSError, smtplib.SMTPServerDisconnected) as error:
            # a server that hangs up on one address must not hold up all the others
            self._drop()
            return Outcome(Verdict.LATER, f"hung up on the address: {error}"[:300])
        if code not in (250, 251):
            smtp.rset()
            return _judge(code, text)
        # Django gives its messages a line separator of choice
        content = mail.message().as_bytes(linesep="\r\n")  # type: ignore[call-arg]
        try:
            code, text = smtp.data(content)
        except smtplib.SMTPDataError as error:
            smtp.rset()
            return _judge(error.smtp_code, error.smtp_error)
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
