"""What the desk has to see to although no visit of today reminds of it: sessions without a date,
courses about to pass their longest gap, booked gaps that are none, visits missed or never closed.

Four queries, whatever the history: running courses by an index of their own, past visits of the
last weeks by that of the calendar, and the counts of those who had three sessions.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cached_property

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from clinic.models import Appointment, Location, Reservation
from clinic.scheduling.spacing import Verdict
from patients.models import Patient
from treatments.models import Course, Session
from treatments.progress import RISE_FROM_SESSION
from treatments.queries import courses, outcomes
from treatments.queries.courses import Dot, Due

# who passes the longest gap within this time has to be called now
SOON = timedelta(days=7)
# how long a visit that was missed or never closed stays on the list
LOOK_BACK = timedelta(days=90)

_Status = Appointment.Status
_NEVER_CLOSED = (_Status.BOOKED, _Status.CONFIRMED, _Status.ARRIVED, _Status.IN_ROOM)


class Kind(StrEnum):
    """What is to be seen to, the most urgent first."""

    PASSING = "passing"
    MISSED = "missed"
    OUT = "out"
    TO_BOOK = "to_book"
    REVIEW = "review"
    UNCLOSED = "unclosed"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to see to. `days` depends on the kind:

    passing   until the last day of the longest gap; negative when it is behind us
    to_book   since the ideal day, or since a course without any date was agreed; negative before it
    missed, unclosed
              since the visit
    out       between the session and the one before it
    review    not days but the percent by which the count of milia rose

    `is_lapsed` says that the course needs a new assessment before anything is booked.
    """

    kind: Kind
    patient: Patient
    days: int
    course: Course | None = None
    dots: tuple[Dot, ...] = ()
    session: Session | None = None
    due: Due | None = None
    appointment: Appointment | None = None
    is_lapsed: bool = False

    @property
    def stripe(self) -> str:
        """The colour of its edge."""
        if self.course is not None:
            return self.course.protocol.modality
        return self.appointment.service.stripe if self.appointment else ""

    @property
    def minutes(self) -> int:
        """How long the visit of the session is, as the patient sees it."""
        if self.course is None or self.session is None:
            return 0
        return self.course.protocol.service_of(self.session.number).minutes

    @property
    def urgency(self) -> tuple[bool, int, str]:
        """To sort by, the most urgent first."""
        sooner = self.days if self.kind in (Kind.PASSING, Kind.OUT) else -self.days
        return self.is_lapsed, sooner, self.patient.family_name


def worklist(
    location: Location, now: datetime, person: int | None = None
) -> dict[Kind, list[Item]]:
    """Every kind with its items, the most urgent first; with `person`, of this practitioner."""
    today = now.astimezone(location.zone).date()
    running = list(_running(location, person))
    found = [item for course in running for item in _of_course(course, today)]
    found += _rising(running)
    found += _of_visits(_past_visits(location, now, person), running, today)
    found.sort(key=lambda item: item.urgency)
    return {kind: [item for item in found if item.kind is kind] for kind in Kind}


def to_place(location: Location, now: datetime) -> list[Item]:
    """The sessions that wait for a date and may have one, the most urgent first; two queries."""
    today = now.astimezone(location.zone).date()
    found = [item for course in _running(location, None) for item in _of_course(course, today)]
    waiting = [item for item in found if item.kind is not Kind.OUT and not item.is_lapsed]
    order = list(Kind)
    return sorted(waiting, key=lambda item: (order.index(item.kind), item.urgency))


# Courses -----------------------------------------------------------------------------------------


def _running(location: Location, person: int | None) -> QuerySet[Course]:
    sessions = Session.objects.select_related("appointment__location").order_by("number")
    rows = Course.objects.filter(
        status=Course.Status.ACTIVE, location=location, plan__patient__deceased=False
    )
    if person is not None:
        rows = rows.filter(practitioner=person)
    related = (
        "plan__patient",
        "protocol__first_service",
        "protocol__follow_up_service",
        "location",
        "practitioner",
    )
    rows = rows.select_related(*related).annotate(looked_at=courses.newest_look())
    return rows.prefetch_related(Prefetch("sessions", queryset=sessions))


def _of_course(course: Course, today: date) -> Iterator[Item]:
    """What a running course has to be seen to for: its next open session, booked gaps."""
    look = _Look(course, today)
    if look.run:
        yield look.waiting()
    yield from look.out()


@dataclass(frozen=True)
class _Look:
    """One running course, looked at today."""

    course: Course
    today: date

    @cached_property
    def run(self) -> list[Session]:
        return courses.open_run(self.course)

    @cached_property
    def dots(self) -> tuple[Dot, ...]:
        return tuple(courses.dots(self.course))

    def waiting(self) -> Item:
        """The next session without a date."""
        due, session = courses.next_due(self.course), self.run[0]
        is_lapsed = bool(due and due.lapses and self.today > due.lapses)
        if due and due.latest and not is_lapsed and due.latest <= self.today + SOON:
            return self._item(Kind.PASSING, (due.latest - self.today).days, session, due)
        missed = session.appointment if session.state == Session.State.MISSED else None
        if missed is not None:
            since = (self.today - missed.starts_at.date()).days
            return self._item(Kind.MISSED, since, session, due, is_lapsed=is_lapsed)
        agreed = self.course.plan.agreed_at.astimezone(self.course.location.zone).date()
        since = (self.today - (due.ideal if due else agreed)).days
        return self._item(Kind.TO_BOOK, since, session, due, is_lapsed=is_lapsed)

    def out(self) -> Iterator[Item]:
        """Coming sessions that are too close to the one before, or too far from it."""
        for dot in self.dots:
            booked = dot.session.appointment
            is_coming = booked is not None and booked.starts_at.date() >= self.today
            if dot.state == "out" and is_coming and dot.gap is not None:
                yield self._item(Kind.OUT, dot.gap, dot.session)

    def _item(
        self,
        kind: Kind,
        days: int,
        session: Session,
        due: Due | None = None,
        *,
        is_lapsed: bool = False,
    ) -> Item:
        return Item(
            kind=kind,
            patient=self.course.plan.patient,
            days=days,
            course=self.course,
            dots=self.dots,
            session=session,
            due=due,
            appointment=session.appointment,
            is_lapsed=is_lapsed,
        )


def is_too_close(item: Item) -> bool:
    """Of a gap that is out: whether it is too short, not too long."""
    spacing = item.course.protocol.spacing if item.course else None
    return spacing is not None and spacing.judge(item.days) in (
        Verdict.REFUSED,
        Verdict.NEEDS_REASON,
    )


# Counts ------------------------------------------------------------------------------------------


def _rising(running: Iterable[Course]) -> Iterator[Item]:
    """Courses in which there are more milia than before (`treatments.progress`); one query."""
    far = [each for each in running if _done(each) >= RISE_FROM_SESSION]
    counts = outcomes.counts_of(each.plan.patient_id for each in far)
    for course in far:
        series = outcomes.series_for(course, counts.get(course.plan.patient_id, []))
        reviews = outcomes.open_reviews(course, series)
        if any(each.prompt == "rising" for each in reviews):
            patient, dots = course.plan.patient, tuple(courses.dots(course))
            yield Item(Kind.REVIEW, patient, series.change or 0, course, dots)


def _done(course: Course) -> int:
    return sum(each.state == Session.State.DONE for each in course.sessions.all())


# Visits ------------------------------------------------------------------------------------------


def _past_visits(location: Location, now: datetime, person: int | None) -> QuerySet[Appointment]:
    """Visits of the last weeks that nobody closed, and missed ones after which nothing came."""
    later = Appointment.objects.standing().filter(
        patient=OuterRef("patient"), during__startswith__gt=OuterRef("during__startswith")
    )
    missed = Q(status=_Status.NO_SHOW, session__isnull=True) & ~Exists(later)
    rows = (
        Appointment.objects.filter(location=location)
        .between(now - LOOK_BACK, now)
        .filter(Q(status__in=_NEVER_CLOSED) | missed, during__endswith__lte=now)
    )
    if person is not None:
        held = Reservation.objects.filter(appointment=OuterRef("pk"), resource=person)
        rows = rows.filter(Exists(held))
    return rows.select_related("patient", "service", "location").in_order()


def _of_visits(
    visits: Iterable[Appointment], running: Iterable[Course], today: date
) -> Iterator[Item]:
    sessions = {
        session.appointment_id: (course, session)
        for course in running
        for session in course.sessions.all()
    }
    for visit in visits:
        course, session = sessions.get(visit.pk, (None, None))
        yield Item(
            kind=Kind.MISSED if visit.status == _Status.NO_SHOW else Kind.UNCLOSED,
            patient=visit.patient,
            days=(today - visit.starts_at.date()).days,
            course=course,
            dots=tuple(courses.dots(course)) if course else (),
            session=session,
            appointment=visit,
        )
