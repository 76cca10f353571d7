"""The database drops a sender between the mail server's answer and the record of it."""

from datetime import timedelta
from typing import Any

import psycopg
import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import DatabaseError, connection

from patients.actions import delivery
from patients.actions.leases import LEASE
from patients.models import Message
from tests.conftest import NOW
from tests.flows.running import database_url, mail_server, open_clinic
from tests.patients.stories import plan, tell
from tests.smtp import Postbox

pytestmark = pytest.mark.django_db(transaction=True)


class Cutting(Postbox):
    """Takes the second letter, and cuts the session of its sender before it says so."""

    def __init__(self, session: int) -> None:
        super().__init__()
        self._session = session

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = await super().handle_DATA(server, session, envelope)
        if len(self.raw) == 2:
            with psycopg.connect(database_url(), autocommit=True) as other:
                other.execute("SELECT pg_terminate_backend(%s)", [self._session])
        return answer


def test_letters_not_begun_are_free_at_once_and_the_one_in_hand_keeps_its_lease(
    settings: Any,
) -> None:
    cast = open_clinic()
    tell()
    letters = [
        plan(cast, subject=f"story:{n}", patient=each, due=NOW + timedelta(minutes=n), **own)
        for n, (each, own) in enumerate(
            [(cast.ada, {}), (cast.ben, {}), (cast.ada, {"transactional": True})]
        )
    ]
    now = NOW + timedelta(minutes=10)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    connection.ensure_connection()
    cutting = Cutting(connection.connection.info.backend_pid)
    with mail_server(cutting) as port:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        with pytest.raises(DatabaseError):
            delivery.deliver_due(now=now)

        states = [Message.objects.get(pk=each.pk).status for each in letters]
        assert sorted(states) == ["claimed", "planned", "sent"]
        assert len(cutting.raw) == 2

        # the rest goes with the next round; what may have gone out waits for its lease
        assert delivery.deliver_due(now=now + timedelta(seconds=1)) == 1
        assert delivery.recover(now=now + LEASE - timedelta(seconds=1)) == 0
        assert delivery.recover(now=now + LEASE + timedelta(seconds=2)) == 1
        assert delivery.deliver_due(now=now + LEASE + timedelta(seconds=2)) == 1
    assert Message.objects.filter(status="sent").count() == 3
    # the one in doubt came twice, under one Message-ID
    ids = [mail["Message-ID"] for mail in cutting.mails]
    assert (len(ids), len(set(ids))) == (4, 3)
