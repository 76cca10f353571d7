"""Mails as bytes: those that Django and `email` write, only sooner."""

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives
from django.core.mail.message import BadHeaderError
from hypothesis import given
from hypothesis import strategies as st

from patients.actions.wire_form import wire_form

DATE = {"Date": "Fri, 27 Nov 2026 10:00:00 -0000", "Message-ID": "<one@clinic.example>"}


def mail(**changes: Any) -> EmailMultiAlternatives:
    headers = DATE | changes.pop("headers", {})
    values = {
        "subject": "Your visit is booked",
        "body": "Hello Ada,\n",
        "from_email": "Milia Clinic <reception@milia.example>",
        "to": ["ada@patient.example"],
    }
    made = EmailMultiAlternatives(**values | changes, headers=headers)
    made.attach_alternative("<p>Hello Ada,</p>\n", "text/html")
    return made


def by_django(written: EmailMultiAlternatives, boundaries: Iterator[str]) -> bytes:
    """What Django writes, with these boundaries between the parts."""
    message = written.message()
    for part in message.walk():
        if part.get_content_maintype() == "multipart":
            part.set_boundary(next(boundaries))
    return message.as_bytes(linesep="\r\n")  # type: ignore[call-arg,no-any-return]


def boundaries(content: bytes) -> list[str]:
    parts: Iterator[Message] = message_from_bytes(content).walk()
    return [found for part in parts if (found := part.get_boundary())]


def assert_is_djangos(written: EmailMultiAlternatives) -> None:
    content = wire_form(written)
    assert content == by_django(written, iter(boundaries(content)))


def with_files() -> EmailMultiAlternatives:
    made = mail()
    made.attach("visits.ics", b"BEGIN:VCALENDAR\r\n", "text/calendar; method=PUBLISH")
    made.attach("Pflege für zu Hause.pdf", b"%PDF-1.7\n\x00\xff", "application/pdf")
    return made


@pytest.mark.parametrize(
    "written",
    [
        mail(),
        mail(subject="Änderung: „Dienstag“ – 15:30 " + "und noch mehr " * 9),
        mail(subject="A subject of many words, too long for one line of a header " * 3),
        mail(to=["zoë@patient.example"], from_email="Klinik für Haut <r@milia.example>"),
        mail(to=[f"{'a' * 60}@{'b' * 60}.example"]),
        mail(body=".\n..two\nFrom Ada\nGrüße, übermorgen\n" + "x" * 1200, subject=""),
        mail(headers={"List-Unsubscribe": "<https://clinic.example/" + "x" * 90 + "/sun+visits/>"}),
        mail(headers={"X-Spaces": "  two before, and one after "}),
        with_files(),
    ],
    ids=lambda each: each.subject[:20] or "empty",
)
def test_every_byte_is_djangos(written: EmailMultiAlternatives) -> None:
    assert_is_djangos(written)


@pytest.mark.parametrize("length", range(60, 85))
def test_a_header_of_any_length_is_folded_as_django_folds_it(length: int) -> None:
    words = ("one two " * 12)[:length]
    assert_is_djangos(mail(subject=words, headers={"X-Note": words}))


@given(subject=st.text(st.characters(min_codepoint=32, max_codepoint=382), max_size=120))
def test_headers_are_folded_as_django_folds_them(subject: str) -> None:
    assert_is_djangos(mail(subject=subject, headers={"X-Note": subject}))


def test_parts_within_parts_have_boundaries_of_their_own() -> None:
    first, second = boundaries(wire_form(with_files())), boundaries(wire_form(with_files()))
    assert len({*first, *second}) == 4
    assert all(re.fullmatch(r"=_[0-9a-f]{24}", each) for each in first + second)


def test_a_line_break_in_a_header_is_refused() -> None:
    with pytest.raises(BadHeaderError):
        wire_form(mail(subject="Hello\nBcc: all@clinic.example"))
