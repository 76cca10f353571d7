"""Booking the sessions of courses."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from clinic.accounts.models import User
from clinic.actions import booking, booking_requests
from clinic.actions.claims import BookingRefused, Claim, KeyReused, Objection, refuse
from clinic.models import Booking
from clinic.scheduling.clock import to_datetime
from clinic.scheduling.slots import Slot
from patients.actions.retry import retry_on_contention
from patients.models import Patient
from treatments.actions import binding, course_messages
from treatments.actions.agreeing import CourseTerms, PlanRefused, start_course
from treatments.models import Course, Session
from treatments.queries import courses

# what is agreed is booked from here: one module for both
__all__ = [
    "CourseTerms",
    "PlanRefused",
    "book_series",
    "book_session",
    "claims_of",
    "open_sessions",
    "replan",
    "start_course",
]


@retry_on_contention
@transaction.atomic
def book_series(
    *,
    course: Course,
    slots: Sequence[Slot],
    by: User,
    now: datetime,
    key: uuid.UUID,
    override_reason: str = "",
) -> Booking:
    """Book these slots for the course's next open sessions: all of them or none.

    Sessions are filled in order. Raises BookingRefused with every objection; a repeated `key`
    gets the first booking back.
    """
    # the patient before the course, like everything that changes a plan
    Patient.objects.select_for_update(of=("self",), no_key=True).get(plans__courses=course)
    found = Course.objects.select_for_update(of=("self",)).get(pk=course.pk)
    before = Booking.objects.filter(actor=by, key=key).first()
    if before is not None:
        return _the_same(before, course, slots)
    if found.status != Course.Status.ACTIVE:
        refuse(f"This course is {found.get_status_display().lower()}. Nothing is booked for it.")
    sessions = open_sessions(course)[: len(slots)]
    if len(slots) > len(sessions):
        raise BookingRefused(
            Objection("Some of these sessions were booked meanwhile. Reload the page.")
        )
    booked = booking.book_series(
        patient=course.plan.patient,
        location=course.location,
        claims=claims_of(course, sessions, slots),
        by=by,
        now=now,
        key=key,
        override_reason=override_reason,
    )
    binding.bind(zip(sessions, booked.appointments.order_by("during"), strict=True))
    replan(course, now)
    return booked


@retry_on_contention
@transaction.atomic
def book_session(
    *,
    session: Session,
    slot: Slot,
    by: User,
    now: datetime,
    key: uuid.UUID,
    override_reason: str = "",
) -> Booking:
    """Book one session that is open, whichever of the course it is; as `book_series` otherwise."""
    course = courses.with_sessions().get(pk=session.course_id)
    Patient.objects.select_for_update(of=("self",), no_key=True).get(plans__courses=course)
    found = Session.objects.select_for_update(of=("self",)).get(pk=session.pk)
    before = Booking.objects.filter(actor=by, key=key).first()
    if before is not None:
        return _the_same(before, course, [slot])
    course = courses.with_sessions().get(pk=session.course_id)
    if course.status != Course.Status.ACTIVE:
        refuse(f"This course is {course.get_status_display().lower()}. Nothing is booked for it.")
    if found.state not in (Session.State.OPEN, Session.State.MISSED):
        refuse(f"Session {found.number} has a date by now.")
    service = course.protocol.service_of(found.number)
    booked = booking.book_series(
        patient=course.plan.patient,
        location=course.location,
        claims=[Claim(service, to_datetime(slot.start), slot.assignment)],
        by=by,
        now=now,
        key=key,
        override_reason=override_reason,
    )
    found.appointment = booked.appointments.get()
    found.save(update_fields=["appointment"])
    replan(course, now)
    return booked


def claims_of(course: Course, sessions: Sequence[Session], slots: Sequence[Slot]) -> list[Claim]:
    """What is asked of the booking door: these slots for these sessions, one each."""
    return [
        Claim(course.protocol.service_of(session.number), to_datetime(slot.start), slot.assignment)
        for session, slot in zip(sessions, slots, strict=True)
    ]


def _the_same(before: Booking, course: Course, slots: Sequence[Slot]) -> Booking:
    """The first outcome of a repeated request; KeyReused if the request was another one."""
    services = [each.service for each in before.appointments.order_by("pk")]
    if len(services) != len(slots):
        raise KeyReused("This form was already used for another booking. Reload the page.")
    claims = [
        Claim(service, to_datetime(slot.start), slot.assignment)
        for service, slot in zip(services, slots, strict=True)
    ]
    booking_requests.check_same(before, course.plan.patient, course.location, claims)
    return before


def open_sessions(course: Course) -> list[Session]:
    """The run of open sessions that is to be booked next, in order, read anew."""
    return courses.open_run(courses.with_sessions().get(pk=course.pk))


def replan(course: Course, now: datetime) -> None:
    """Plan the course's letters from what the database holds now."""
    course_messages.replan(course=courses.with_sessions().get(pk=course.pk), now=now)
