"""A visit gets another time, and the rest of its course follows: one decision, told once."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from clinic.accounts.models import User
from clinic.actions.claims import Claim, KeyReused, Objection, refuse, registry
from clinic.actions.rearrangement_wishes import proposal_of
from clinic.actions.rearranging import Move, Wanted, rearrange
from clinic.models import Appointment, Location, RearrangedVisit, Rearrangement
from clinic.scheduling.clock import to_datetime
from clinic.scheduling.slots import Slot
from patients.actions.retry import retry_on_contention
from patients.models import Patient
from treatments.actions import binding, plans
from treatments.models import Course, Rebinding, Session


@dataclass(frozen=True, slots=True)
class NewTime:
    """A booked visit, by primary key, in the version that was shown, and its new slot."""

    appointment: int
    seen: int
    slot: Slot


@dataclass(frozen=True, slots=True)
class NewDate:
    """A session that gets a visit instead of the one that it lost; both by primary key."""

    session: int
    instead_of: int
    slot: Slot


@dataclass(frozen=True, slots=True)
class Change:
    """What is to become of visits of one patient at one location, with their rows."""

    patient: Patient
    location: Location
    moves: tuple[tuple[Appointment, NewTime], ...]
    books: tuple[tuple[Session, NewDate], ...] = ()
    cause: str = ""

    @property
    def wanted(self) -> Wanted:
        return Wanted(
            patient=self.patient,
            location=self.location,
            moves=tuple(Move(row, _moved(row, to), to.seen) for row, to in self.moves),
            books=tuple(_claim(row.course, row, to.slot) for row, to in self.books),
            cause=self.cause,
        )


def _moved(row: Appointment, to: NewTime) -> Claim:
    return Claim(row.service, to_datetime(to.slot.start), to.slot.assignment)


def _claim(course: Course, session: Session, slot: Slot) -> Claim:
    service = course.protocol.service_of(session.number)
    return Claim(service, to_datetime(slot.start), slot.assignment)


def change_of(moves: Sequence[NewTime], books: Sequence[NewDate]) -> Change:
    """These changes with their rows as they are now; of one patient, as they were offered."""
    related = ("patient", "service", "location")
    visits = Appointment.objects.select_related(*related).in_bulk([to.appointment for to in moves])
    sessions = Session.objects.select_related(
        "course__plan__patient",
        "course__location",
        "course__protocol__first_service",
        "course__protocol__follow_up_service",
    ).in_bulk([to.session for to in books])
    patient, location = _whose(visits, sessions)
    return Change(
        patient=patient,
        location=location,
        moves=tuple((visits[to.appointment], to) for to in moves),
        books=tuple((sessions[to.session], to) for to in books),
        cause=_cause(list(visits), [each.number for each in sessions.values()]),
    )


def _whose(
    visits: Mapping[int, Appointment], sessions: Mapping[int, Session]
) -> tuple[Patient, Location]:
    """Patient and location of the first of them; every change has one."""
    for visit in visits.values():
        return visit.patient, visit.location
    course = next(iter(sessions.values())).course
    return course.plan.patient, course.location


def _cause(moved: Sequence[int], booked: Sequence[int]) -> str:
    """What the history of a visit says beside "Moved from ... to ..."; nothing of one alone."""
    numbers = Session.objects.filter(appointment__in=moved).values_list("number", flat=True)
    together = sorted({*numbers, *booked})
    return f"sessions {_listed(together)} together" if len(together) > 1 else ""


def _listed(numbers: Sequence[int]) -> str:
    *most, last = map(str, numbers)
    return f"{', '.join(most)} and {last}"


def objections(change: Change, now: datetime) -> list[Objection]:
    """What the rules of the booking door would say to it, asked before anybody presses."""
    proposal = proposal_of(change.wanted, now)
    return [each for rule in registry.rules for each in rule(proposal)]


@retry_on_contention
@transaction.atomic
def apply(
    *,
    change: Change,
    by: User,
    now: datetime,
    key: uuid.UUID,
    notify: bool = True,
    override_reason: str = "",
) -> Rearrangement:
    """Do all of it or nothing; sessions that lost their visit are bound to the new ones.

    Raises BookingRefused with every objection, and KeyReused when the key came with another
    change or when this one was done before and taken back since.
    """
    # the patient before the course, like everything that changes a plan
    Patient.objects.select_for_update(of=("self",), no_key=True).get(pk=change.patient.pk)
    sessions = _locked(change)
    (made,) = rearrange(
        wanted=[change.wanted],
        by=by,
        now=now,
        key=key,
        notify=notify,
        override_reason=override_reason,
    )
    if Rearrangement.objects.filter(undoes=made).exists():
        raise KeyReused("This was done before and taken back since. Look at it again.")
    if sessions and not Rebinding.objects.filter(rearrangement=made).exists():
        _check_lost(change, sessions)
        binding.bind(zip(sessions, _booked(made), strict=True), made)
        plans.replan(sessions[0].course, now)
    return made


def _locked(change: Change) -> list[Session]:
    """The sessions that get a visit, as they are now, in the order of the change."""
    if not change.books:
        return []
    course = change.books[0][0].course
    Course.objects.select_for_update(of=("self",)).get(pk=course.pk)
    rows = Session.objects.select_related("appointment", "course")
    found = rows.in_bulk([row.pk for row, _to in change.books])
    return [found[row.pk] for row, _to in change.books]


def _check_lost(change: Change, sessions: Sequence[Session]) -> None:
    """Refuse when a session has a visit again, or its course does not run any more.

    Asked behind the door: a repeated request must get its first answer.
    """
    for session, (_row, to) in zip(sessions, change.books, strict=True):
        if session.appointment_id != to.instead_of or _stands(session):
            refuse(f"Session {session.number} has another date by now. Nothing was changed.")
        if session.course.status != Course.Status.ACTIVE:
            status = session.course.get_status_display().lower()
            refuse(f"This course is {status}. Nothing is booked for it.")


def _stands(session: Session) -> bool:
    return session.appointment is not None and bool(session.appointment.blocks_time)


def _booked(made: Rearrangement) -> Iterator[Appointment]:
    rows = made.visits.filter(what=RearrangedVisit.What.BOOKED).select_related("appointment")
    return (row.appointment for row in rows.order_by("pk"))
