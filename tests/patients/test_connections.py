"""Kept connections that end, servers that greet slowly, addresses that no envelope can carry."""

import asyncio
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from patients.actions import delivery
from patients.models import MailService, Message, Patient
from patients.subjects import Stop
from tests.conftest import NOW, Cast
from tests.factories.patients import PatientFactory
from tests.flows.running import mail_server
from tests.patients.stories import Story, plan, tell
from tests.smtp import Postbox


@pytest.fixture
def story() -> Story:
    return tell()


class ThreeEach(Postbox):
    """Takes three letters over one connection, as many servers take a hundred."""

    def __init__(self, hangs_up: bool) -> None:
        super().__init__()
        self.hangs_up, self.greeted = hangs_up, 0
        self.taken: dict[Session, int] = {}

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        hostname: str,
        responses: list[str],
    ) -> list[str]:
        self.greeted += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.taken[session] = self.taken.get(session, 0) + 1
        if self.taken[session] > 3:
            if self.hangs_up:
                assert server.transport is not None
                server.transport.close()
            return "421 4.7.0 Too many letters in this connection"
        envelope.mail_from = address
        return "250 OK"


@pytest.mark.parametrize("hangs_up", [False, True])
def test_a_server_that_ends_a_connection_after_some_letters_is_not_ill(
    cast: Cast, story: Story, settings: Any, hangs_up: bool
) -> None:
    for number in range(8):
        patient = PatientFactory(email=f"p{number}@patient.example", email_consent="given")
        plan(cast, patient=patient, subject=f"story:{number}")
    server = ThreeEach(hangs_up)
    with mail_server(server) as settings.EMAIL_PORT:
        assert delivery.deliver_due(now=NOW) == 8
    assert sorted(mail["To"] for mail in server.mails) == [
        f"p{number}@patient.example" for number in range(8)
    ]
    assert server.greeted == 3
    assert MailService.objects.get().failures == 0


class Slow(Postbox):
    """Takes its time to greet, while something happens."""

    def __init__(self, story: Story) -> None:
        super().__init__()
        self.story = story

    async def handle_EHLO(  # noqa: N802
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        hostname: str,
        responses: list[str],
    ) -> list[str]:
        self.story.answer = Stop("the visit was cancelled")
        await asyncio.sleep(2 * delivery.FRESH_SECONDS)
        session.host_name = hostname
        return responses


def test_what_changes_while_a_server_greets_is_seen(
    cast: Cast, story: Story, settings: Any
) -> None:
    """The last look comes after it (P10)."""
    message, server = plan(cast), Slow(story)
    with mail_server(server) as settings.EMAIL_PORT:
        delivery.deliver_due(now=NOW)
    message.refresh_from_db()
    assert (message.status, message.reason) == ("suppressed", "the visit was cancelled")
    assert server.raw == []


class Tarpit(Postbox):
    """Takes its time for every text."""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        await asyncio.sleep(2.5)
        return await super().handle_DATA(server, session, envelope)


def test_no_letter_is_begun_that_may_not_end_in_time(
    cast: Cast, story: Story, settings: Any
) -> None:
    """A task that takes too long is killed, perhaps between a letter and its answer."""
    plan(cast)
    plan(cast, patient=cast.ben, subject="story:2")
    server = Tarpit()
    with mail_server(server) as settings.EMAIL_PORT:
        assert delivery.deliver_due(now=NOW, seconds=4) == 1
    assert len(server.raw) == 1
    assert sorted(Message.objects.values_list("status", flat=True)) == ["planned", "sent"]


def test_a_domain_in_another_script_is_written_in_ascii(
    cast: Cast, story: Story, postbox: Postbox
) -> None:
    Patient.objects.update(email="ada@müller.example")
    plan(cast)
    assert delivery.deliver_due(now=NOW) == 1
    assert postbox.recipients == ["ada@xn--mller-kva.example"]
    assert postbox.mails[0]["To"] == "ada@xn--mller-kva.example"


def test_an_address_without_an_ascii_form_harms_only_itself(
    cast: Cast, story: Story, postbox: Postbox
) -> None:
    """It can be imported; nobody could type it."""
    cast.ada.email = "jörg@patient.example"
    cast.ada.save()
    hers = plan(cast)
    plan(cast, patient=cast.ben, subject="story:2")
    assert delivery.deliver_due(now=NOW) == 2

    assert postbox.recipients == ["ben@patient.example"]
    hers.refresh_from_db()
    assert (hers.status, hers.server_answer) == ("failed", "not an address that mail can go to")
    cast.ada.refresh_from_db()
    assert cast.ada.email_refused == "jörg@patient.example"
    assert not Message.objects.filter(status="claimed").exists()
