"""A retinoid at home as it is laid out: week by week, with the pauses round booked treatments."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from patients.models import Patient
from treatments.models import Course, Regimen, RegimenChange, Session
from treatments.protocol_data.washout import rest_days
from treatments.queries import courses, protocols
from treatments.regimen import Pause, Treatment, Week, calendar, pauses, week_of


@dataclass(frozen=True, slots=True)
class LaidOut:
    """`weeks` from the first evening on, `around` the pauses round treatments, `changes` in the
    order in which they were made, `current` the week of today."""

    regimen: Regimen
    weeks: tuple[Week, ...]
    around: tuple[Pause, ...]
    changes: tuple[RegimenChange, ...]
    current: Week | None

    @property
    def rungs(self) -> tuple[int, ...]:
        return protocols.numbers(self.regimen.course.protocol).nights_per_week

    @property
    def review_on(self) -> tuple[date, ...]:
        """The days on which it is reviewed by its protocol."""
        days = protocols.numbers(self.regimen.course.protocol).review_days
        return tuple(self.regimen.starts_on + timedelta(days=each) for each in days)


def of_course(course: Course) -> Regimen | None:
    """What is used at home as part of this course. One query."""
    rows = Regimen.objects.filter(course=course)
    return rows.select_related("course__protocol", "course__plan__patient").first()


def resting(patients: Iterable[int]) -> frozenset[int]:
    """Those of these patients who leave a retinoid out for a whole series. One query, none without
    patients."""
    wanted = set(patients)
    rows = Regimen.objects.filter(
        pause_for_series=True,
        course__status=Course.Status.ACTIVE,
        course__plan__patient__in=wanted,
    )
    found = rows.values_list("course__plan__patient", flat=True)
    return frozenset(found) if wanted else frozenset()


def laid_out(regimen: Regimen, today: date) -> LaidOut:
    """The regimen's course comes with protocol, plan and patient. Two queries."""
    changes = tuple(regimen.changes.select_related("changed_by").order_by("pk"))
    patient = regimen.course.plan.patient
    around = pauses(treatments_of(patient), whole_series=regimen.pause_for_series)
    ladder = protocols.numbers(regimen.course.protocol).nights_per_week
    made = [each.as_change() for each in changes]
    weeks = calendar(regimen.starts_on, ladder, made, around)
    return LaidOut(regimen, weeks, around, changes, week_of(weeks, today))


def treatments_of(patient: Patient) -> list[Treatment]:
    """The visits of this patient round which a retinoid is left out, booked and done. One query."""
    rows = Session.objects.filter(course__plan__patient=patient, appointment__isnull=False)
    rows = rows.exclude(course__protocol__modality="retinoid")
    found = []
    for session in rows.select_related("course__protocol", "appointment__location"):
        protocol, day = session.course.protocol, courses.session_day(session)
        restart = rest_days(protocol.modality, "retinoid")
        if day is not None and restart:
            found.append(Treatment(day, protocol.retinoid_stop_days(patient.skin_type), restart))
    return found
