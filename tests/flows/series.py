"""A glycolic series of five for Ada, on Tuesdays at three with Dr Cole, as the flows share it."""

import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from email.message import EmailMessage

from icalendar import Calendar, Component

from clinic.models import Appointment, Booking
from patients.models import Message
from tests.conftest import NOW, Cast
from treatments.actions import plans
from treatments.actions.plans import CourseTerms
from treatments.models import Course, Session
from treatments.queries import courses, series
from treatments.queries.series import Wishes

# the Tuesdays on which the best series lies: 21 days apart
DATES = [
    date(2026, 12, 8),
    date(2026, 12, 29),
    date(2027, 1, 19),
    date(2027, 2, 9),
    date(2027, 3, 2),
]
STARTS = [datetime(day.year, day.month, day.day, 15, tzinfo=UTC) for day in DATES]
DAY = timedelta(days=1)
WISHES = Wishes(date(2026, 12, 7), frozenset({1, 3}), (time(15), time(18)))


@dataclass(frozen=True)
class Series:
    course: Course
    booking: Booking

    def session(self, number: int) -> Session:
        return self.course.sessions.select_related("appointment").get(number=number)

    def visit(self, number: int) -> Appointment:
        appointment = self.session(number).appointment
        assert appointment is not None
        return Appointment.objects.select_related("location", "patient").get(pk=appointment.pk)

    def message(self, number: int, kind: str) -> Message:
        """The one message of this kind about session `number` that was not withdrawn."""
        rows = Message.objects.filter(subject_key=self.session(number).subject_key, kind=kind)
        return rows.exclude(status=Message.Status.WITHDRAWN).get()


def start_course(cast: Cast, now: datetime = NOW) -> Course:
    terms = CourseTerms(
        protocol=cast.glycolic,
        location=cast.harbour,
        sessions=5,
        practitioner=cast.dr_cole,
        uses_retinoid=False,
    )
    return plans.start_course(patient=cast.ada, terms=terms, by=cast.cole, now=now)


def book(cast: Cast) -> Series:
    """Started and booked on Monday 30 November 2026 at nine, five sessions of `DATES`."""
    course = courses.with_sessions().get(pk=start_course(cast).pk)
    found = series.search(course, plans.open_sessions(course), WISHES, NOW)
    assert isinstance(found.answer, series.Proposals)
    slots = found.answer.best.slots
    booking = plans.book_series(
        course=course, slots=slots, by=cast.fern, now=NOW, key=uuid.UUID(int=7)
    )
    return Series(course, booking)


def text_of(mail: EmailMessage) -> str:
    """The plain text of a letter, its lines as they were wrapped."""
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def calendars_of(mail: EmailMessage) -> list[Calendar]:
    """The calendar files of a letter, in their order."""
    parts = [each for each in mail.walk() if each.get_content_type() == "text/calendar"]
    # a strict client takes no notice of a file with a type that says something twice
    assert [part["Content-Type"].defects for part in parts] == [()] * len(parts)
    return [Calendar.from_ical(part.get_content()) for part in parts]


def events_of(mail: EmailMessage) -> list[Component]:
    """Their events: one in each."""
    events = [each.walk("VEVENT") for each in calendars_of(mail)]
    assert [len(each) for each in events] == [1] * len(events)
    return [each for (each,) in events]
