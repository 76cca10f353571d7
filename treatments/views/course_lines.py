"""A course in one line: where it stands, what comes next, what to press."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinic.models import Appointment
from treatments.models import Course, Session
from treatments.queries import courses, follow_ups
from treatments.queries.courses import Dot, Due
from treatments.views.follow_up_words import Prompt, prompt

COURSE = "treatments.course"
"""What a change to a course is logged as."""


class Next(StrEnum):
    """What a course waits for."""

    BOOKED = "booked"
    TO_BOOK = "to_book"
    LATE = "late"
    LAPSED = "lapsed"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class CourseLine:
    """One course as the overview draws it. `verb` is empty when there is nothing to book."""

    course: Course
    dots: list[Dot]
    done: int
    next: Next
    appointment: Appointment | None
    dot: Dot | None
    due: Due | None
    verb: str
    prompt: Prompt | None

    @property
    def total(self) -> int:
        return len(self.dots)

    @property
    def is_over(self) -> bool:
        return self.course.status in (Course.Status.STOPPED, Course.Status.COMPLETED)


def course_line(course: Course, now: datetime) -> CourseLine:
    """Put a course from `courses.of_patient` into one line."""
    dots = courses.dots(course)
    coming = next((each for each in dots if each.session.state == Session.State.BOOKED), None)
    due = courses.next_due(course)
    found = follow_ups.follow_up(course, now)
    return CourseLine(
        course=course,
        dots=dots,
        done=sum(each.state == "done" for each in dots),
        next=Next.BOOKED if coming else _waiting(course, due, now),
        appointment=coming.session.appointment if coming else None,
        dot=coming,
        due=due,
        verb=booking_verb(courses.open_run(course), len(dots)) if _is_active(course) else "",
        prompt=prompt(course, found) if found else None,
    )


def booking_verb(run: list[Session], total: int) -> str:
    """ "Book all 5", "Book the other 3", "Book session 5"; nothing for an empty run."""
    if not run:
        return ""
    if len(run) == 1:
        return _("Book session %(number)d") % {"number": run[0].number}
    if len(run) == total:
        return _("Book all %(total)d") % {"total": total}
    return ngettext("Book the other one", "Book the other %(n)d", len(run)) % {"n": len(run)}


def _is_active(course: Course) -> bool:
    return course.status == Course.Status.ACTIVE


def _waiting(course: Course, due: Due | None, now: datetime) -> Next:
    if not _is_active(course) or not courses.open_run(course):
        return Next.NOTHING
    today = now.astimezone(course.location.zone).date()
    if due and due.lapses and today > due.lapses:
        return Next.LAPSED
    return Next.LATE if due and due.latest and today > due.latest else Next.TO_BOOK
