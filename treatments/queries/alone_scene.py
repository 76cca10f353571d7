"""What the timelines must know of visits that belong to no course."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from clinic.models import Appointment
from patients.models import Patient, Screening
from patients.queries import readiness
from treatments.course_schedule import CourseFacts
from treatments.message_schedule import SessionFacts
from treatments.models import Protocol, Rebinding
from treatments.performed import Performed
from treatments.queries import performed, protocols, rebindings, timelines
from treatments.queries.courses import STILL_WRITTEN
from treatments.queries.timelines import Timelines
from treatments.queries.visit_scene import GONE, alone_facts, was_told

Status = Appointment.Status
SOON_SAID: Final = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Alone:
    """A visit of no course. `protocol` is None for one at which nothing is treated."""

    appointment: Appointment
    protocol: Protocol | None
    facts: SessionFacts


@dataclass(frozen=True, slots=True)
class AloneScene:
    visits: Sequence[Alone]
    lines: Timelines


def of_patient(patient: Patient, now: datetime, new: Sequence[Appointment] = ()) -> AloneScene:
    """The visits of this patient that belong to no course and may still be written about; when some
    are `new`, only these and what was cancelled or missed, which they answer.

    One query without any, three with some, and three more where something is treated; one more each
    for a signed one and for a cancelled one with nothing booked after it. A treatment that was
    booked this moment is left out: it is about to become the session of a course.
    """
    known = _recent(patient, now)
    rows = [*known.filter(status__in=GONE), *new] if new else list(known)
    alone = _standing_alone(rows, now)
    treated = protocols.treating(each.service_id for each in alone) if alone else set()
    ruling = protocols.ruling(patient, treated) if treated else []
    done = performed.signed(each.pk for each in alone if each.status == Status.DONE)
    asked = readiness.newest_screening(patient.pk) if ruling else None
    gone = _last_gone(rows, alone)
    found = [
        Alone(each, _ruled_by(each, ruling), _facts(each, patient, done.get(each.pk), asked, gone))
        for each in alone
    ]
    return AloneScene(found, timelines.of(ruling, done.values()))


def with_visits_alone(now: datetime, of: Protocol | None = None) -> QuerySet[Patient]:
    """Patients with a visit of no course that may still be written about; with `of`, one that this
    protocol rules. After a visit at which nothing is treated all is said within days."""
    recent = Q(during__endswith__gt=now - SOON_SAID)
    treats = Protocol.objects.filter(
        Q(first_service=OuterRef("service")) | Q(follow_up_service=OuterRef("service"))
    )
    treated = Q(Exists(treats), during__endswith__gt=now - STILL_WRITTEN)
    rows = Appointment.objects.filter(recent | treated, patient=OuterRef("pk"), session=None)
    rows = rows.exclude(Exists(Rebinding.objects.filter(before=OuterRef("pk"))))
    if of is not None:
        rows = rows.filter(service__in=[of.first_service_id, of.follow_up_service_id])
    return Patient.objects.filter(Exists(rows))


def _recent(patient: Patient, now: datetime) -> QuerySet[Appointment]:
    rows = Appointment.objects.filter(patient=patient, during__endswith__gt=now - STILL_WRITTEN)
    rows = rows.exclude(status=Status.HELD).select_related("service", "location")
    return rows.order_by("during", "pk")


def _standing_alone(rows: Iterable[Appointment], now: datetime) -> list[Appointment]:
    """Those of no course, but for treatments that were booked this moment."""
    new = {each for each in rows if each.status == Status.BOOKED and each.created_at >= now}
    in_course = rebindings.in_courses([each.pk for each in rows if each not in new])
    return [
        each
        for each in rows
        if (each.service.stands_alone if each in new else each.pk not in in_course)
    ]


def _ruled_by(appointment: Appointment, ruling: Iterable[Protocol]) -> Protocol | None:
    service = appointment.service_id
    return next(
        (p for p in ruling if service in (p.first_service_id, p.follow_up_service_id)), None
    )


def _last_gone(rows: Iterable[Appointment], alone: Sequence[Appointment]) -> Appointment | None:
    """The visit that was cancelled or missed last, while nothing is booked after that moment."""
    gone = sorted((each for each in alone if each.status in GONE), key=lambda each: each.status_at)
    if not gone:
        return None
    last = gone[-1]
    later = any(each.blocks_time and each.during.lower > last.status_at for each in rows)
    return last if not later and was_told(last) else None


def answered(gone: Iterable[Appointment]) -> frozenset[int]:
    """Those of these visits after which another one was booked. One query, none without any."""
    wanted = [each.pk for each in gone]
    later = Appointment.objects.standing().filter(
        patient=OuterRef("patient"), during__startswith__gt=OuterRef("status_at")
    )
    rows = Appointment.objects.filter(Exists(later), pk__in=wanted)
    return frozenset(rows.values_list("pk", flat=True)) if wanted else frozenset()


def _facts(
    appointment: Appointment,
    patient: Patient,
    done: Performed | None,
    asked: Screening | None,
    gone: Appointment | None,
) -> SessionFacts:
    facts = alone_facts(appointment, patient, done)
    return replace(
        facts,
        screened=asked is not None and asked.holds_on(facts.day0),
        gone_at=appointment.status_at if appointment == gone else None,
    )


def whole_course(facts: SessionFacts) -> CourseFacts:
    """A treatment that stands alone is a course of one session; over when it is done and something
    was applied."""
    is_over = facts.done_at is not None and (facts.performed is None or facts.performed.applied)
    return CourseFacts(
        done=int(is_over),
        total=1,
        last_done_at=facts.starts_at if is_over else None,
        next_starts_at=None,
        state="complete",
        zone=facts.zone,
        location_zone=facts.location_zone,
        since=facts.done_at,
    )
