"""The pages of the clinical record."""

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Count
from django.utils import timezone

from bench.page import EVERYBODY, Page, patient_named
from clinic.accounts.roles import CLINICIAN, FRONT_DESK, MANAGER, NURSE
from clinic.models import Appointment
from patients.models import Consent, ConsentText, Patient, Photo
from treatments.demo.places import HARBOUR
from treatments.models import Assessment, Decision, Plan, Protocol, Visit


def record_pages() -> list[Page]:
    """What stands in the record of a patient, and what the clinic sets for it."""
    return [
        *_photos(),
        *_assessments(),
        *_plans(),
        *_health(),
        *_logs(),
        *_protocols(),
        *_results(),
        *_consents(),
    ]


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


def _photos() -> Iterable[Page]:
    """Photographs: many, none, taking them, one, two against each other."""
    ada, none = patient_named("Lindqvist").pk, patient_named("Fontaine-Mbeki").pk
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
    ada, left = patient_named("Lindqvist"), patient_named("Fontaine-Mbeki")
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
    hinted = patient_named("Goldberg").pk
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
        Page("consents", f"/patients/{patient_named('Lindqvist').pk}/consents/", EVERYBODY),
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
        f"/patients/{patient_named(family).pk}/outcomes/"
        for family in ("Adeyemi", "O’Connell", "Fontaine-Mbeki")
    )
    return (
        Page("results", done, (CLINICIAN,)),
        Page("results-rising", rising, (CLINICIAN, NURSE)),
        Page("results-none", new, (NURSE,)),
        Page("patient-rising", f"/patients/{patient_named('Adeyemi').pk}/", (CLINICIAN,)),
        Page("reports", "/reports/", (MANAGER, CLINICIAN)),
        Page("reports-nothing", "/reports/?first=2019-01-01&last=2019-02-01", (MANAGER,)),
        Page("reports-wrong", "/reports/?first=2026-03-01&last=2026-02-01", (MANAGER,), 422),
    )
