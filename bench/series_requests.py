"""A series of ten from the database and through HTTP: queries, and time beside simpler requests."""

import time as clock
import uuid
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from urllib.parse import urlencode

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bench import world
from bench.results import Figure
from bench.servers import medians, serving
from bench.wires import PRODUCT, signed_in
from clinic.accounts.models import User
from clinic.models import Appointment, Booking
from clinic.scheduling.clock import to_datetime
from clinic.scheduling.refusals import Refusal
from clinic.scheduling.slots import Slot
from treatments.actions import plans
from treatments.actions.plans import CourseTerms
from treatments.models import Course, Protocol, Session
from treatments.queries import courses, series
from treatments.queries.series import Wishes

TEN = 10
ROUNDS = 15
PROPOSAL = "series of 10: the whole proposal over HTTP"


def measure() -> list[Figure]:
    made = world.build("series", people=5, rooms=3, patients=TEN + 2)
    course = course_of_ten(made)
    return [*_queries(course), _proposal(made, course), _booking(made, course)]


def course_of_ten(made: world.World) -> Course:
    """A glycolic course with more sessions than its protocol would allow, nothing booked."""
    terms = CourseTerms(Protocol.objects.get(modality="glycolic"), made.location, 6)
    course = plans.start_course(patient=made.patients[0], terms=terms, by=made.user, now=world.NOW)
    Session.objects.bulk_create(Session(course=course, number=n) for n in range(7, TEN + 1))
    return course


def _proposal(made: world.World, course: Course) -> Figure:
    """The page with the proposals, beside a request for one person's free times of 90 days."""
    earliest = (world.NOW + timedelta(days=3)).date().isoformat()
    page = f"{reverse('series', args=[course.pk])}?earliest={earliest}"
    asked: dict[str, str | int] = {
        "location": made.location.pk,
        "service": made.assessment.pk,
        "person": made.people[0].pk,
        "first": world.MONDAY.isoformat(),
        "days": 90,
    }
    times = f"{reverse('availability')}?{urlencode(asked)}"
    User.objects.filter(pk=made.user.pk).update(is_superuser=True)
    with serving(PRODUCT) as site:
        cookie = signed_in(User.objects.get(pk=made.user.pk), made.location)
        site.headers = {"Cookie": cookie, "HX-Request": "true"}
        body, _took = site.get(page)
        if body.count(b'<article class="proposal') != 4:
            raise RuntimeError("these are not four proposals")
        ours, theirs = medians([(site, page), (site, times)], ROUNDS)
    goal = "<= 2 x one 1x90 availability"
    return Figure(PROPOSAL, round(ours, 1), goal, ours <= 2 * theirs, round(theirs, 1), "ms")


def _queries(course: Course) -> list[Figure]:
    asked = [_queries_of(course, sessions) for sessions in range(1, TEN + 1)]
    name = "series of 1 to 10: queries of the search, most and least"
    return [Figure(name, max(asked), "the same", max(asked) == min(asked), min(asked))]


def _queries_of(course: Course, sessions: int) -> int:
    full = courses.with_sessions().get(pk=course.pk)
    run = courses.open_run(full)[:sessions]
    with CaptureQueriesContext(connection) as caught:
        series.search(full, run, Wishes(world.MONDAY), world.NOW)
    return len(caught)


def _booking(made: world.World, course: Course) -> Figure:
    """A series of ten, beside one visit through the same door and the bare inserts of ten."""
    one = min(_seconds(_one_visit(made, n)) for n in range(5))
    slots = _slots(course)
    bare = min(_seconds(partial(_insert, made, n, slots)) for n in range(5))
    ten = _seconds(
        partial(
            plans.book_series,
            course=courses.with_sessions().get(pk=course.pk),
            slots=slots,
            by=made.user,
            now=world.NOW,
            key=uuid.uuid4(),
        )
    )
    goal = "<= 2 x one + 10 inserts"
    most = 2 * one + bare
    return Figure(
        "series of 10: booking it, with its letters",
        round(ten * 1000, 1),
        goal,
        ten <= most,
        round(most * 1000, 1),
        "ms",
    )


def _slots(course: Course) -> tuple[Slot, ...]:
    full = courses.with_sessions().get(pk=course.pk)
    found = series.search(full, courses.open_run(full), Wishes(world.MONDAY), world.NOW)
    assert not isinstance(found.answer, Refusal)
    return found.answer.best.slots


def _one_visit(made: world.World, n: int) -> Callable[[], object]:
    """The first session of another patient's course: the same door, rules and letters."""
    terms = CourseTerms(Protocol.objects.get(modality="glycolic"), made.location, 6)
    patient = made.patients[1 + n]
    course = plans.start_course(patient=patient, terms=terms, by=made.user, now=world.NOW)
    full = courses.with_sessions().get(pk=course.pk)
    run = courses.open_run(full)[:1]
    found = series.search(full, run, Wishes(world.MONDAY), world.NOW)
    assert not isinstance(found.answer, Refusal)
    return partial(
        plans.book_series,
        course=full,
        slots=found.answer.best.slots,
        by=made.user,
        now=world.NOW,
        key=uuid.uuid4(),
    )


def _insert(made: world.World, n: int, slots: tuple[Slot, ...]) -> None:
    """Ten visits of one patient, each by an insert of its own, and nothing else."""
    service = made.assessment
    request = Booking.objects.create(actor=made.user, content_hash="")
    for start in (to_datetime(slot.start) + timedelta(days=200) for slot in slots):
        Appointment.objects.create(
            booking=request,
            patient=made.patients[6 + n],
            service=service,
            location=made.location,
            during=(start, start + timedelta(minutes=30)),
        )


def _seconds(act: Callable[[], object]) -> float:
    started = clock.perf_counter()
    act()
    return clock.perf_counter() - started
