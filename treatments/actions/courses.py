"""The life of a course: it completes by itself, and is stopped or taken up again by people."""

from datetime import datetime

from django.db import transaction

from clinic.accounts.models import User
from clinic.actions.claims import Change
from patients.models import Patient
from treatments.actions import binding, course_messages
from treatments.models import Course, Session
from treatments.queries import courses

Status = Course.Status


class CourseRefused(Exception):
    """This cannot be done with the course as it is; the text says why."""


def follow(change: Change) -> None:
    """The booking door's follower: the course of a changed appointment is settled and its letters
    are planned again, in the same transaction. Its sessions first get back the visits that a
    decision taken back had replaced. A visit that was only just made stands for no session yet."""
    if change.what == "booked" and not change.was_held:
        return
    touched = {each.pk for each in change.appointments} | binding.follow(change)
    for course in courses.of_appointments(touched):
        _settle(course)
        reason = "visit moved or cancelled" if change.what == "rearranged" else ""
        course_messages.replan(course=course, now=change.now, reason=reason)


def _settle(course: Course) -> None:
    """Completed when the last session is done; active again when that is taken back."""
    all_done = all(each.state == Session.State.DONE for each in course.sessions.all())
    if course.status == Status.ACTIVE and all_done:
        _set(course, Status.COMPLETED, "")
    elif course.status == Status.COMPLETED and not all_done:
        _set(course, Status.ACTIVE, "")


@transaction.atomic
def stop(*, course: Course, reason: str, by: User, now: datetime) -> Course:
    """End a course early. Booked visits stand until somebody cancels them; its letters go."""
    found = _locked(course)
    if found.status not in (Status.ACTIVE, Status.PAUSED):
        raise CourseRefused(f"This course is {found.get_status_display().lower()} already.")
    if not reason.strip():
        raise CourseRefused("Say why the course is stopped.")
    _set(found, Status.STOPPED, f"{reason.strip()} ({by})")
    course_messages.replan(course=found, now=now, reason="course stopped")
    return found


@transaction.atomic
def take_up(*, course: Course, now: datetime) -> Course:
    """Go on with a course that was stopped or paused."""
    found = _locked(course)
    if found.status not in (Status.STOPPED, Status.PAUSED):
        raise CourseRefused(f"This course is {found.get_status_display().lower()}.")
    _set(found, Status.ACTIVE, "")
    course_messages.replan(course=found, now=now)
    return found


def _locked(course: Course) -> Course:
    """The course as it is now, its patient locked like by every change to a plan."""
    Patient.objects.select_for_update(of=("self",), no_key=True).get(plans__courses=course)
    return courses.with_sessions().get(pk=course.pk)


def _set(course: Course, status: Status, reason: str) -> None:
    course.status, course.status_reason = status, reason[:200]
    Course.objects.filter(pk=course.pk).update(status=status, status_reason=course.status_reason)
