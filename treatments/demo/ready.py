"""Health answers and consents of the demo clinic: mostly in order, with something to see to."""

from clinic.models import Appointment
from clinic.queries.appointments import EXPECTED, day_bounds
from patients.actions import readiness
from treatments.demo import screened
from treatments.demo.desk import DAY, MINUTE, Desk
from treatments.demo.screened import BEFORE
from treatments.models import Course
from treatments.queries import protocols


def play(desk: Desk) -> None:
    _sign(desk)
    treating = protocols.treating(each.pk for each in desk.house.services.values())
    for place, location in desk.house.locations.items():
        today, _midnight = day_bounds(desk.house.today(place), location)
        rows = Appointment.objects.standing().filter(location=location, service__in=treating)
        # late in the evening those of the next days are the next ones
        near = rows.between(today, today + 4 * DAY).select_related("patient", "location").in_order()
        coming = [each for each in near if each.status in EXPECTED]
        for number, visit in enumerate(coming[: 2 * len(BEFORE)]):
            screened.prepare(desk.house, place, visit, number)


def _sign(desk: Desk) -> None:
    """Whoever agreed to a course has signed for it; the last of all has not come to it yet."""
    courses = list(Course.objects.select_related("plan__patient").order_by("pk"))
    for number, course in enumerate(courses[:-1]):
        for scope in ("treatment", "photos")[: 1 + number % 2]:
            readiness.record_consent(
                patient=course.plan.patient,
                scope=scope,
                by=desk.fern,
                now=course.plan.agreed_at + 10 * MINUTE,
            )
