"""Every page of the product with an address that shows it in the demo clinic."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from clinic.accounts.roles import CLINICIAN, FRONT_DESK, MANAGER, NURSE
from clinic.actions import links
from clinic.models import Appointment, Location, Resource, WaitlistEntry, WaitlistOffer
from patients.models import Message, Patient
from treatments.demo.places import COLE, HARBOUR
from treatments.models import Course

EVERYBODY: Final = (FRONT_DESK, CLINICIAN, NURSE, MANAGER)


@dataclass(frozen=True)
class Page:
    """`roles` are those for whom it is drawn; the status is the one the page must answer with."""

    name: str
    path: str
    roles: tuple[str, ...] = (FRONT_DESK,)
    status: int = 200


def pages() -> list[Page]:
    """All that an address alone can show; ask after `seed_demo`."""
    return [
        *_desk(),
        *_records(),
        *_series(),
        *_messages(),
        *_waiting(),
        Page("not-found", "/nowhere/", status=404),
    ]


def _desk() -> Iterable[Page]:
    today = timezone.localdate(timezone=Location.objects.get(name=HARBOUR).zone)
    cole = Resource.objects.get(name=COLE)
    visit = Appointment.objects.filter(
        location__name=HARBOUR, during__startswith__gt=timezone.now()
    )
    return (
        Page("today", "/", EVERYBODY),
        Page("calendar-day-people", "/calendar/day/", EVERYBODY),
        Page("calendar-day-rooms", "/calendar/day/?by=room"),
        Page("calendar-day-devices", "/calendar/day/?by=device"),
        Page("calendar-day-next", f"/calendar/day/?on={today + timedelta(days=4)}"),
        Page("calendar-week", "/calendar/week/"),
        Page("calendar-week-person", f"/calendar/week/?resource={cole.pk}", (CLINICIAN,)),
        Page("visit", f"/appointments/{visit.in_order()[0].pk}/"),
        Page("password", "/account/password/change/"),
    )


def _records() -> Iterable[Page]:
    shown = (
        ("middle", "Lindqvist"),
        ("nothing-booked", "Fontaine-Mbeki"),
        ("stopped", "Wiśniewska"),
        ("lapsed", "Krishnamurthy"),
        ("missed", "D’Angelo"),
        ("no-mail", "Pemberton"),
        ("deceased", "Llewellyn"),
    )
    ada = _patient("Lindqvist").pk
    roles = {"middle": EVERYBODY}
    return (
        Page("patients", "/patients/"),
        Page("patient-search", "/patients/?q=an"),
        Page("patient-search-nobody", "/patients/?q=zzzz"),
        *(
            Page(
                f"patient-{name}",
                f"/patients/{_patient(family).pk}/",
                roles.get(name, (FRONT_DESK,)),
            )
            for name, family in shown
        ),
        Page("patient-register", "/patients/new/"),
        Page("patient-details", f"/patients/{ada}/details/", (FRONT_DESK, MANAGER)),
        Page("visit-book", f"/patients/{ada}/visits/new/"),
        Page("course-start", f"/patients/{ada}/courses/new/", (FRONT_DESK, CLINICIAN)),
    )


def _series() -> Iterable[Page]:
    course = Course.objects.get(plan__patient__family_name="Fontaine-Mbeki")
    monday = timezone.localdate() + timedelta(days=7 - timezone.localdate().weekday())
    wishes = {"earliest": monday, "weekdays": [1, 3], "opens": "15:00"}
    impossible = {"earliest": monday, "weekdays": [0], "opens": "06:00", "closes": "08:00"}
    late = Course.objects.get(plan__patient__family_name="Al-Zahrani")
    return (
        Page("series", f"/courses/{course.pk}/book/", (FRONT_DESK, NURSE)),
        Page("series-wishes", f"/courses/{course.pk}/book/?{urlencode(wishes, doseq=True)}"),
        Page("series-refused", f"/courses/{course.pk}/book/?{urlencode(impossible, doseq=True)}"),
        Page("series-rest", f"/courses/{late.pk}/book/"),
    )


def bookable() -> tuple[str, str]:
    """Two courses of which nothing is booked yet, to try that out."""
    first, second = (
        Course.objects.get(plan__patient__family_name=family).pk
        for family in ("Fontaine-Mbeki", "Demirtaş")
    )
    return f"/courses/{first}/book/", f"/courses/{second}/book/"


def _messages() -> Iterable[Page]:
    rows = Message.objects.filter(patient=_patient("Lindqvist")).order_by("due_at")
    planned = rows.filter(status=Message.Status.PLANNED, kind="precare_3")[0].pk
    sent = Message.objects.filter(status=Message.Status.SENT).exclude(sent_text="")[0].pk
    return (
        Page("messages", "/messages/", EVERYBODY),
        Page("messages-sent", "/messages/?show=sent"),
        Page("messages-not-sent", "/messages/?show=not-sent"),
        Page("messages-failed", "/messages/?show=failed"),
        Page("messages-of-patient", f"/messages/patient/{_patient('Lindqvist').pk}/"),
        Page("message-planned", f"/messages/{planned}/"),
        Page("message-sent", f"/messages/{sent}/"),
        Page("letter", f"/messages/{planned}/letter/"),
    )


def _waiting() -> Iterable[Page]:
    """The wait list, a free stretch with those who could come, and an offer from both sides."""
    ada = _patient("Lindqvist").pk
    entry = WaitlistEntry.objects.waiting().most_pressing_first()[0]
    offer = WaitlistOffer.objects.unanswered()[0]
    visit = offer.booking.appointments.get()
    stretch = urlencode(
        {"start": f"{visit.starts_at - timedelta(days=1):%Y-%m-%dT10:00}", "minutes": 480}
    )
    sunday = timezone.localdate() + timedelta(days=13 - timezone.localdate().weekday())
    return (
        Page("waitlist", "/waitlist/", EVERYBODY),
        Page("waitlist-add", f"/patients/{ada}/waitlist/"),
        Page("waitlist-times", f"/waitlist/times/?{stretch}", (FRONT_DESK, NURSE)),
        Page("waitlist-times-nobody", f"/waitlist/times/?start={sunday}T05:00"),
        Page("waitlist-times-which", "/waitlist/times/"),
        Page("waitlist-place", f"/waitlist/{entry.pk}/place/?{stretch}"),
        Page("waitlist-place-not", f"/waitlist/{entry.pk}/place/?start={sunday}T05:00"),
        Page("waitlist-offer", f"/waitlist/offers/{offer.pk}/"),
        Page("offer-visit", f"/appointments/{visit.pk}/"),
        Page("offer-over", "/offers/", status=410),
    )


def offer_link() -> str:
    """The address in the letter about an open offer; it leads to a page of its own."""
    offer = WaitlistOffer.objects.unanswered()[0]
    return reverse("offer-link", args=[links.token(links.OFFER, offer.seed)])


def _patient(family: str) -> Patient:
    return Patient.objects.get(family_name=family)
