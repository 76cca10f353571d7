"""Every page of the product with an address that shows it in the demo clinic."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from urllib.parse import urlencode

from django.utils import timezone

from clinic.accounts.roles import CLINICIAN, FRONT_DESK, MANAGER, NURSE
from clinic.models import Appointment, Location, Resource
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
        *_moves(),
        *_messages(),
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


def _moves() -> Iterable[Page]:
    """A session of Ada's that is to be moved: free times, what follows, what cannot be."""
    visits = Appointment.objects.filter(
        patient__family_name="Lindqvist",
        session__isnull=False,
        during__startswith__gt=timezone.now(),
    )
    visit = visits.select_related("location").in_order()[0]
    address = f"/appointments/{visit.pk}/move/"
    later = visit.starts_at + timedelta(days=11)
    later += timedelta(days=max(0, later.weekday() - 4) and 7 - later.weekday())
    missed = Course.objects.get(plan__patient__family_name="D’Angelo")
    standing = Course.objects.get(plan__patient__family_name="Lindqvist", status="active")
    return (
        Page("move", address, (FRONT_DESK, CLINICIAN)),
        Page("move-with-its-ripple", f"{address}?start={later:%Y-%m-%dT%H:%M}"),
        Page(
            "move-too-soon",
            f"{address}?start={visit.starts_at - timedelta(days=10):%Y-%m-%dT%H:%M}",
        ),
        Page("move-closed", f"{address}?start={later:%Y-%m-%d}T23:00"),
        Page("ripple-missed", f"/courses/{missed.pk}/ripple/", (FRONT_DESK, NURSE)),
        Page("ripple-in-order", f"/courses/{standing.pk}/ripple/"),
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


def _patient(family: str) -> Patient:
    return Patient.objects.get(family_name=family)
