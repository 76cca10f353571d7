"""A real Celery worker on the real broker and database, and real SMTP: nothing stands in."""

import asyncio
import threading
from datetime import UTC, datetime, timedelta

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from clinic.actions import booking
from clinic.actions.claims import Claim
from clinic.celery import app
from clinic.models import Appointment, Service
from patients.actions import delivery
from patients.actions.nudge import DELIVER
from patients.actions.priority import BEHIND_PAGES
from patients.models import Message, Patient
from tests.conftest import Cast
from tests.flows.running import eventually, mail_server, next_tuesday, open_clinic, worker
from tests.flows.series import events_of
from tests.smtp import Postbox

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]


class Stalling(Postbox):
    """Takes the text of a letter and never answers."""

    def __init__(self) -> None:
        super().__init__()
        self.reached = threading.Event()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.reached.set()
        await asyncio.Event().wait()
        return "never said"


def book(cast: Cast, patient: Patient, hour: int) -> Appointment:
    claim = Claim(
        Service.objects.get(key="glycolic"),
        next_tuesday(hour),
        (cast.dr_cole.pk, cast.peel_room.pk),
    )
    return booking.book(
        claim=claim, patient=patient, location=cast.harbour, by=cast.fern, now=datetime.now(UTC)
    )


def the_letter(appointment: Appointment) -> Message:
    return Message.objects.get(subject_key=f"booking:{appointment.booking_id}")


def test_booking_wakes_a_worker_who_sends_each_letter_once() -> None:
    cast, postbox = open_clinic(), Postbox()
    with mail_server(postbox) as port, worker(port) as running:
        first = book(cast, cast.ada, 10)
        eventually(lambda: the_letter(first).status == "sent", "the confirmation is sent")
        assert running.priority == BEHIND_PAGES
        second = book(cast, cast.ben, 11)
        eventually(lambda: the_letter(second).status == "sent", "the second is sent too")

    sent = {mail["To"]: mail for mail in postbox.mails}
    assert len(postbox.raw) == 2
    assert sent["ada@patient.example"]["Message-ID"] == the_letter(first).message_id
    assert sent["ben@patient.example"]["Message-ID"] == the_letter(second).message_id
    (event,) = events_of(sent["ada@patient.example"])
    assert event["DTSTART"].dt == next_tuesday(10)


def test_a_worker_killed_in_the_middle_of_a_letter_loses_nothing() -> None:
    cast, stalling, postbox = open_clinic(), Stalling(), Postbox()
    with mail_server(stalling) as port, worker(port) as struck:
        appointment = book(cast, cast.ada, 10)
        assert stalling.reached.wait(60), "the letter never reached the server"
        struck.kill()

    lost = the_letter(appointment)
    assert lost.status == "claimed"
    assert lost.lease_until is not None
    # while its lease runs nobody else may take it: the dead worker could still be alive
    assert delivery.recover(now=lost.lease_until - timedelta(seconds=1)) == 0
    assert delivery.recover(now=lost.lease_until + timedelta(seconds=1)) == 1

    with mail_server(postbox) as port, worker(port):
        app.send_task(DELIVER, ignore_result=True)
        eventually(lambda: the_letter(appointment).status == "sent", "another worker sends it")
    (mail,) = postbox.mails
    assert mail["Message-ID"] == lost.message_id
    found = the_letter(appointment)
    assert (found.attempts, found.lost_claims) == (0, 1)
