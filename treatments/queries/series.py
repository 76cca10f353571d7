"""Where the open sessions of a course fit: from the database to the solver and back."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db.models import prefetch_related_objects

from clinic.models import Resource
from clinic.queries.availability import patient_busy, shape_of, snapshot
from clinic.scheduling.availability import Snapshot
from clinic.scheduling.clock import local_minute_or_next, to_minute_up
from clinic.scheduling.refusals import Refusal
from clinic.scheduling.request import SeriesRequest
from clinic.scheduling.series import Proposals, propose
from clinic.scheduling.spacing import Spacing
from treatments.models import Course, Session
from treatments.queries import courses


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the patient asked for, in the wall-clock terms of the course's location.

    `weekdays`: Monday is 0, empty for any. `hours`: comes at or after, has left by.
    """

    earliest: date
    weekdays: frozenset[int] = frozenset()
    hours: tuple[time, time] | None = None
    person: int | None = None
    only_that_person: bool = False


@dataclass(frozen=True, slots=True)
class Search:
    """The answer with what is needed to show it."""

    answer: Proposals | Refusal
    sessions: tuple[Session, ...]
    snapshot: Snapshot

    def name(self, resource: int) -> str:
        return next(each.name for each in self.snapshot.resources if each.id == resource)


def search(course: Course, sessions: list[Session], wishes: Wishes, now: datetime) -> Search:
    """Fit `sessions`, the next open run of the course, into the calendar. Nine queries at most,
    whatever the size of the clinic and the length of its history."""
    zone = course.location.zone
    first = max(wishes.earliest, now.astimezone(zone).date())
    until = first + timedelta(weeks=settings.SERIES_HORIZON_WEEKS)
    view = snapshot(course.location, first, until)
    services = [course.protocol.service_of(each.number) for each in sessions]
    prefetch_related_objects(services, "needs__capability")
    before, after, unplaced = _neighbours(course, sessions)
    request = SeriesRequest(
        shapes=tuple(map(shape_of, services)),
        spacing=_spacing(course),
        zone=zone,
        earliest=max(local_minute_or_next(first, time.min, zone), to_minute_up(now)),
        horizon_until=view.window.end,
        weekdays=wishes.weekdays,
        hours=wishes.hours,
        preferred=frozenset({wishes.person} if wishes.person else ()),
        only_preferred=wishes.only_that_person and wishes.person is not None,
        previous=before,
        following=after,
        unplaced=unplaced,
        first_number=sessions[0].number,
        patient_busy=patient_busy(course.plan.patient, view.window),
        step=course.location.grid_minutes,
    )
    return Search(propose(view, request), tuple(sessions), view)


def _spacing(course: Course) -> Spacing:
    """Of a protocol without a window: any later day will do."""
    return course.protocol.spacing or Spacing(1, 1, 1)


def _neighbours(course: Course, sessions: list[Session]) -> tuple[date | None, date | None, int]:
    """The local days of the standing sessions around the run, and how many open ones lie between
    the run and the later of them."""
    first, last = sessions[0].number, sessions[-1].number
    standing = [each for each in course.sessions.all() if courses.session_day(each)]
    before = [courses.session_day(each) for each in standing if each.number < first]
    after = [each for each in standing if each.number > last]
    unplaced = after[0].number - last - 1 if after else 0
    return (
        before[-1] if before else None,
        courses.session_day(after[0]) if after else None,
        unplaced,
    )


def people(course: Course) -> list[Resource]:
    """Who can give this course's sessions at its location, by name."""
    capabilities = course.protocol.follow_up_service.needs.values("capability")
    return list(
        Resource.objects.filter(
            active=True,
            kind=Resource.Kind.PERSON,
            weekly_hours__location=course.location,
            capabilities__in=capabilities,
        )
        .distinct()
        .order_by("name")
    )
