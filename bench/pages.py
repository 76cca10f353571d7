"""Every page of the product with an address that shows it in the demo clinic."""

from collections.abc import Iterable
from datetime import timedelta
from urllib.parse import urlencode

from django.utils import timezone

from bench.page import EVERYBODY, Page, patient_named
from bench.record_pages import record_pages
from clinic.accounts.roles import CLINICIAN, FRONT_DESK, MANAGER, NURSE
from clinic.models import (
    Absence,
    Appointment,
    Closure,
    Location,
    Resource,
    WaitlistEntry,
    WaitlistOffer,
)
from patients.models import Message
from treatments.demo.places import COLE, HARBOUR
from treatments.models import Course, Session


def pages() -> list[Page]:
    """All that an address alone can show; ask after `seed_demo`."""
    return [*desk_pages(), *record_pages()]


def desk_pages() -> list[Page]:
    """Everything but the clinical record."""
    return [
        *_desk(),
        *_records(),
        *_series(),
        *_worklist(),
        *_moves(),
        *_messages(),
        *_setup(),
        *_waiting(),
        *_letters(),
        Page("not-found", "/nowhere/", status=404),
    ]


def _desk() -> Iterable[Page]:
    today = timezone.localdate(timezone=Location.objects.get(name=HARBOUR).zone)
    cole = Resource.objects.get(name=COLE)
    room = Resource.objects.filter(location__name=HARBOUR, kind="room")[0]
    ada = patient_named("Lindqvist").pk
    free = f"{today + timedelta(days=7)}T14:00"
    visit = Appointment.objects.filter(
        location__name=HARBOUR, during__startswith__gt=timezone.now()
    )
    to_check = visit.filter(patient__screenings__outcome="to_check")
    return (
        Page("today", "/", EVERYBODY),
        Page("today-mine", "/?show=mine", (CLINICIAN,)),
        Page("today-before", f"/?on={today - timedelta(days=1)}"),
        Page("today-ahead", f"/?on={today + timedelta(days=4)}"),
        Page("today-nobody", f"/?on={today + timedelta(days=800)}"),
        Page("calendar-day-people", "/calendar/day/", EVERYBODY),
        Page("calendar-day-rooms", "/calendar/day/?by=room"),
        Page("calendar-day-devices", "/calendar/day/?by=device"),
        Page("calendar-day-next", f"/calendar/day/?on={today + timedelta(days=4)}"),
        Page("calendar-week", "/calendar/week/"),
        Page("calendar-week-room", f"/calendar/week/?resource={room.pk}"),
        Page("day-sheet", f"/calendar/day/sheet/?on={today + timedelta(days=4)}"),
        Page("visit-new", f"/visits/new/?start={free}&resource={cole.pk}"),
        Page("visit-new-patient", f"/visits/new/?start={free}&patient={ada}"),
        Page("visit-new-taken", f"/visits/new/?start={today}T03:00&patient={ada}"),
        Page("calendar-week-person", f"/calendar/week/?resource={cole.pk}", (CLINICIAN,)),
        Page("visit", f"/appointments/{visit.in_order()[0].pk}/"),
        Page("visit-to-check", f"/appointments/{to_check.in_order()[0].pk}/", (CLINICIAN,)),
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
    ada = patient_named("Lindqvist").pk
    visit = f"/patients/{ada}/visits/new/"
    early = {"opens": "05:00", "closes": "06:00", "weekdays": 2}
    roles = {"middle": EVERYBODY}
    return (
        Page("patients", "/patients/"),
        Page("patient-search", "/patients/?q=an"),
        Page("patient-search-nobody", "/patients/?q=zzzz"),
        *(
            Page(
                f"patient-{name}",
                f"/patients/{patient_named(family).pk}/",
                roles.get(name, (FRONT_DESK,)),
            )
            for name, family in shown
        ),
        Page("patient-register", "/patients/new/"),
        Page("patient-details", f"/patients/{ada}/details/", (FRONT_DESK, MANAGER)),
        Page("visit-book", visit),
        Page("visit-book-wishes", f"{visit}?part=afternoon&weekdays=1&weekdays=3"),
        Page("visit-book-nothing-free", f"{visit}?{urlencode(early)}"),
        Page("visit-book-wrong", f"{visit}?earliest=2020-01-01&part=morning&opens=15:00"),
        Page("course-start", f"/patients/{ada}/courses/new/", (FRONT_DESK, CLINICIAN)),
    )


def _series() -> Iterable[Page]:
    course = Course.objects.get(plan__patient__family_name="Fontaine-Mbeki")
    monday = timezone.localdate() + timedelta(days=7 - timezone.localdate().weekday())
    wishes = {"earliest": monday, "weekdays": [1, 3], "opens": "15:00"}
    impossible = {"earliest": monday, "weekdays": [0], "opens": "06:00", "closes": "08:00"}
    late = Course.objects.get(plan__patient__family_name="Al-Zahrani")
    near = {"earliest": monday, "fixed": 2, "fixed_on": monday + timedelta(days=11)}
    far = {"earliest": monday, "fixed": 2, "fixed_on": monday + timedelta(days=2)}
    return (
        Page("series", f"/courses/{course.pk}/book/", (FRONT_DESK, NURSE)),
        Page("series-wishes", f"/courses/{course.pk}/book/?{urlencode(wishes, doseq=True)}"),
        Page("series-refused", f"/courses/{course.pk}/book/?{urlencode(impossible, doseq=True)}"),
        Page(
            "series-fixed-needs-reason",
            f"/courses/{course.pk}/book/?{urlencode(near, doseq=True)}",
            (FRONT_DESK, CLINICIAN),
        ),
        Page("series-fixed-refused", f"/courses/{course.pk}/book/?{urlencode(far, doseq=True)}"),
        Page("series-rest", f"/courses/{late.pk}/book/"),
    )


def _worklist() -> Iterable[Page]:
    """What the desk has to see to; a sick doctor's week and a closed one; placing a session."""
    cole, harbour = Resource.objects.get(name=COLE), Location.objects.get(name=HARBOUR)
    today = timezone.localdate(timezone=harbour.zone)
    days = {"first": today + timedelta(days=1), "last": today + timedelta(days=7)}
    far = {"first": today + timedelta(days=300), "last": today + timedelta(days=300)}
    session = Session.objects.get(course__plan__patient__family_name="Lindqvist", number=5)
    at = f"{today + timedelta(days=44)}T10:00"
    return (
        Page("worklist", "/worklist/", EVERYBODY),
        Page("worklist-person", f"/worklist/?resource={cole.pk}"),
        Page("replan-cause", "/replan/"),
        Page("replan-person", f"/replan/?resource={cole.pk}&{urlencode(days)}", (MANAGER,)),
        Page("replan-closed", f"/replan/?location={harbour.pk}&{urlencode(days)}", EVERYBODY),
        Page("replan-nobody", f"/replan/?resource={cole.pk}&{urlencode(far)}"),
        Page("session-place", f"/sessions/{session.pk}/place/?start={at}"),
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
    rows = Message.objects.filter(patient=patient_named("Lindqvist")).order_by("due_at")
    planned = rows.filter(status=Message.Status.PLANNED, kind="precare_3")[0].pk
    sent = Message.objects.filter(status=Message.Status.SENT).exclude(sent_text="")[0].pk
    return (
        Page("messages", "/messages/", EVERYBODY),
        Page("messages-sent", "/messages/?show=sent"),
        Page("messages-not-sent", "/messages/?show=not-sent"),
        Page("messages-failed", "/messages/?show=failed"),
        Page("messages-of-patient", f"/messages/patient/{patient_named('Lindqvist').pk}/"),
        Page("message-planned", f"/messages/{planned}/"),
        Page("message-sent", f"/messages/{sent}/"),
        Page("letter", f"/messages/{planned}/letter/"),
        Page("messages-status", "/messages/status/", EVERYBODY),
    )


def _setup() -> Iterable[Page]:
    """The manager's pages; what only a press shows of them is in the tests."""
    cole, harbour = Resource.objects.get(name=COLE), Location.objects.get(name=HARBOUR)
    laser = Resource.objects.get(name="CO₂ laser")
    absence = Absence.objects.to_come(timezone.now()).filter(resource=laser)[0].pk
    closure = Closure.objects.filter(location=harbour, starts_on__gt=timezone.localdate())[0].pk
    who = f"/clinic/resources/{cole.pk}/"
    only = (MANAGER,)
    return (
        Page("clinic", "/clinic/", only),
        Page("clinic-closed-to-the-desk", "/clinic/", status=403),
        Page("clinic-person", who, only),
        Page("clinic-device", f"/clinic/resources/{laser.pk}/", only),
        Page("clinic-hours", f"{who}hours/{harbour.pk}/", only),
        Page("clinic-away", f"{who}away/", only),
        Page("clinic-absence", f"/clinic/absences/{absence}/", only),
        Page("clinic-closed", "/clinic/closed/", only),
        Page("clinic-closure", f"/clinic/closed/{closure}/", only),
        Page("clinic-holidays", "/clinic/holidays/", only),
        Page("clinic-new-room", "/clinic/new/room/", only),
    )


def _letters() -> Iterable[Page]:
    """The clinic's own words in letters: the list, a version, a draft, and writing."""
    coming = Message.objects.filter(kind="tomorrow", status=Message.Status.PLANNED)
    of = coming.order_by("-due_at")[0].pk
    only = (MANAGER,)
    return (
        Page("letters", "/letters/", only),
        Page("letter-product", "/letters/stop_retinoid/0/", only),
        Page("letter-version", "/letters/booked/2/", only),
        Page("letter-draft", f"/letters/tomorrow/1/?of={of}", only),
        Page("letter-head", "/letters/letterhead/1/", only),
        Page("letter-write", "/letters/tomorrow/en/write/", only),
        Page("letter-write-head", "/letters/letterhead/en/write/", only),
    )


def _waiting() -> Iterable[Page]:
    """The wait list, a free stretch with those who could come, and an offer from both sides."""
    ada = patient_named("Lindqvist").pk
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
