"""Which consents a visit needs, and how they stand.

The apps above know what is done at a visit and register a source; panel and signing page ask here.
"""

from collections.abc import Callable, Mapping, Sequence

from django.db.models import QuerySet

from clinic.accounts.models import User
from clinic.accounts.roles import CLINICIAN, NURSE
from clinic.models import Appointment, Reservation
from patients.models import Consent, Patient
from patients.queries import consent_texts, readiness
from patients.queries.consents import Line, line
from patients.queries.readiness import Readiness

Source = Callable[[Sequence[Appointment]], Mapping[int, str]]
"""By the number of the appointment, the scope that has to be agreed to; visits that need none are
left out."""

sources: list[Source] = []


def register_source(source: Source) -> None:
    """Ask this source what visits need; registering twice changes nothing."""
    if source not in sources:
        sources.append(source)


def needed(appointment: Appointment) -> list[str]:
    return [found[appointment.pk] for each in sources if (found := each([appointment]))]


def of_visit(appointment: Appointment, ready: Readiness) -> list[Line]:
    """What this visit needs, then photographs, which every visit may."""
    texts = consent_texts.current(appointment.patient.language)
    wanted = dict.fromkeys([*needed(appointment), str(Consent.Scope.PHOTOS)])
    return [line(scope, ready.consents.get(scope), texts) for scope in wanted]


def to_sign(appointment: Appointment) -> str:
    """The scope that this visit waits for; photographs when nothing else is missing."""
    ready = readiness.of_patients([appointment.patient_id])[appointment.patient_id]
    missing = [each for each in needed(appointment) if not ready.has_agreed(each)]
    return [*missing, str(Consent.Scope.PHOTOS)][0]


def explainers() -> QuerySet[User]:
    """Who may explain a treatment to a patient."""
    rows = User.objects.filter(is_active=True, groups__name__in=[CLINICIAN, NURSE])
    return rows.order_by("name").distinct()


def who_treats(appointment: Appointment) -> User | None:
    """The account of whoever is held for this visit first."""
    held = Reservation.objects.filter(appointment=appointment, resource__user__isnull=False)
    first = held.select_related("resource__user").order_by("need__position").first()
    return first.resource.user if first else None


def standing(patient: Patient, scope: str) -> Consent | None:
    return readiness.of_patients([patient.pk])[patient.pk].consents.get(scope)
