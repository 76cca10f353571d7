"""From a cancelled visit to an earlier one: through the desk's pages, the letter and its link."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse

from clinic.accounts.models import User
from clinic.actions import booking
from clinic.models import WaitlistEntry
from patients.actions import delivery
from patients.models import Message
from tests.conftest import NOW, Cast
from tests.flows.series import events_of, text_of
from tests.flows.waiting import TODAY_AT_THREE, world
from tests.smtp import Postbox
from tests.treatments.test_series_views import words

HALF_AN_HOUR = timedelta(minutes=30)


def test_from_a_cancelled_visit_to_an_earlier_one(
    cast: Cast, as_: Callable[[User], Client], postbox: Postbox
) -> None:
    clinic, desk = world(cast), as_(cast.fern)
    entry = clinic.wait(clinic.booked.visit(1))
    # Ben has the time that Ada would like
    (taking,) = clinic.could_come(TODAY_AT_THREE)
    Message.objects.all().delete()
    ben = booking.book(
        claim=taking.claim, patient=cast.ben, location=cast.harbour, by=cast.fern, now=NOW
    )

    # he cancels; the panel says who could come, one press offers it
    desk.post(reverse("appointment-cancel", args=[ben.pk]), {"reason": "has a cold"})
    freed = desk.get(reverse("waitlist-freed", args=[ben.pk])).content.decode()
    assert "1 person could come then" in words(freed)
    (url,) = re.findall(r'<a [^>]*href="([^"]+)"', freed)
    page = desk.get(url.replace("&amp;", "&")).content.decode()
    (value,) = re.findall(r'name="time" value="([^"]+)"', page)
    desk.post(reverse("waitlist-give"), {"time": value, "how": "offer"})

    # the letter goes out at once, its link opens on a phone that never signed in
    delivery.deliver_due(now=NOW)
    letter = next(each for each in postbox.mails if each["To"] == "ada@patient.example")
    assert letter["Subject"] == "An earlier time for you: Mon 30 Nov, 15:00"
    (link,) = re.findall(rf"{settings.BASE_URL}(/offers/\S+)", text_of(letter))
    phone = Client()
    later = NOW + HALF_AN_HOUR
    with time_machine.travel(later, tick=False):
        shown = phone.get(link, follow=True).content.decode()
        assert "Tue 29 Dec, 15:00 Mon 28 Dec, 15:00" in words(shown)
        (seen,) = re.findall(r'name="seen" value="(\w+)"', shown)
        done = phone.post("/offers/", {"answer": "accept", "seen": seen})
    assert "The time is yours" in words(done.content.decode())

    # two sessions moved, the rest stands, nobody waits any more
    starts = [clinic.booked.visit(number).during.lower for number in (1, 2, 3)]
    assert starts == [
        TODAY_AT_THREE,
        datetime(2026, 12, 28, 15, tzinfo=UTC),
        datetime(2027, 1, 19, 15, tzinfo=UTC),
    ]
    entry.refresh_from_db()
    assert entry.closed_reason == WaitlistEntry.Reason.GOT_A_TIME

    # one letter with both new times and calendar files that replace the old ones
    delivery.deliver_due(now=later + timedelta(minutes=2))
    _offered, letter = (each for each in postbox.mails if each["To"] == "ada@patient.example")
    assert letter["Subject"] == "New times for 2 visits"
    events = events_of(letter)
    assert [(each["DTSTART"].dt, each["SEQUENCE"]) for each in events] == [
        (starts[0], 4),
        (starts[1], 4),
    ]

    # and the time that she left is offered to the next
    panel = desk.get(reverse("waitlist-freed", args=[clinic.booked.visit(1).pk]))
    assert "Tue 8 Dec, 15:00" in words(panel.content.decode())
