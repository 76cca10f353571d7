"""One session is moved, the next follows, and the patient gets one letter with both new times."""

from collections.abc import Callable
from datetime import timedelta

from django.test import Client

from clinic.accounts.models import User
from patients.actions import delivery
from patients.models import Message
from tests.conftest import NOW, Cast
from tests.flows.series import book, events_of, text_of
from tests.smtp import Postbox
from tests.treatments.ripples import look, move_url, press

SOON = NOW + timedelta(minutes=2)


def test_one_letter_tells_of_every_new_time(
    cast: Cast, as_: Callable[[User], Client], postbox: Postbox
) -> None:
    series = book(cast)
    delivery.deliver_due(now=NOW)
    client, url = as_(cast.fern), move_url(series.visit(3))
    press(client, url, look(client, url, start="2027-01-28T15:00"))

    # nobody is written to while it can be taken back silently
    assert delivery.deliver_due(now=NOW + timedelta(minutes=1)) == 0
    assert delivery.deliver_due(now=SOON) == 1
    booked, mail = postbox.mails
    assert mail["Subject"] == "New times for 2 visits"
    text = text_of(mail).replace("\r\n", "\n")
    for said in (
        "Thu 28 Jan 2027, 15:00",
        "instead of Tuesday 19 January, 15:00",
        "Thu 11 Feb 2027, 15:00",
        "instead of Tuesday 9 February, 15:00",
    ):
        assert said in text
    first = {str(each["UID"]): each["SEQUENCE"] for each in events_of(booked)}
    moved = {str(each["UID"]): each["SEQUENCE"] for each in events_of(mail)}
    uids = [f"appointment-{series.visit(n).pk}@milia.example" for n in (3, 4)]
    assert list(moved) == uids
    assert [(first[uid], moved[uid]) for uid in uids] == [(2, 4), (2, 4)]


def test_the_reminders_follow_the_new_dates(
    cast: Cast, as_: Callable[[User], Client], postbox: Postbox
) -> None:
    series = book(cast)
    client, url = as_(cast.fern), move_url(series.visit(3))
    press(client, url, look(client, url, start="2027-01-28T15:00"))
    days = {n: series.message(n, "tomorrow").due_at.date().isoformat() for n in (3, 4, 5)}
    assert days == {3: "2027-01-27", 4: "2027-02-10", 5: "2027-03-01"}
    withdrawn = Message.objects.filter(status="withdrawn", reason="visit moved or cancelled")
    assert {each.subject_key for each in withdrawn} >= {
        series.session(3).subject_key,
        series.session(4).subject_key,
    }
