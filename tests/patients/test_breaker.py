"""The mail server is left alone while it is ill, a refused address for good, and the provider's
rate is kept by all workers together."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from patients.actions import addresses, breaker, delivery, messages
from patients.models import MailService, Message, Patient
from patients.subjects import Stop
from tests.conftest import NOW, Cast
from tests.patients.stories import Story, plan, tell
from tests.smtp import Postbox

SECOND = timedelta(seconds=1)
NAME = "patients_patient_address_refused_at"


@pytest.fixture
def story() -> Story:
    return tell()


def no_server(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9


def test_five_failures_in_a_row_open_it_and_one_letter_is_the_probe(
    cast: Cast, story: Story, settings: Any
) -> None:
    no_server(settings)
    plan(cast)
    plan(cast, patient=cast.ben, subject="story:2")
    when = NOW
    for failures in range(1, 6):
        delivery.deliver_due(now=when)
        service = MailService.objects.get()
        assert (service.failures, service.is_open) == (failures, failures == 5)
        when += 31 * SECOND
    opened_at = service.opened_at
    assert service.probe_at == opened_at + breaker.PROBE_EVERY
    assert service.last_answer.startswith("ConnectionRefusedError")

    # half a minute later one of the two is tried, once
    assert breaker.admit(letters=20, now=opened_at + 29 * SECOND) == 0
    assert breaker.admit(letters=20, now=opened_at + 30 * SECOND) == 1
    assert breaker.admit(letters=20, now=opened_at + 30 * SECOND) == 0
    assert {row.attempts for row in Message.objects.all()} == {0}


def test_the_first_answer_closes_it_and_everything_goes(
    cast: Cast, story: Story, postbox: Postbox
) -> None:
    for _ in range(5):
        breaker.admit(letters=1, now=NOW)
        breaker.note_failure(answer="421 busy", now=NOW)
    plan(cast)
    plan(cast, patient=cast.ben, subject="story:2")

    assert delivery.deliver_due(now=NOW) == 0
    assert postbox.raw == []
    assert delivery.deliver_due(now=NOW + 30 * SECOND) == 1
    assert MailService.objects.get().failures == 0
    assert delivery.deliver_due(now=NOW + 31 * SECOND) == 1
    assert len(postbox.raw) == 2


def test_a_refusal_of_one_letter_is_an_answer_of_a_healthy_server(
    cast: Cast, story: Story, postbox: Postbox
) -> None:
    breaker.admit(letters=1, now=NOW)
    for _ in range(4):
        breaker.note_failure(answer="421 busy", now=NOW)
    plan(cast)
    postbox.refuse["RCPT"] = "451 try later"
    delivery.deliver_due(now=NOW)
    assert MailService.objects.get().failures == 0


@pytest.mark.parametrize("phase", ["RCPT", "DATA"])
@pytest.mark.parametrize("answer", ["550 5.1.1 no such user", "551 not here", "553 no such name"])
def test_an_address_that_is_nobodys_is_not_tried_again(
    cast: Cast, story: Story, postbox: Postbox, answer: str, phase: str
) -> None:
    plan(cast)
    later = plan(cast, subject="story:2", due=NOW + timedelta(days=1))
    postbox.refuse[phase] = answer
    delivery.deliver_due(now=NOW)

    ada = Patient.objects.get(pk=cast.ada.pk)
    assert (ada.email_refused, ada.email_refused_at) == ("ada@patient.example", NOW)
    assert ada.email_refused_answer == answer
    assert ada.why_not_emailed == "the mail server refused this address"

    postbox.refuse.clear()
    delivery.deliver_due(now=NOW + timedelta(days=1))
    later.refresh_from_db()
    assert (later.status, later.reason) == ("suppressed", "the mail server refused this address")
    assert postbox.raw == []


@pytest.mark.parametrize("answer", ["550 5.7.1 looks like spam", "552 full", "554 no"])
def test_a_refusal_that_says_nothing_of_the_address_leaves_it_alone(
    cast: Cast, story: Story, postbox: Postbox, answer: str
) -> None:
    message = plan(cast)
    postbox.refuse["DATA"] = answer
    delivery.deliver_due(now=NOW)
    message.refresh_from_db()
    assert message.status == "failed"
    assert Patient.objects.get(pk=cast.ada.pk).may_be_emailed


def test_another_address_is_a_new_chance_and_so_is_the_desks_word(cast: Cast) -> None:
    ada = cast.ada
    ada.email_refused, ada.email_refused_at = ada.email, NOW
    ada.save()
    ada.email = "ada@other.example"
    assert ada.may_be_emailed
    ada.email = "ada@patient.example"
    assert not ada.may_be_emailed
    addresses.try_again(patient=ada, by=cast.fern, now=NOW)
    assert Patient.objects.get(pk=ada.pk).may_be_emailed


def test_an_address_is_refused_at_some_time(cast: Cast) -> None:
    cast.ada.email_refused = "ada@patient.example"
    with (
        pytest.raises(IntegrityError, match=NAME),
        transaction.atomic(),
    ):
        cast.ada.save()


def test_there_is_one_mail_service_and_it_is_open_with_a_probe(db: None) -> None:
    for name, fields in (
        ("patients_mailservice_one_row", {"pk": 2}),
        ("patients_mailservice_open_with_probe", {"pk": 1, "opened_at": NOW}),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            MailService.objects.create(**fields)


def test_the_rate_of_the_provider_is_shared_by_all(db: None, settings: Any) -> None:
    breaker.admit(letters=1, now=NOW)
    assert breaker.seconds_to_wait(now=NOW) == 0
    settings.MAIL_PER_MINUTE = 30
    waits = [breaker.seconds_to_wait(now=NOW) for _ in range(3)]
    assert waits == [0, 2, 4]
    # who was idle has saved up nothing
    assert breaker.seconds_to_wait(now=NOW + timedelta(minutes=10)) == 0
    assert breaker.seconds_to_wait(now=NOW + timedelta(minutes=10)) == 2


def test_what_the_rate_leaves_no_time_for_is_given_back(
    cast: Cast, story: Story, postbox: Postbox, settings: Any
) -> None:
    settings.MAIL_PER_MINUTE = 1
    plan(cast)
    plan(cast, patient=cast.ben, subject="story:2")
    assert delivery.deliver_due(now=NOW, seconds=5) == 1
    assert len(postbox.raw) == 1
    assert sorted(Message.objects.values_list("status", flat=True)) == ["planned", "sent"]


def test_what_changes_while_the_rate_makes_wait_is_seen(
    cast: Cast,
    story: Story,
    postbox: Postbox,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The wait comes before the last look, however long it is (P10)."""
    settings.MAIL_PER_MINUTE = 60
    plan(cast)
    late = plan(cast, patient=cast.ben, subject="story:2")

    def meanwhile(seconds: float, wait: Callable[[float], None] = time.sleep) -> None:
        story.answer = Stop("the visit was cancelled")
        wait(seconds)

    monkeypatch.setattr(time, "sleep", meanwhile)
    assert delivery.deliver_due(now=NOW, seconds=30) == 2
    late.refresh_from_db()
    assert (late.status, late.reason) == ("suppressed", "the visit was cancelled")
    assert [mail["To"] for mail in postbox.mails] == ["ada@patient.example"]


# By hand ------------------------------------------------------------------------------------------


def test_send_now_brings_it_forward(cast: Cast, story: Story, postbox: Postbox) -> None:
    message = plan(cast, due=NOW + timedelta(hours=3))
    assert delivery.deliver_due(now=NOW) == 0
    messages.send_now(message=message, now=NOW)
    assert delivery.deliver_due(now=NOW) == 1
    with pytest.raises(messages.MessageRefused, match="This one is: sent"):
        messages.send_now(message=message, now=NOW)


def test_a_copy_is_sent_once_however_often_the_button_is_pressed(
    cast: Cast, story: Story, postbox: Postbox
) -> None:
    message = plan(cast, occurrence="2026-11-29/+1")
    with pytest.raises(messages.MessageRefused, match="still on its way"):
        messages.send_again(message=message, by=cast.fern, now=NOW)
    delivery.deliver_due(now=NOW)
    message.refresh_from_db()

    copy = messages.send_again(message=message, by=cast.fern, now=NOW)
    assert messages.send_again(message=message, by=cast.fern, now=NOW) == copy
    assert (copy.occurrence, copy.asked_by) == ("2026-11-29/+1#1", cast.fern)
    # planning anew, which knows of no copies, leaves it alone
    plan(cast, occurrence="2026-11-29/+1")
    delivery.deliver_due(now=NOW)
    assert [mail["Message-ID"] for mail in postbox.mails] == [message.message_id, copy.message_id]
    assert messages.send_again(message=message, by=cast.fern, now=NOW).occurrence.endswith("#2")


def test_no_copy_goes_where_nothing_may_go(cast: Cast, story: Story, postbox: Postbox) -> None:
    message = plan(cast)
    delivery.deliver_due(now=NOW)
    message.refresh_from_db()
    message.patient.email = ""
    with pytest.raises(messages.MessageRefused, match="no e-mail address"):
        messages.send_again(message=message, by=cast.fern, now=NOW)
