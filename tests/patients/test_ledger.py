"""Why she did not get it: what the ledger says of messages that have not gone."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from patients.actions import delivery, messages
from patients.actions import preferences as choosing
from patients.actions.messages import MessageRefused
from patients.models import Message, Patient
from patients.queries import ledger
from patients.subjects import Hold, Stop
from tests.conftest import NOW, Cast
from tests.patients.stories import Story, plan, tell
from tests.treatments.test_series_views import words

As = Callable[[Any], Client]
HOUR = timedelta(hours=1)
NOT_RECORDED = "the visit is not recorded as attended yet"

pytestmark = pytest.mark.django_db


@pytest.fixture
def story() -> Story:
    return tell()


def why(message: Message, at: Any = NOW + HOUR) -> str:
    rows = Message.objects.filter(pk=message.pk).select_related("patient")
    (entry,) = ledger.entries(rows, at)
    return entry.detail


def held(story: Story) -> None:
    story.answer = Hold(NOW + 2 * HOUR, NOT_RECORDED)


def test_what_is_still_to_come_needs_no_reason(cast: Cast, story: Story) -> None:
    held(story)
    assert why(plan(cast, due=NOW + 2 * HOUR)) == ""


def test_past_its_hour_it_says_what_it_waits_for(
    cast: Cast, story: Story, as_: As, now: object
) -> None:
    message = plan(cast)
    held(story)
    delivery.deliver_due(now=NOW)
    assert why(message) == f"waits: {NOT_RECORDED}"
    for address in (
        reverse("message-list"),
        reverse("patient-messages", args=[cast.ada.pk]),
        reverse("message-preview", args=[message.pk]),
    ):
        with time_machine.travel(NOW + HOUR, tick=False):
            page = as_(cast.fern).get(address).content.decode()
            assert f"waits: {NOT_RECORDED}" in words(page)


def test_past_its_hour_it_says_that_it_is_no_longer_true(cast: Cast, story: Story) -> None:
    message = plan(cast)
    story.answer = Stop("the visit was cancelled")
    assert why(message) == "will not be sent: the visit was cancelled"


def test_in_quiet_hours_it_waits_for_their_end(cast: Cast, story: Story) -> None:
    night = NOW + timedelta(hours=13)
    assert why(plan(cast), night) == "waits: quiet hours"
    assert why(plan(cast, subject="story:2", transactional=True), night) == ""


def test_what_came_too_late_says_what_it_had_waited_for(cast: Cast, story: Story) -> None:
    message = plan(cast)
    held(story)
    delivery.deliver_due(now=NOW)
    delivery.deliver_due(now=NOW + 50 * HOUR)
    late = "too late: it could not be sent in time"
    assert why(message, NOW + 51 * HOUR) == f"{late}. {NOT_RECORDED}"
    story.answer = Story.answer
    assert why(message, NOW + 51 * HOUR) == late


def test_who_cannot_be_reached_is_said_before_the_hour(cast: Cast, story: Story, as_: As) -> None:
    message = plan(cast, due=NOW + 2 * HOUR)
    Patient.objects.filter(pk=cast.ada.pk).update(email="")
    assert why(message) == "will not be sent: no e-mail address"
    page = as_(cast.fern).get(reverse("patient-messages", args=[cast.ada.pk])).content.decode()
    assert (
        words(page).count("no e-mail address") == 2
    )  # once in the patient's head, once above the ledger


def test_what_is_not_wanted_is_said_before_the_hour(cast: Cast, story: Story) -> None:
    message = plan(cast, "sunscreen", due=NOW + 2 * HOUR)
    choosing.refuse(patient=cast.ada, purposes=["sun"], now=NOW)
    reason = "does not want: Sun protection between visits"
    assert why(message) == f"will not be sent: {reason}"
    Message.objects.filter(pk=message.pk).update(asked_by=cast.fern)
    assert why(message) == ""


def test_what_was_withdrawn_before_its_hour_is_not_among_what_did_not_come(
    cast: Cast, story: Story
) -> None:
    for number, due in enumerate((NOW, NOW + 90 * 24 * HOUR)):
        plan(cast, due=due, subject=f"story:{number}")
        messages.reconcile(patient=cast.ada, plans={f"story:{number}": ()}, now=NOW)
    skipped = plan(cast, due=NOW + 2 * HOUR, subject="story:2")
    messages.skip(message=skipped, by=cast.fern, now=NOW)
    listed = ledger.clinic_wide("not-sent", NOW + HOUR)
    assert [row.subject_key for row in listed] == ["story:2", "story:0"]
    assert ledger.counts(NOW + HOUR) == {"next": 0, "sent": 0, "not_sent": 2, "failed": 0}


@pytest.mark.parametrize("rows", [1, 6])
def test_the_reasons_take_the_same_queries_for_one_row_and_for_six(
    cast: Cast, story: Story, rows: int, django_assert_num_queries: Any
) -> None:
    for n in range(rows):
        plan(cast, subject=f"story:{n}")
    with django_assert_num_queries(2):  # the rows, and what the patients want
        ledger.entries(ledger.of_patient(cast.ada), NOW + HOUR)


# Sent now ----------------------------------------------------------------------------------------


def refusal(message: Message) -> str:
    with pytest.raises(MessageRefused) as refused:
        messages.send_now(message=Message.objects.get(pk=message.pk), now=NOW)
    message.refresh_from_db()
    assert message.due_at == NOW + 2 * HOUR
    return str(refused.value)


def test_what_waits_cannot_be_sent_now(cast: Cast, story: Story) -> None:
    message = plan(cast, due=NOW + 2 * HOUR)
    held(story)
    assert refusal(message) == (
        f"This message waits, and goes by itself once that has changed: {NOT_RECORDED}."
    )


def test_who_cannot_be_reached_cannot_be_written_to_now(cast: Cast, story: Story) -> None:
    message = plan(cast, due=NOW + 2 * HOUR)
    Patient.objects.filter(pk=cast.ada.pk).update(email="")
    assert refusal(message) == "This message would not be sent: no e-mail address."


def test_what_is_not_wanted_is_not_sent_now(cast: Cast, story: Story) -> None:
    message = plan(cast, "sunscreen", due=NOW + 2 * HOUR)
    choosing.refuse(patient=cast.ada, purposes=["sun"], now=NOW)
    assert refusal(message) == (
        "This message would not be sent: does not want: Sun protection between visits."
    )
