"""What the timeline of a retinoid at home must know of it."""

from dataclasses import dataclass
from datetime import date

from django.db.models import F

from clinic.models import Appointment
from patients import screening_rules
from patients.models import Patient
from patients.queries import screening
from treatments.home_schedule import HomeFacts, Told
from treatments.models import Course, Protocol, Regimen
from treatments.queries import regimens
from treatments.queries.regimens import LaidOut

_GONE = (Appointment.Status.CANCELLED, Appointment.Status.NO_SHOW)


@dataclass(frozen=True, slots=True)
class Home:
    """One regimen, laid out, with the facts that its letters depend on."""

    laid: LaidOut
    facts: HomeFacts

    @property
    def regimen(self) -> Regimen:
        return self.laid.regimen

    @property
    def protocol(self) -> Protocol:
        return self.regimen.course.protocol

    @property
    def subject_key(self) -> str:
        return self.regimen.subject_key

    def uses_before(self, day: date) -> bool:
        """Whether it is used on the evening before this day: the patient is told to leave it."""
        resting = any(pause.first < day <= pause.again for pause in self.laid.around)
        has_begun = self.regimen.starts_on < day
        return self.facts.is_on and has_begun and not resting


def of_patient(patient: Patient, course: Course) -> list[Home]:
    """The regimen of this course and the one that is in use. One query without any, three more
    with one."""
    rows = Regimen.objects.filter(course__plan__patient=patient)
    rows = rows.select_related("course__protocol", "course__plan__patient", "course__location")
    rows = rows.annotate(begins_as=F("course__sessions__appointment__status"))
    wanted = [
        each
        for each in rows.order_by("pk")
        if each.course_id == course.pk or each.course.status == Course.Status.ACTIVE
    ]
    return [_home(each, patient) for each in wanted]


def _home(regimen: Regimen, patient: Patient) -> Home:
    laid = regimens.laid_out(regimen, regimen.starts_on)
    person = screening.person(patient)
    said = screening.pregnancy(patient.pk)
    begins_as: str | None = regimen.begins_as  # type: ignore[attr-defined] # annotated
    return Home(
        laid,
        HomeFacts(
            starts_on=regimen.starts_on,
            weeks=laid.weeks,
            top=max(laid.rungs, default=0),
            agreed_at=regimen.course.plan.agreed_at,
            zone=patient.zone,
            is_on=regimen.course.status == Course.Status.ACTIVE and begins_as not in _GONE,
            changes=tuple(Told(each.pk, each.changed_at) for each in laid.changes),
            conceives=screening_rules.may_be_pregnant(person, regimen.starts_on),
            pregnancy=Told(said.screening_id, said.screening.recorded_at) if said else None,
        ),
    )
