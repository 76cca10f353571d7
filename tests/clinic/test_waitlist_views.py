"""The wait list on the desk's pages: the list, the form, a free time, the rail of the calendar."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from clinic.accounts.models import User
from clinic.actions import booking, offers
from clinic.models import Service, WaitlistEntry, WaitlistOffer
from patients.actions import delivery
from patients.models import Patient
from tests.conftest import NOW, Cast
from tests.flows.waiting import TODAY_AT_THREE, TWO_DAYS_BEFORE_CHRISTMAS, World, world
from tests.smtp import Postbox
from tests.treatments.test_series_views import words

As = Callable[[User], Client]
HTMX = {"HX-Request": "true"}
CHRISTMAS_GAP = {"start": "2026-12-22T15:00", "minutes": "30"}


@pytest.fixture
def clinic(cast: Cast) -> World:
    return world(cast)


def text(answer: Any) -> str:
    return words(answer.content.decode())


def value(answer: Any) -> str:
    (found,) = re.findall(r'name="time" value="([^"]+)"', answer.content.decode())
    return str(found)


# The list and the form ----------------------------------------------------------------------------


def test_an_empty_list_says_how_somebody_gets_on_it(cast: Cast, as_: As) -> None:
    page = text(as_(cast.fern).get(reverse("waitlist")))
    assert "Nobody waits A patient is put on the list from a booked visit" in page


def test_the_list_shows_who_waits_for_what(clinic: World, as_: As) -> None:
    clinic.wait(
        clinic.booked.visit(2),
        weekdays=frozenset({1, 3}),
        comes_from=time(15),
        leaves_by=time(18),
        earliest=date(2026, 12, 10),
        latest=date(2026, 12, 23),
        person=clinic.cast.dr_cole,
        urgent=True,
        note="can come at short notice",
    )
    page = text(as_(clinic.cast.fern).get(reverse("waitlist")))
    assert (
        "Ada Lindqvist Urgent Glycolic peel earlier than Tue 29 Dec, 15:00 Tue, Thu · 15:00–18:00"
        " · not before Thu 10 Dec · not after Wed 23 Dec · with Dr Cole can come at short notice"
        " 30 Nov" in page.replace("Mon 30 Nov", "30 Nov")
    )


def form_url(clinic: World) -> str:
    return reverse("waitlist-add", args=[clinic.cast.ada.pk])


def test_from_a_booked_visit_onto_the_list(clinic: World, as_: As) -> None:
    client, visit = as_(clinic.cast.fern), clinic.booked.visit(2)
    panel = client.get(reverse("appointment-detail", args=[visit.pk]), headers=HTMX)
    assert f'href="{form_url(clinic)}?visit={visit.pk}"' in panel.content.decode()
    page = client.get(form_url(clinic), {"visit": visit.pk})
    assert page.context["form"].initial == {"what": f"visit-{visit.pk}"}

    sent = {"what": f"visit-{visit.pk}", "weekdays": ["1"], "comes_from": "14:00", "urgent": "on"}
    done = client.post(form_url(clinic), sent, follow=True)
    assert done.redirect_chain == [(reverse("waitlist"), 302)]
    entry = WaitlistEntry.objects.get()
    assert (entry.appointment, entry.weekdays, entry.comes_from) == (visit, [1], time(14))
    assert (entry.urgent, entry.created_by) == (True, clinic.cast.fern)


def test_without_a_visit_onto_the_list(clinic: World, as_: As) -> None:
    service = Service.objects.get(key="follow-up")
    as_(clinic.cast.fern).post(form_url(clinic), {"what": f"service-{service.pk}"})
    entry = WaitlistEntry.objects.get()
    assert (entry.service, entry.appointment, entry.location) == (
        service,
        None,
        clinic.cast.harbour,
    )


@pytest.mark.parametrize(
    ("sent", "field", "sentence"),
    [
        ({"what": ""}, "what", "Choose what is waited for."),
        ({"what": "visit-999"}, "what", "This visit is not booked any more. Choose again."),
        (
            {"comes_from": "15:00", "leaves_by": "14:00"},
            "leaves_by",
            "This is not later than “from”.",
        ),
        (
            {"earliest": "2026-12-03", "latest": "2026-12-02"},
            "latest",
            "The last day is before the first.",
        ),
        ({"latest": "2026-11-01"}, "__all__", "Sun 1 Nov is over."),
        ({"comes_from": "noon"}, "comes_from", "Write a time of day like 15:30."),
    ],
)
def test_what_cannot_be_waited_for_is_said_at_its_field(
    clinic: World, as_: As, sent: dict[str, str], field: str, sentence: str
) -> None:
    service = Service.objects.get(key="follow-up")
    page = as_(clinic.cast.fern).post(form_url(clinic), {"what": f"service-{service.pk}"} | sent)
    assert page.status_code == 422
    assert page.context["form"].errors[field] == [sentence]
    assert not WaitlistEntry.objects.exists()


def test_off_the_list(clinic: World, as_: As) -> None:
    entry = clinic.wait(clinic.booked.visit(2))
    page = as_(clinic.cast.fern).post(reverse("waitlist-close", args=[entry.pk]), follow=True)
    assert "Ada Lindqvist is off the wait list. Undo" in text(page)
    assert not WaitlistEntry.objects.waiting().exists()

    undo = reverse("waitlist-reopen", args=[entry.pk])
    assert f'action="{undo}"' in page.content.decode()
    back = as_(clinic.cast.fern).post(undo, follow=True)
    assert "Ada Lindqvist is on the wait list as before." in text(back)
    assert list(WaitlistEntry.objects.waiting()) == [entry]
    again = as_(clinic.cast.fern).post(undo, follow=True)
    assert "Ada Lindqvist cannot be put back on the list." in text(again)


def test_whoever_waits_anew_is_not_put_back_beside_it(clinic: World, as_: As) -> None:
    entry = clinic.wait(clinic.booked.visit(2))
    client = as_(clinic.cast.fern)
    client.post(reverse("waitlist-close", args=[entry.pk]))
    clinic.wait(clinic.booked.visit(2))
    page = client.post(reverse("waitlist-reopen", args=[entry.pk]), follow=True)
    assert "Ada Lindqvist waits for this already." in text(page)


# A free time --------------------------------------------------------------------------------------


def test_a_cancelled_visit_says_who_could_come_instead(clinic: World, as_: As) -> None:
    client, gone = as_(clinic.cast.fern), clinic.booked.visit(3)
    clinic.wait_without_visit(clinic.cast.ben)
    clinic.wait(clinic.booked.visit(5))
    booking.cancel(appointment=gone, reason="ill", by=clinic.cast.fern, now=NOW)
    panel = client.get(reverse("appointment-detail", args=[gone.pk]), headers=HTMX)
    freed = reverse("waitlist-freed", args=[gone.pk])
    assert f'hx-get="{freed}"' in panel.content.decode()
    answer = client.get(freed)
    # Ada has a session without a date now; but she has just given this very time up
    assert "Tue 19 Jan, 15:00 is free again: 1 person could come then. Offer it" in text(answer)
    (link,) = re.findall(r'<a [^>]*href="([^"]+)"', answer.content.decode())
    page = client.get(link.replace("&amp;", "&"))
    assert [each.taking.waiting.patient for each in page.context["candidates"]] == [clinic.cast.ben]


def test_a_visit_that_moved_says_it_too_and_one_that_did_not_says_nothing(
    clinic: World, as_: As
) -> None:
    client, visit = as_(clinic.cast.fern), clinic.booked.visit(2)
    assert text(client.get(reverse("waitlist-freed", args=[visit.pk]))) == ""
    entry = clinic.wait(visit)
    (taking,) = clinic.could_come(TWO_DAYS_BEFORE_CHRISTMAS)
    offers.take(who=entry, claim=taking.claim, seen=taking.digest, by=clinic.cast.fern, now=NOW)
    answer = client.get(reverse("waitlist-freed", args=[visit.pk]))
    assert text(answer) == "Nobody waits for Tue 29 Dec, 15:00."


def test_who_could_come_with_what_moves_along_and_two_ways_to_give_it(
    clinic: World, as_: As
) -> None:
    clinic.wait(clinic.booked.visit(1), note="short notice")
    client = as_(clinic.cast.fern)
    asked = {"start": "2026-11-30T15:00", "minutes": "45"}
    page = client.get(reverse("waitlist-times"), asked)
    assert "instead of Tue 8 Dec, 15:00 waits since Mon 30 Nov · any day, any hour" in text(page)
    assert "One later visit moves along: Tue 29 Dec, 15:00 Mon 28 Dec, 15:00" in text(page)
    assert "Move at once Offer by e-mail +44 20 7946 0123" in text(page)

    offered = client.post(
        reverse("waitlist-give"), {"time": value(page), "how": "offer"}, follow=True
    )
    assert offered.redirect_chain == [(reverse("waitlist"), 302)]
    assert "Offered to Ada Lindqvist. The time is kept for them until Mon 30 Nov, 11:00." in text(
        offered
    )
    assert "Offered, no answer yet 1 Ada Lindqvist Mon 30 Nov, 15:00" in text(offered)
    again = client.post(reverse("waitlist-give"), {"time": value(page), "how": "now"}, follow=True)
    assert "has an offer to answer already. Nothing was changed." in text(again)


def test_given_at_once(clinic: World, as_: As) -> None:
    clinic.wait(clinic.booked.visit(2))
    client = as_(clinic.cast.fern)
    page = client.get(reverse("waitlist-times"), CHRISTMAS_GAP)
    sent = {"time": value(page), "how": "now"}
    done = client.post(reverse("waitlist-give"), sent, headers=HTMX)
    assert (done.status_code, done["HX-Redirect"]) == (204, reverse("waitlist"))
    assert "Ada Lindqvist comes on Tue 22 Dec, 15:00 now." in text(client.get(reverse("waitlist")))
    assert clinic.booked.visit(2).during.lower == TWO_DAYS_BEFORE_CHRISTMAS


def test_a_session_without_a_date_is_offered_from_the_page(clinic: World, as_: As) -> None:
    client = as_(clinic.cast.fern)
    booking.cancel(appointment=clinic.booked.visit(2), reason="x", by=clinic.cast.fern, now=NOW)
    page = client.get(reverse("waitlist-times"), {"start": "2027-01-05T10:00"})
    assert "Glycolic peel, session 2 of 5 · no date yet" in text(page)
    client.post(reverse("waitlist-give"), {"time": value(page), "how": "offer"})
    assert WaitlistOffer.objects.get().entry.service == clinic.booked.visit(3).service
    # refused, nothing is left behind
    WaitlistOffer.objects.all().delete()
    WaitlistEntry.objects.all().delete()
    refused = client.post(
        reverse("waitlist-give"), {"time": value(page), "how": "offer"}, follow=True
    )
    assert "Nothing was changed." in text(refused)
    assert not WaitlistEntry.objects.exists()


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({}, "Which time is it about?"),
        ({"start": "yesterday"}, "Which time is it about?"),
        ({"start": "0001-01-01T00:00"}, "Which time is it about?"),
        ({"start": "9999-12-31T23:59"}, "Which time is it about?"),
        ({"start": "2026-11-30T08:00"}, "This time is over"),
        (CHRISTMAS_GAP, "Nobody who waits could come then"),
    ],
)
def test_a_time_for_nobody(clinic: World, as_: As, asked: dict[str, str], sentence: str) -> None:
    assert sentence in text(as_(clinic.cast.fern).get(reverse("waitlist-times"), asked))


def test_a_damaged_time_gives_nothing(clinic: World, as_: As) -> None:
    client = as_(clinic.cast.fern)
    page = client.post(reverse("waitlist-give"), {"time": "x", "how": "now"}, follow=True)
    assert "This time is not offered any more. Nothing was changed." in text(page)


# Put onto the board by hand -----------------------------------------------------------------------


def test_dropped_on_a_time_that_is_legal(clinic: World, as_: As) -> None:
    entry = clinic.wait(clinic.booked.visit(2), weekdays=frozenset({0}))
    panel = as_(clinic.cast.fern).get(
        reverse("waitlist-place", args=[entry.pk]),
        {"start": "2026-12-22T15:00", "resource": clinic.cast.nurse_nora.pk},
        headers=HTMX,
    )
    (each,) = panel.context["candidates"]
    assert clinic.cast.nurse_nora.pk in each.taking.slot.assignment
    assert "Offer by e-mail" in text(panel)


@pytest.mark.parametrize(
    ("start", "sentence"),
    [
        ("2026-12-14T15:00", "A clinician may book it with a reason."),
        ("2026-12-20T15:00", "The time is not free for this."),
        ("2026-12-30T15:00", "Ada Lindqvist has a visit before that: Tue 29 Dec, 15:00."),
        ("", "The time is not free for this."),
    ],
)
def test_dropped_on_a_time_that_is_not(clinic: World, as_: As, start: str, sentence: str) -> None:
    entry = clinic.wait(clinic.booked.visit(2))
    if start == "2026-12-14T15:00":
        booking.cancel(appointment=clinic.booked.visit(1), reason="x", by=clinic.cast.fern, now=NOW)
        booking.book(
            claim=clinic.could_come(datetime(2026, 12, 3, 10, tzinfo=UTC))[0].claim,
            patient=clinic.cast.ada,
            location=clinic.cast.harbour,
            by=clinic.cast.fern,
            now=NOW,
        )
    page = as_(clinic.cast.fern).get(
        reverse("waitlist-place", args=[entry.pk]), {"start": start}, headers=HTMX
    )
    assert "Ada Lindqvist cannot come then" in text(page)
    assert sentence in text(page)


def test_the_rail_counts_who_would_come_on_the_day(clinic: World, as_: As) -> None:
    entry = clinic.wait(clinic.booked.visit(2), weekdays=frozenset({1}))
    clinic.wait_without_visit(clinic.cast.ben)
    client = as_(clinic.cast.fern)
    tuesday = client.get(reverse("waitlist-rail"), {"on": "2026-12-22"})
    assert "Wait list 2 would come on this day" in text(tuesday)
    assert f'data-place-url="{reverse("waitlist-place", args=[entry.pk])}"' in (
        tuesday.content.decode()
    )
    monday = client.get(reverse("waitlist-rail"), {"on": "2026-12-21"})
    assert [each.entry.patient for each in monday.context["lines"]] == [clinic.cast.ben]
    # what is waited for there would be later than the visit that is kept meanwhile
    after = client.get(reverse("waitlist-rail"), {"on": "2027-01-05"})
    assert [each.entry.patient for each in after.context["lines"]] == [clinic.cast.ben]
    same_day = client.get(reverse("waitlist-rail"), {"on": "2026-12-29"})
    assert entry in [each.entry for each in same_day.context["lines"]]
    nobody = client.get(reverse("waitlist-rail"), {"on": "nonsense"})
    assert nobody.context["on"] == date(2026, 11, 30)


def test_the_rail_hides_names_when_names_are_hidden(clinic: World, as_: As) -> None:
    clinic.wait_without_visit(clinic.cast.ben)
    client = as_(clinic.cast.fern)
    client.post(reverse("calendar-names"), {"next": "/"})
    rail = text(client.get(reverse("waitlist-rail")))
    assert "B. O." in rail
    assert "Okafor" not in rail


# An offer, answered on the telephone --------------------------------------------------------------


def test_the_patient_calls_and_takes_it(clinic: World, as_: As) -> None:
    made = clinic.offer(clinic.wait(clinic.booked.visit(1)), TODAY_AT_THREE)
    client = as_(clinic.cast.mina)
    page = client.get(reverse("waitlist-offer", args=[made.pk]))
    assert "Tue 29 Dec, 15:00 Mon 28 Dec, 15:00" in text(page)
    (seen,) = re.findall(r'name="seen" value="(\w+)"', page.content.decode())
    done = client.post(reverse("waitlist-offer-take", args=[made.pk]), {"seen": seen}, follow=True)
    assert "Ada Lindqvist comes on Mon 30 Nov, 15:00 now. A letter says so." in text(done)
    made.refresh_from_db()
    assert (made.outcome, made.answered_by) == ("accepted", clinic.cast.mina)
    over = client.get(reverse("waitlist-offer", args=[made.pk]), follow=True)
    assert "This offer is over." in text(over)


@pytest.mark.parametrize(("sent", "outcome"), [({"declined": "1"}, "declined"), ({}, "withdrawn")])
def test_declined_on_the_telephone_or_taken_back(
    clinic: World, as_: As, sent: dict[str, str], outcome: str
) -> None:
    made = clinic.offer(clinic.wait(clinic.booked.visit(1)), TODAY_AT_THREE)
    url = reverse("waitlist-offer-withdraw", args=[made.pk])
    done = as_(clinic.cast.mina).post(url, sent, follow=True)
    assert "The offer is over and its time is free again." in text(done)
    made.refresh_from_db()
    assert (made.outcome, made.answered_by) == (outcome, clinic.cast.mina)


@pytest.mark.parametrize("sent", [{"declined": "1"}, {}])
def test_what_was_taken_meanwhile_is_neither_declined_nor_taken_back(
    clinic: World, as_: As, sent: dict[str, str]
) -> None:
    made = clinic.offer(clinic.wait(clinic.booked.visit(2)), TWO_DAYS_BEFORE_CHRISTMAS)
    offers.accept(offer=made, seen=offers.preview(made, NOW).digest, now=NOW)
    url = reverse("waitlist-offer-withdraw", args=[made.pk])
    late = as_(clinic.cast.mina).post(url, sent, follow=True)
    assert "The offer was taken by now, its time is booked. Nothing was changed." in text(late)
    made.refresh_from_db()
    assert (made.outcome, made.answered_by) == ("accepted", None)


def test_the_desk_sees_how_far_the_letter_has_come(
    clinic: World, as_: As, postbox: Postbox
) -> None:
    made = clinic.offer(clinic.wait(clinic.booked.visit(1)), TODAY_AT_THREE)
    client, url = as_(clinic.cast.mina), reverse("waitlist-offer", args=[made.pk])
    assert "The e-mail goes out at 09:00, Mon 30 Nov. Kept until 11:00" in text(client.get(url))
    delivery.deliver_due(now=NOW)
    assert "Sent by e-mail at 09:00, Mon 30 Nov. Kept until 11:00" in text(client.get(url))


def test_a_letter_that_was_not_sent_asks_for_a_call(
    clinic: World, as_: As, postbox: Postbox
) -> None:
    made = clinic.offer(clinic.wait(clinic.booked.visit(1)), TODAY_AT_THREE)
    Patient.objects.filter(pk=clinic.cast.ada.pk).update(email_consent="refused")
    delivery.deliver_due(now=NOW)
    page = as_(clinic.cast.mina).get(reverse("waitlist-offer", args=[made.pk]))
    assert "The e-mail was not sent: call. Kept until 11:00" in text(page)


def test_an_offered_time_is_shown_as_such_on_the_record(clinic: World, as_: As) -> None:
    made = clinic.offer(clinic.wait(clinic.booked.visit(1)), TODAY_AT_THREE)
    page = as_(clinic.cast.fern).get(reverse("patient-detail", args=[clinic.cast.ada.pk]))
    assert "Offered by e-mail, kept until 11:00" in text(page)
    assert reverse("waitlist-offer", args=[made.pk]) in page.content.decode()
    assert "Give it back" not in text(page)


def test_without_the_right_nobody_sees_or_changes_the_list(clinic: World, as_: As) -> None:
    clinic.cast.fern.groups.clear()
    client = as_(clinic.cast.fern)
    for name in ("waitlist", "waitlist-rail", "waitlist-times"):
        assert client.get(reverse(name)).status_code == 403
    assert client.post(reverse("waitlist-give")).status_code == 403
