"""The life of a course: it completes by itself, and is stopped or taken up again by people."""

from datetime import date, datetime

from django.db import transaction

from clinic.accounts.models import User
from clinic.actions.claims import Change
from patients.models import Patient
from treatments.actions import binding, course_messages
from treatments.models import Course, RegimenChange, Session
from treatments.queries import courses, regimens

Status, What = Course.Status, RegimenChange.What


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
    """Completed when the last session is done; active again when that is taken back. What is used
    at home goes on after its only session, until somebody ends it."""
    all_done = all(each.state == Session.State.DONE for each in course.sessions.all())
    if course.status == Status.ACTIVE and all_done:
        if regimens.of_course(course) is None:
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
    _set(found, Status.STOPPED, _signed(reason, by))
    _note(found, What.STOP, by, now, reason)
    _replan(found, now, "course stopped")
    return found


@transaction.atomic
def pause(*, course: Course, reason: str, until: date | None, by: User, now: datetime) -> Course:
    """Interrupt a course, to a day or without one: its letters stop, its booked visits stand, and
    the desk sees it. `until` is the day on which somebody should take it up again."""
    found = _locked(course)
    if found.status != Status.ACTIVE:
        raise CourseRefused(f"This course is {found.get_status_display().lower()}.")
    if not reason.strip():
        raise CourseRefused("Say why the course is paused.")
    if until is not None and until <= now.astimezone(found.location.zone).date():
        raise CourseRefused("A pause ends on a later day than today.")
    _set(found, Status.PAUSED, _signed(reason, by), until)
    _note(found, What.PAUSE, by, now, reason, until)
    _replan(found, now, "course paused")
    return found


@transaction.atomic
def take_up(*, course: Course, by: User, now: datetime) -> Course:
    """Go on with a course that was stopped or paused."""
    found = _locked(course)
    if found.status not in (Status.STOPPED, Status.PAUSED):
        raise CourseRefused(f"This course is {found.get_status_display().lower()}.")
    _set(found, Status.ACTIVE, "")
    _note(found, What.RESUME, by, now)
    _replan(found, now)
    return found


@transaction.atomic
def finish(*, course: Course, by: User, now: datetime) -> Course:
    """What was used at home has done its work: the course is completed."""
    found = _locked(course)
    if regimens.of_course(found) is None:
        raise CourseRefused("This course completes by itself, with its last session.")
    if found.status not in (Status.ACTIVE, Status.PAUSED):
        raise CourseRefused(f"This course is {found.get_status_display().lower()} already.")
    _set(found, Status.COMPLETED, "")
    _note(found, What.STOP, by, now, "Finished")
    _replan(found, now, "course finished")
    return found


def _replan(course: Course, now: datetime, reason: str = "") -> None:
    """Its letters, and with a retinoid at home those of all courses: before a peel the patient is
    told to leave it."""
    course_messages.replan(course=course, now=now, reason=reason)
    if regimens.of_course(course) is not None:
        course_messages.replan_of(course.plan.patient, now)


def _signed(reason: str, by: User) -> str:
    return f"{reason.strip()} ({by})"


def _note(
    course: Course,
    what: RegimenChange.What,
    by: User,
    now: datetime,
    reason: str = "",
    until: date | None = None,
) -> None:
    """What happens to a course happens to what is used at home as part of it."""
    regimen = regimens.of_course(course)
    if regimen is not None:
        RegimenChange.objects.create(
            regimen=regimen,
            on=now.astimezone(course.location.zone).date(),
            what=what,
            until=until,
            reason=reason.strip()[:200],
            changed_at=now,
            changed_by=by,
        )


def _locked(course: Course) -> Course:
    """The course as it is now, its patient locked like by every change to a plan."""
    Patient.objects.select_for_update(of=("self",), no_key=True).get(plans__courses=course)
    return courses.with_sessions().get(pk=course.pk)


def _set(course: Course, status: Course.Status, reason: str, until: date | None = None) -> None:
    course.status, course.status_reason, course.paused_until = status, reason[:200], until
    course.save(update_fields=["status", "status_reason", "paused_until"])
