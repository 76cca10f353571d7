"""Where the open sessions of a course fit: from the database to the solver and back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from django.conf import settings

from clinic.models import Resource, load_needs
from clinic.queries.availability import shape_of, snapshot
from clinic.queries.causes import causes_of_closing
from clinic.scheduling.availability import Snapshot
from clinic.scheduling.causes import Causes, Note
from clinic.scheduling.clock import Minute, to_minute, to_minute_up
from clinic.scheduling.intervals import Interval
from clinic.scheduling.needs import VisitShape
from clinic.scheduling.refusals import Refusal
from clinic.scheduling.request import SeriesRequest
from clinic.scheduling.series import Proposal, Proposals, explain_series, find
from clinic.scheduling.slots import Slot
from clinic.scheduling.spacing import Spacing, Verdict
from treatments.models import Course, Session
from treatments.queries import courses, rest_periods
from treatments.queries.rest_periods import Visit


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the patient asked for, in the wall-clock terms of the course's location.

    `weekdays`: Monday is 0, empty for any. `hours`: comes at or after, has left by. `pins` by the
    number of a session: the slot or the day that it is to have. `unusual`: what may be proposed
    besides normal gaps; with gaps that need a reason, also days on which the skin rests.
    """

    earliest: date
    weekdays: frozenset[int] = frozenset()
    hours: tuple[time, time] | None = None
    person: int | None = None
    only_that_person: bool = False
    pins: Mapping[int, Slot | date] = field(default_factory=dict)
    unusual: frozenset[Verdict] = frozenset()


@dataclass(frozen=True, slots=True)
class Search:
    """The answer with what is needed to show it.

    `rests` are the days on which the skin rests after or before other treatments. `partial` is the
    best series of the sessions before the first that is refused, if there is one.
    """

    answer: Proposals | Refusal
    sessions: tuple[Session, ...]
    snapshot: Snapshot
    rests: tuple[Note, ...]
    partial: Proposal | None = None

    def name(self, resource: int) -> str:
        return next(each.name for each in self.snapshot.resources if each.id == resource)


def search(course: Course, sessions: list[Session], wishes: Wishes, now: datetime) -> Search:
    """Fit `sessions`, the next open run of the course, into the calendar.

    Five queries at most, whatever the size of the clinic and the length of its history; two more
    for the causes of a refusal.
    """
    known = _known(course, wishes, now)
    view, rests = known.view, known.rests
    request = _request(course, sessions, wishes, known, to_minute_up(now))
    answer = find(view, request)
    if answer is not None:
        return Search(answer, tuple(sessions), view, rests)
    causes = Causes(causes_of_closing(course.location, view), rests)
    why = explain_series(view, request, causes)
    return Search(why, tuple(sessions), view, rests, _partial(view, request, why))


class _Known(NamedTuple):
    """What a search must heed: the visits of the course by service, those who could serve them, the
    patient's own visits and the rests that follow from these."""

    shapes: Mapping[int, VisitShape]
    view: Snapshot
    visits: Sequence[Visit]
    rests: tuple[Note, ...]


def _known(course: Course, wishes: Wishes, now: datetime) -> _Known:
    zone, protocol = course.location.zone, course.protocol
    services = [protocol.first_service, protocol.follow_up_service]
    load_needs(services)
    shapes = {each.pk: shape_of(each) for each in services}
    can = {need.capability for shape in shapes.values() for need in shape.needs}
    first = max(wishes.earliest, now.astimezone(zone).date())
    until = first + timedelta(weeks=settings.SERIES_HORIZON_WEEKS)
    view = snapshot(course.location, first, until, now=now, capable=can)
    visits = rest_periods.visits([course.plan.patient_id], view.window)
    return _Known(shapes, view, visits, rest_periods.rests_beside(visits, protocol.modality, zone))


def _request(
    course: Course, sessions: list[Session], wishes: Wishes, known: _Known, now: Minute
) -> SeriesRequest:
    view, shapes = known.view, known.shapes
    before, after, unplaced = _neighbours(course, sessions)
    return SeriesRequest(
        shapes=tuple(shapes[course.protocol.service_of(each.number).pk] for each in sessions),
        spacing=_spacing(course),
        zone=course.location.zone,
        earliest=max(view.window.start, now),
        horizon_until=view.window.end,
        weekdays=wishes.weekdays,
        hours=wishes.hours,
        preferred=frozenset({wishes.person} if wishes.person else ()),
        only_preferred=wishes.only_that_person and wishes.person is not None,
        previous=before,
        following=after,
        unplaced=unplaced,
        first_number=sessions[0].number,
        pinned=tuple(wishes.pins.get(each.number) for each in sessions),
        unusual=wishes.unusual,
        blocked=tuple(note.during for note in known.rests),
        patient_busy=_busy(known.visits, view.window),
        step=course.location.grid_minutes,
    )


def _busy(visits: Sequence[Visit], window: Interval) -> tuple[Interval, ...]:
    """When the patient has other appointments in the window."""
    spans = [Interval(to_minute(each.starts_at), to_minute_up(each.ends_at)) for each in visits]
    return tuple(one for one in spans if one.start < window.end and window.start < one.end)


def _partial(view: Snapshot, request: SeriesRequest, why: Refusal) -> Proposal | None:
    """The best series of as many first sessions as fit, the rest left to be booked."""
    fitting = next((at for at, each in enumerate(why.sessions) if each.reasons), 0)
    for sessions in range(fitting, 0, -1):
        answer = find(view, request.first(sessions), count=1)
        if answer is not None:
            return answer.best
    return None


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
