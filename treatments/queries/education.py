"""Who should hear why milia are not squeezed, and from when on."""

from datetime import datetime

from django.db.models import Exists, Min, OuterRef, QuerySet

from clinic.models import Location
from patients.models import Message, Patient
from treatments.message_schedule import EDUCATION
from treatments.models import Assessment, Course, Plan


def subject_key(patient: int) -> str:
    return f"patient:{patient}"


def since(patient: Patient) -> datetime | None:
    """When milia were first found for certain, or the first course was agreed; None before. A face
    that is not clear yet may have something else, that other advice is for. Two queries."""
    clear = _clear().filter(patient=patient)
    agreed = Plan.objects.filter(patient=patient, courses__isnull=False)
    moments = [
        clear.aggregate(first=Min("signed_at"))["first"],
        agreed.aggregate(first=Min("agreed_at"))["first"],
    ]
    return min((each for each in moments if each is not None), default=None)


def _clear() -> QuerySet[Assessment]:
    return Assessment.objects.filter(signed_at__isnull=False, diagnosis=Assessment.Diagnosis.CLEAR)


def not_planned(*, after: datetime) -> QuerySet[Patient]:
    """Patients with a reason since `after` whom the ledger knows no such letter for."""
    told = Message.objects.filter(patient=OuterRef("pk"), kind=EDUCATION)
    found = _clear().filter(patient=OuterRef("pk"), signed_at__gt=after)
    agreed = Plan.objects.filter(patient=OuterRef("pk"), agreed_at__gt=after, courses__isnull=False)
    rows = Patient.objects.filter(Exists(found) | Exists(agreed)).exclude(Exists(told))
    return rows.order_by("pk")


def location_of(patient: int) -> Location | None:
    """Whose number the letter gives: where the newest course is, else the first of the clinic."""
    courses = Course.objects.filter(plan__patient=patient).select_related("location")
    newest = courses.order_by("-pk").first()
    return newest.location if newest else Location.objects.order_by("name").first()
