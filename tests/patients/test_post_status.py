"""Whether messages go out: what the page, the banner and a watching program say."""

import uuid
from collections.abc import Callable
from datetime import datetime, time, timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from patients import tasks
from patients.actions import breaker, delivery, heartbeats
from patients.management.commands import send_due
from patients.models import Heartbeat, Message
from patients.queries import clock, post_status
from tests.conftest import NOW, Cast
from tests.patients.stories import Story, plan, tell
from tests.smtp import Postbox
from tests.treatments.test_series_views import words

As = Callable[[Any], Client]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def story() -> Story:
    return tell()


def alive(at: datetime = NOW) -> None:
    heartbeats.beat(name=heartbeats.DELIVER, now=at)


@pytest.fixture
def due(cast: Cast, story: Story, settings: Any) -> Message:
    """A letter due a minute ago by the database's clock, by which workers go: that of these tests
    stands still on another day."""
    settings.QUIET_HOURS = (time.min, time.min)
    return due_at(plan(cast), clock.now() - MINUTE)


def due_at(message: Message, moment: datetime) -> Message:
    message.due_at, message.expires_at = moment, moment + 60 * MINUTE
    message.save()
    return message


def test_all_is_well_while_a_worker_looks_and_nothing_waits(cast: Cast) -> None:
    assert post_status.status(NOW).troubles == [
        "No worker has looked for letters in the last two minutes."
    ]
    alive()
    assert post_status.status(NOW).troubles == []
    assert post_status.status(NOW + 3 * MINUTE).troubles != []


def test_what_waits_too_long_is_trouble_and_what_is_put_off_is_not(
    cast: Cast, story: Story
) -> None:
    plan(cast, due=NOW - 6 * MINUTE)
    put_off = plan(cast, subject="story:2", due=NOW - 60 * MINUTE)
    Message.objects.filter(pk=put_off.pk).update(try_after=NOW + MINUTE)
    alive()
    seen = post_status.status(NOW)
    assert (seen.due, seen.put_off, seen.oldest_due_at) == (1, 1, NOW - 6 * MINUTE)
    assert seen.troubles == ["The oldest letter has been due for 6\xa0minutes."]


def test_an_open_breaker_lost_leases_failures_and_late_ones_are_told(
    cast: Cast, story: Story
) -> None:
    alive()
    breaker.admit(letters=1, now=NOW)
    for _ in range(5):
        breaker.note_failure(answer="421 busy", now=NOW)
    lost = plan(cast)
    delivery.claim(now=NOW - 10 * MINUTE, limit=1)
    Message.objects.filter(pk=lost.pk).update(
        status="claimed", claim_token="0" * 32, lease_until=NOW - 3 * MINUTE
    )
    for number, (status, reason) in enumerate(
        [("failed", "no"), ("failed", "no"), ("suppressed", delivery.TOO_LATE)]
    ):
        row = plan(cast, subject=f"story:{number + 2}")
        Message.objects.filter(pk=row.pk).update(status=status, reason=reason, closed_at=NOW)
    assert post_status.status(NOW).troubles == [
        "The mail server does not take letters: 421 busy. They wait.",
        "Letters of a worker that has ended were not taken over.",
        "2 letters could not be delivered in the last day.",
        "1 letter was too late to be of use and was not sent.",
    ]


def test_it_asks_five_times_whatever_there_is(cast: Cast, story: Story) -> None:
    for number in range(3):
        plan(cast, subject=f"story:{number}")
    with CaptureQueriesContext(connection) as caught:
        _ = post_status.status(NOW).troubles
    assert len(caught) == 5


def test_the_page_the_banner_and_the_watching_program(
    cast: Cast, story: Story, as_: As, client: Client
) -> None:
    assert client.get("/health/messages").status_code == 503
    alive()
    answer = client.get("/health/messages")
    assert (answer.status_code, answer.json()) == (200, {"messages": "well"})

    desk = as_(cast.fern)
    assert "All is well: what is due goes out" in words(
        desk.get(reverse("post-status")).content.decode()
    )
    assert "See what is wrong" not in desk.get("/messages/").content.decode()
    plan(cast, due=NOW - 6 * MINUTE)
    text = words(desk.get("/messages/").content.decode())
    assert "The oldest letter has been due for 6 minutes. See what is wrong" in text


def test_tasks_give_signs_of_life(due: Message, postbox: Postbox) -> None:
    tasks.deliver_due_messages()
    tasks.recover_messages()
    names = set(Heartbeat.objects.values_list("name", flat=True))
    assert {"deliver", "recover"} < names
    assert Heartbeat.objects.get(name="deliver").note == "1 letters"


def test_the_fallback_sends_only_while_the_workers_are_silent(
    due: Message, postbox: Postbox
) -> None:
    alive(clock.now())
    send_due._stand_in()
    assert postbox.raw == []
    Heartbeat.objects.filter(name="deliver").update(beat_at=clock.now() - 2 * MINUTE)
    send_due._stand_in()
    assert len(postbox.raw) == 1


def test_send_due_by_hand(due: Message, postbox: Postbox) -> None:
    said = StringIO()
    call_command("send_due", stdout=said)
    assert (said.getvalue(), len(postbox.raw)) == ("1 letters\n", 1)


@pytest.mark.parametrize("wrong", [-120 * MINUTE, 120 * MINUTE])
def test_a_worker_whose_own_clock_is_wrong_sends_what_is_due_and_nothing_else(
    cast: Cast, due: Message, postbox: Postbox, wrong: timedelta
) -> None:
    right = clock.now()
    # of somebody else: what is due later on the same day may come with what is due
    early = plan(cast, subject="story:2", kind="settled_7", patient=cast.ben)
    due_at(early, right + 60 * MINUTE)
    held = plan(cast, subject="story:3", kind="scab_3", patient=cast.ben)
    held.status, held.claim_token = Message.Status.CLAIMED, uuid.uuid4()
    held.lease_until = right + MINUTE
    due_at(held, right - MINUTE)
    with time_machine.travel(right + wrong, tick=True):
        tasks.recover_messages()
        tasks.deliver_due_messages()
    states = Message.objects.in_bulk([due.pk, early.pk, held.pk])
    assert [states[each.pk].status for each in (due, early, held)] == ["sent", "planned", "claimed"]
    assert [mail["Message-ID"] for mail in postbox.mails] == [due.message_id]
    sent_at = states[due.pk].sent_at
    assert sent_at is not None
    assert right <= sent_at <= right + MINUTE


# The ledger's buttons -----------------------------------------------------------------------------


def press(desk: Client, message: Message, act: str) -> str:
    answer = desk.post(reverse("message-act", args=[message.pk, act]), follow=True)
    return words(answer.content.decode())


def test_the_buttons_of_a_message(cast: Cast, story: Story, postbox: Postbox, as_: As) -> None:
    desk, message = as_(cast.fern), plan(cast, due=NOW + 60 * MINUTE)
    assert "The message will not be sent." in press(desk, message, "skip")
    assert "The message is planned again." in press(desk, message, "unskip")
    assert "It goes within the minute." in press(desk, message, "now")
    assert "still on its way" in press(desk, message, "again")
    delivery.deliver_due(now=NOW)
    assert "One more copy is on its way" in press(desk, message, "again")
    assert "Only a planned message can be sent now." in press(desk, message, "now")
    assert desk.post(reverse("message-act", args=[message.pk, "burn"])).status_code == 404


def test_a_sent_letter_is_shown_as_it_was(
    cast: Cast, story: Story, postbox: Postbox, as_: As
) -> None:
    message = plan(cast)
    delivery.deliver_due(now=NOW)
    desk = as_(cast.fern)
    page = desk.get(reverse("message-preview", args=[message.pk])).content.decode()
    assert "As it was sent" in page
    letter = desk.get(reverse("message-letter", args=[message.pk]))
    message.refresh_from_db()
    assert letter.content.decode() == message.sent_html
    assert "style-src 'sha256-" in letter["Content-Security-Policy"]


def test_the_desk_notes_wishes_and_tries_an_address_again(cast: Cast, as_: As) -> None:
    ada = cast.ada
    ada.email_refused, ada.email_refused_at, ada.email_refused_answer = ada.email, NOW, "550 who?"
    ada.save()
    desk, page = as_(cast.fern), reverse("patient-messages", args=[ada.pk])
    assert "The mail server refused ada@patient.example on Mon 30 Nov, 09:00: “550 who?”" in words(
        desk.get(page).content.decode()
    )
    wishes = reverse("patient-wishes", args=[ada.pk])
    text = words(desk.post(wishes, {"wanted": ["sun"]}, follow=True).content.decode())
    assert "without: Tips about the skin" in text
    assert "without: Sun protection" not in text
    again = reverse("patient-address-again", args=[ada.pk])
    assert "The mail server refused" not in words(desk.post(again, follow=True).content.decode())
