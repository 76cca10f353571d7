"""Who waits for an earlier time in the demo clinic, and an offer that nobody has answered yet."""

from datetime import time, timedelta
from typing import Any, Final

from clinic.actions import matching, offers, waitlist
from clinic.actions.waitlist import Wishes
from clinic.models import Appointment
from clinic.queries.waitlist import MOVABLE, visits_to_come
from clinic.scheduling.clock import local_minute_or_next, to_datetime
from treatments.demo.desk import DAY, MINUTE, Desk
from treatments.demo.places import HARBOUR

# wishes in the order in which they are given to those who wait
WISHES: Final[tuple[dict[str, Any], ...]] = (
    {"weekdays": frozenset({1, 3}), "comes_from": time(14), "note": "Can come at short notice"},
    {"urgent": True, "note": "Flies on the 20th, would like it before"},
    {"leaves_by": time(12), "weekdays": frozenset({0, 2, 4})},
    {},
)
FAR: Final = timedelta(days=12)


def put_on_the_list(desk: Desk) -> None:
    """Ada Lindqvist and some with a visit further ahead; then one of them is offered a time."""
    late = Appointment.objects.filter(
        location__name=HARBOUR, status__in=MOVABLE, during__startswith__gt=desk.now + FAR
    )
    visits = [visits_to_come(desk.patients["Lindqvist"], desk.now)[-1]]
    known = {visits[0].patient_id}
    for visit in late.select_related("patient", "service", "location").in_order():
        if visit.patient_id not in known and len(visits) < len(WISHES):
            known.add(visit.patient_id)
            visits.append(visit)
    for number, (visit, wishes) in enumerate(zip(visits, WISHES, strict=False)):
        terms = Wishes(visit.service, visit.location, visit, **wishes)
        at = desk.now - number * DAY - 40 * MINUTE
        waitlist.add(patient=visit.patient, wishes=terms, by=desk.fern, now=at)
    _offer_one(desk)


def _offer_one(desk: Desk) -> None:
    """The first free time of the next days that is legal for somebody who may be written to."""
    location = desk.house.locations[HARBOUR]
    for day in range(2, 10):
        on = desk.house.today(HARBOUR) + day * DAY
        start = to_datetime(local_minute_or_next(on, time(10), location.zone))
        gap = matching.gap_at(location, start, 240, frozenset())
        for taking in matching.matches(gap, desk.now).takings:
            entry = taking.waiting.entry
            if entry is not None and taking.waiting.patient.may_be_emailed:
                offers.offer(who=entry, claim=taking.claim, by=desk.fern, now=desk.now)
                return
