"""Health answers of the demo clinic: mostly in order, with something to see to."""

from clinic.models import Appointment
from clinic.queries.appointments import EXPECTED, day_bounds
from treatments.demo import screened
from treatments.demo.desk import DAY, Desk
from treatments.demo.screened import BEFORE
from treatments.queries import protocols


def play(desk: Desk) -> None:
    treating = protocols.treating(each.pk for each in desk.house.services.values())
    for place, location in desk.house.locations.items():
        today, _midnight = day_bounds(desk.house.today(place), location)
        rows = Appointment.objects.standing().filter(location=location, service__in=treating)
        # late in the evening those of the next days are the next ones
        near = rows.between(today, today + 4 * DAY).select_related("patient", "location").in_order()
        coming = [each for each in near if each.status in EXPECTED]
        for number, visit in enumerate(coming[: 2 * len(BEFORE)]):
            screened.prepare(desk.house, place, visit, number)
