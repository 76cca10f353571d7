"""Visits and letters of one patient for the overview: a query each, however long the history."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q, QuerySet, Value
from django.urls import reverse
from django.utils.translation import gettext as _

from clinic.models import Appointment, Resource
from patients import subjects
from patients.models import Message, Patient
from treatments.models import Course, Session
from treatments.models import Visit as Record

MOST_VISITS = 100
NEXT_LETTERS = 5
LAST_LETTERS = 3

_Status = Message.Status


@dataclass(frozen=True, slots=True)
class Visit:
    """One appointment as a row; `people` are the practitioners' names. One that has not begun
    `may_move`; `log` is its record, draft or signed."""

    appointment: Appointment
    what: str
    people: str
    is_past: bool
    may_move: bool
    log: Record | None


@dataclass(frozen=True, slots=True)
class Letter:
    """One message as the timeline component draws it."""

    state: str
    when: datetime
    title: str
    detail: str
    url: str


def visits_of(patient: Patient, found: Iterable[Course], now: datetime) -> list[Visit]:
    """The newest first; cancelled ones count as past; holds that are over are left out."""
    known = {
        session.appointment_id: (course, session)
        for course in found
        for session in course.sessions.all()
    }
    return [
        Visit(
            each,
            _what(each, *known.get(each.pk, (None, None))),
            ", ".join(getattr(each, "people", ())),
            each.during.upper <= now or each.status in ("cancelled", "no_show", "done"),
            each.status in ("booked", "confirmed") and each.during.upper > now,
            getattr(each, "visit_record", None),
        )
        for each in _appointments(patient, now)[:MOST_VISITS]
    ]


def _appointments(patient: Patient, now: datetime) -> QuerySet[Appointment]:
    people = ArrayAgg(
        "reservations__resource__name",
        filter=Q(reservations__resource__kind=Resource.Kind.PERSON),
        distinct=True,
        default=Value([]),
    )
    rows = (
        Appointment.objects.filter(patient=patient)
        .ever_booked()
        .exclude(status="held", held_until__lte=now)
    )
    return (
        rows.select_related("service", "location", "visit_record")
        .annotate(people=people)
        .order_by("-during")
    )


def _what(appointment: Appointment, course: Course | None, session: Session | None) -> str:
    """ "Glycolic peel, session 3 of 6", or the service of a visit without a course."""
    if course is None or session is None:
        return appointment.service.name
    words = {
        "name": course.protocol.name,
        "number": session.number,
        "total": len(course.sessions.all()),
    }
    return _("%(name)s, session %(number)d of %(total)d") % words


def letters_of(patient: Patient, found: Iterable[Course]) -> list[Letter]:
    """The last that left us and the next that are planned, in order of time."""
    own = Message.objects.filter(patient=patient)
    waiting = own.filter(status__in=[_Status.PLANNED, _Status.CLAIMED]).order_by("due_at", "pk")
    gone = own.filter(status=_Status.SENT).order_by("-sent_at", "-pk")
    rows = waiting[:NEXT_LETTERS].union(gone[:LAST_LETTERS], all=True)
    about = {
        session.subject_key: _("session %(number)d") % {"number": session.number}
        for course in found
        for session in course.sessions.all()
    }
    letters = [
        Letter(
            _Status.SENT if row.status == _Status.SENT else _Status.PLANNED,
            row.sent_at or row.due_at,
            subjects.label(row.kind),
            about.get(row.subject_key, ""),
            reverse("message-preview", args=[row.pk]),
        )
        for row in rows
    ]
    return sorted(letters, key=lambda each: (each.state != _Status.SENT, each.when))
