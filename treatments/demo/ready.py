"""Health answers of the demo clinic: mostly in order, with something to see to."""

from datetime import timedelta
from typing import Final

from clinic.models import Appointment
from clinic.queries.appointments import EXPECTED, day_bounds
from patients.actions import readiness
from treatments.demo.desk import DAY, Desk
from treatments.queries import protocols

# what was answered before the next treatments: (outcome, what is to be checked, days ago)
BEFORE: Final = (
    ("to_check", "Cold sore on the upper lip since Sunday", 0),
    ("clear", "", 2),
    ("clear", "", 24),
    ("", "", 0),
    ("clear", "", 1),
    ("clear", "", 5),
)


def play(desk: Desk) -> None:
    treating = protocols.treating(each.pk for each in desk.house.services.values())
    for place, location in desk.house.locations.items():
        today, _midnight = day_bounds(desk.house.today(place), location)
        rows = Appointment.objects.standing().filter(location=location, service__in=treating)
        # late in the evening those of the next days are the next ones
        near = rows.between(today, today + 4 * DAY).select_related("patient").in_order()
        coming = [each for each in near if each.status in EXPECTED]
        for number, visit in enumerate(coming[: 2 * len(BEFORE)]):
            _answer(desk, place, visit, *BEFORE[number % len(BEFORE)])
        for visit in near:
            if visit not in coming:
                _answer(desk, place, visit, "clear", "", 0)


def _answer(
    desk: Desk, place: str, visit: Appointment, outcome: str, note: str, days_ago: int
) -> None:
    if not outcome:
        return
    came = min(desk.now, visit.during.lower) - timedelta(minutes=8)
    readiness.record_screening(
        patient=visit.patient,
        outcome=outcome,
        note=note,
        on=desk.house.today(place) - days_ago * DAY,
        by=desk.fern,
        now=came - days_ago * DAY,
    )
