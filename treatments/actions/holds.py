"""Keeping a whole series while the patient is on the telephone.

The kept visits belong to no session yet. Whoever confirms them, on whatever screen, the follower
below binds them to their sessions in the same transaction, or refuses when these sessions have got
other dates meanwhile.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from clinic.accounts.models import User
from clinic.actions import holding
from clinic.actions.claims import Change, refuse, register_follower
from clinic.models import Appointment, Booking
from clinic.scheduling.refusals import listed
from clinic.scheduling.slots import Slot
from patients.actions.retry import retry_on_contention
from patients.models import Patient
from treatments.actions import plans
from treatments.models import Course, SeriesHold, Session
from treatments.queries import courses, holds


def register() -> None:
    register_follower(follow)


@retry_on_contention
@transaction.atomic
def hold_series(
    *, course: Course, slots: Sequence[Slot], by: User, now: datetime, key: uuid.UUID
) -> Booking:
    """Keep these slots for the course's next open sessions for some minutes: all or none.

    Raises BookingRefused with every objection; a repeated `key` gets the first hold back.
    """
    # the patient before the course, like everything that changes a plan
    Patient.objects.select_for_update(of=("self",), no_key=True).get(plans__courses=course)
    found = Course.objects.select_for_update(of=("self",)).get(pk=course.pk)
    if found.status != Course.Status.ACTIVE:
        refuse(f"This course is {found.get_status_display().lower()}. Nothing is kept for it.")
    if holds.standing(now).filter(course=course).exclude(booking__key=key).exists():
        refuse("Dates are kept for this course already. Book them, or give them back first.")
    sessions = plans.open_sessions(course)[: len(slots)]
    if len(slots) > len(sessions):
        refuse("Some of these sessions were booked meanwhile. Reload the page.")
    kept = holding.hold(
        patient=course.plan.patient,
        location=course.location,
        claims=plans.claims_of(course, sessions, slots),
        by=by,
        now=now,
        key=key,
    )
    meant = {"course": course, "first_number": sessions[0].number}
    SeriesHold.objects.update_or_create(booking=kept, defaults=meant)
    return kept


def follow(change: Change) -> None:
    """The booking door's follower: sees for which sessions times are kept, and binds them."""
    if change.what == "held" and not change.instead_of:
        _note(change)
    elif change.was_held:
        _bind(change.appointments)


def _note(change: Change) -> None:
    """A kept time of a service that is given in courses alone is meant for the next session."""
    services = [each.service for each in change.appointments]
    if all(each.stands_alone for each in services):
        return
    first = change.appointments[0]
    running = courses.with_sessions().filter(
        plan__patient=change.patient, location=first.location, status=Course.Status.ACTIVE
    )
    for course in running.order_by("pk"):
        run = courses.open_run(course)[: len(services)]
        if [course.protocol.service_of(each.number) for each in run] == services:
            meant = {"course": course, "first_number": run[0].number}
            SeriesHold.objects.get_or_create(booking_id=first.booking_id, defaults=meant)
            return


def _bind(visits: Sequence[Appointment]) -> None:
    kept = SeriesHold.objects.filter(booking=visits[0].booking_id).first()
    if kept is None:
        return
    course = Course.objects.select_for_update(of=("self",)).get(pk=kept.course_id)
    if course.status != Course.Status.ACTIVE:
        refuse(f"This course is {course.get_status_display().lower()}. Nothing is booked for it.")
    sessions = _sessions(kept, len(visits))
    taken = [each.number for each in sessions if courses.session_day(each) is not None]
    if taken:
        which = f"Session{'s' if taken[1:] else ''} {listed(map(str, taken))}"
        refuse(f"{which} got another date meanwhile. Give the kept times back and look again.")
    for session, visit in zip(sessions, visits, strict=True):
        session.appointment = visit
    Session.objects.bulk_update(sessions, ["appointment"])


def _sessions(kept: SeriesHold, number: int) -> list[Session]:
    """The sessions that the hold is meant for, as they are now."""
    first = kept.first_number
    meant = kept.course.sessions.filter(number__gte=first, number__lt=first + number)
    return list(meant.select_related("appointment__location").order_by("number"))
