"""Every page of the product with an address that shows it in the demo clinic."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from urllib.parse import urlencode

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone

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
from patients.actions import links
from patients.models import Consent, ConsentText, Message, Patient, Photo
from treatments.demo.places import COLE, HARBOUR
from treatments.models import Assessment, Course, Decision, Plan, Protocol, Session, Visit

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
        *_worklist(),
        *_moves(),
        *_messages(),
        *_photos(),
        *_assessments(),
        *_plans(),
        *_setup(),
        *_waiting(),
        *_health(),
        *_logs(),
        *_protocols(),
        *_results(),
        *_consents(),
        *_letters(),
        Page("not-found", "/nowhere/", status=404),
    ]


def _desk() -> Iterable[Page]:
    today = timezone.localdate(timezone=Location.objects.get(name=HARBOUR).zone)
    cole = Resource.objects.get(name=COLE)
    room = Resource.objects.filter(location__name=HARBOUR, kind="room")[0]
    ada = _patient("Lindqvist").pk
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
    ada = _patient("Lindqvist").pk
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
                f"/patients/{_patient(family).pk}/",
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


def _logs() -> Iterable[Page]:
    """A peel being logged, one to begin, the list of a patient, what was signed."""
    draft = Visit.objects.drafts().select_related("author")[0]
    role = NURSE if draft.author.groups.filter(name=NURSE).exists() else CLINICIAN
    hurt = Visit.objects.signed().filter(broken_off=True)[0]
    added = Visit.objects.signed().filter(addenda__isnull=False)[0]
    ahead = Appointment.objects.filter(
        session__isnull=False, visit_record=None, status="booked"
    ).in_order()[0]
    return (
        Page("visit-log", f"/appointments/{draft.appointment_id}/log/", (role,)),
        Page("visit-log-start", f"/appointments/{ahead.pk}/log/", (CLINICIAN,)),
        Page("visits-of-patient", f"/patients/{added.patient_id}/visits/", (CLINICIAN,)),
        Page("visit-record", f"/visits/{added.pk}/", (CLINICIAN, NURSE)),
        Page("visit-record-broken-off", f"/visits/{hurt.pk}/", (CLINICIAN,)),
        Page("visit-record-closed-to-the-desk", f"/visits/{added.pk}/", status=403),
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
        Page("messages-status", "/messages/status/", EVERYBODY),
    )


def _photos() -> Iterable[Page]:
    """Photographs: many, none, taking them, one, two against each other."""
    ada, none = _patient("Lindqvist").pk, _patient("Fontaine-Mbeki").pk
    photo = Photo.objects.filter(patient=ada, pose="frontal").order_by("-taken_at")[0].pk
    by = (CLINICIAN, NURSE)
    return (
        Page("photos", f"/patients/{ada}/photos/", by),
        Page("photos-teaching", f"/patients/{ada}/photos/?use=teaching", (CLINICIAN,)),
        Page("photos-marketing", f"/patients/{ada}/photos/?use=marketing", (CLINICIAN,)),
        Page("photos-no-consent", f"/patients/{none}/photos/", (CLINICIAN,)),
        Page("photos-closed-to-the-desk", f"/patients/{ada}/photos/", status=403),
        Page("photos-take", f"/patients/{ada}/photos/new/", by),
        Page("photos-take-no-consent", f"/patients/{none}/photos/new/", (NURSE,)),
        Page("photo", f"/patients/photos/{photo}/", by),
        Page("photos-compare", f"/patients/{ada}/photos/compare/", by),
        Page("photos-compare-nothing", f"/patients/{none}/photos/compare/", (NURSE,)),
    )


def _plans() -> Iterable[Page]:
    """A face to decide on, decisions, plans with what is used at home, and the clinic's numbers."""
    treats = (CLINICIAN, NURSE)
    face = Assessment.objects.signed().filter(decisions=None, based_on=None).order_by("-pk")
    open_face = face.filter(patient__plans=None)[0]
    combined = Decision.objects.annotate(n=Count("plan__courses")).get(n=2)
    together = combined.plan
    paused = Plan.objects.get(courses__status="paused")
    watched = Decision.objects.get(way="observe")
    planless = Decision.objects.filter(way="treat", plan__isnull=False).order_by("-pk")[0]
    return (
        Page("decide", f"/assessments/{open_face.pk}/decision/", treats),
        Page(
            "decide-anew",
            f"/assessments/{combined.assessment_id}/decision/?again=1",
            (CLINICIAN,),
        ),
        Page("decide-closed-to-the-desk", f"/assessments/{open_face.pk}/decision/", status=403),
        Page("decision", f"/decisions/{combined.pk}/", treats),
        Page("decision-to-watch", f"/decisions/{watched.pk}/", (CLINICIAN,)),
        Page("plan-together", f"/plans/{together.pk}/", EVERYBODY),
        Page("plan-paused", f"/plans/{paused.pk}/"),
        Page("plan-of-a-course", f"/plans/{planless.plan.pk}/", (NURSE,)),
        Page("plans", f"/patients/{together.patient_id}/plans/", EVERYBODY),
        Page("plans-undecided", f"/patients/{open_face.patient_id}/plans/", (CLINICIAN,)),
        Page("guidance", "/clinic/guidance/", (MANAGER,)),
    )


def _assessments() -> Iterable[Page]:
    """The face chart: being drawn, signed, somebody else's, all of a patient, none."""
    ada, left = _patient("Lindqvist"), _patient("Fontaine-Mbeki")
    signed = Assessment.objects.signed().filter(patient=ada).order_by("-signed_at")[0]
    draft = Assessment.objects.drafts().get(patient=ada)
    other = Assessment.objects.drafts().get(patient=left)
    none = Patient.objects.filter(assessments=None, deceased=False).order_by("pk")[0]
    by = (CLINICIAN, NURSE)
    return (
        Page("assessments", f"/patients/{ada.pk}/assessments/", by),
        Page("assessments-none", f"/patients/{none.pk}/assessments/", by),
        Page("assessments-colleague", f"/patients/{left.pk}/assessments/", (CLINICIAN,)),
        Page("assessments-closed-to-the-desk", f"/patients/{ada.pk}/assessments/", status=403),
        Page("assessment-draft", f"/assessments/{draft.pk}/", by),
        Page("assessment-signed", f"/assessments/{signed.pk}/", by),
        Page("assessment-of-a-colleague", f"/assessments/{other.pk}/", (CLINICIAN,)),
        Page("assessment-new", f"/patients/{left.pk}/assessments/new/", (CLINICIAN,)),
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


def _health() -> Iterable[Page]:
    """The health questions: never asked, asked again, blocked, and read by a clinician."""
    today = timezone.now() - timedelta(days=1)
    coming = Appointment.objects.filter(location__name=HARBOUR, during__startswith__gt=today)
    answered = coming.filter(patient__screenings__answers__isnull=False).in_order()
    sore = answered.filter(
        patient__screenings__answers__question="cold_sore",
        patient__screenings__answers__value="yes",
    )[0]
    fresh = Patient.objects.filter(screenings=None, deceased=False).order_by("pk")[0]
    own, theirs = f"/patients/{fresh.pk}/screening/", f"/patients/{sore.patient_id}/screening/"
    hinted = _patient("Goldberg").pk
    return (
        Page("screening-none", own),
        Page("screening-ask-first", f"{own}ask/"),
        Page("screening-ask-hinted", f"/patients/{hinted}/screening/ask/"),
        Page("screening-blocked", f"{theirs}?visit={sore.pk}", (FRONT_DESK, CLINICIAN, NURSE)),
        Page("screening-ask-again", f"{theirs}ask/?visit={sore.pk}&arrive=1"),
    )


def _consents() -> Iterable[Page]:
    """What is signed, by whom, and the manager's texts."""
    visit = Appointment.objects.filter(
        patient__consents__end="withdrawn", during__startswith__gt=timezone.now()
    ).in_order()[0]
    older = Consent.objects.filter(text__scope="laser", text__version=1, withdrawn_at=None)[0]
    draft = ConsentText.objects.get(published_at=None).pk
    current = ConsentText.objects.get(scope="laser", version=2).pk
    typed = Consent.objects.filter(way="typed")[0]
    only = (MANAGER,)
    return (
        Page("consents", f"/patients/{_patient('Lindqvist').pk}/consents/", EVERYBODY),
        Page("consents-ended", f"/patients/{visit.patient_id}/consents/"),
        Page("consents-older-version", f"/patients/{older.patient_id}/consents/"),
        Page("consent-visit", f"/appointments/{visit.pk}/"),
        Page("consent-sign", f"/appointments/{visit.pk}/consent/sign/", (FRONT_DESK, CLINICIAN)),
        Page("consent-signed-before", f"/patients/{typed.patient_id}/consents/{typed.scope}/sign/"),
        Page("consent-thanks", f"/consents/{typed.pk}/signed/"),
        Page("consent-texts", "/consents/texts/", (MANAGER, CLINICIAN)),
        Page("consent-text-draft", f"/consents/texts/{draft}/", only),
        Page("consent-text", f"/consents/texts/{current}/", only),
        Page("consent-text-edit", "/consents/texts/glycolic/en/edit/", only),
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


def _protocols() -> Iterable[Page]:
    """How treatments are given: the list, a version, a draft compared and edited."""
    draft = Protocol.objects.drafts()[0].pk
    laser = Protocol.objects.get(modality="laser").pk
    retinoid = Protocol.objects.get(modality="retinoid").pk
    both = (MANAGER, CLINICIAN)
    return (
        Page("protocols", "/protocols/", both),
        Page("protocol", f"/protocols/{laser}/", (CLINICIAN, MANAGER)),
        Page("protocol-retinoid", f"/protocols/{retinoid}/", (NURSE,)),
        Page("protocol-draft", f"/protocols/{draft}/", both),
        Page("protocol-edit", f"/protocols/{draft}/edit/", (MANAGER,)),
        Page("protocols-closed-to-the-desk", "/protocols/", status=403),
    )


def _results() -> Iterable[Page]:
    """What came of courses: of one patient, and of the clinic."""
    rising, done, new = (
        f"/patients/{_patient(family).pk}/outcomes/"
        for family in ("Adeyemi", "O’Connell", "Fontaine-Mbeki")
    )
    return (
        Page("results", done, (CLINICIAN,)),
        Page("results-rising", rising, (CLINICIAN, NURSE)),
        Page("results-none", new, (NURSE,)),
        Page("patient-rising", f"/patients/{_patient('Adeyemi').pk}/", (CLINICIAN,)),
        Page("reports", "/reports/", (MANAGER, CLINICIAN)),
        Page("reports-nothing", "/reports/?first=2019-01-01&last=2019-02-01", (MANAGER,)),
        Page("reports-wrong", "/reports/?first=2026-03-01&last=2026-02-01", (MANAGER,), 422),
    )


def offer_link() -> str:
    """The address in the letter about an open offer; it leads to a page of its own."""
    offer = WaitlistOffer.objects.unanswered()[0]
    return reverse("offer-link", args=[links.token(links.OFFER, offer.seed)])


def _patient(family: str) -> Patient:
    return Patient.objects.get(family_name=family)
