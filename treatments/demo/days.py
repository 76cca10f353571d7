"""Fills the calendar between the courses, and brings today to the present minute."""

from collections.abc import Sequence
from typing import Final

from clinic.actions import booking
from clinic.models import Appointment
from clinic.queries.appointments import day_bounds
from treatments.demo import screened
from treatments.demo.courses import ASSESSORS, HOURS, still_to_come
from treatments.demo.desk import DAY, MINUTE, Desk, confirm
from treatments.demo.places import HARBOUR, HUDSON
from treatments.demo.tales import KEPT_FREE

FIRST_DAY, LAST_DAY = -13, 41
# how many people come beside the courses on a day: today, another day
BESIDE: Final = {HARBOUR: (5, 2), HUDSON: (3, 1)}
# what they come for: a service, and again so many days later
CALLS: Final = (
    (("assessment", 0), ("follow-up", 15)),
    (("assessment", 0), ("follow-up", 13), ("follow-up", 34)),
    (("follow-up", 0), ("follow-up", 27)),
    (("follow-up", 0), ("follow-up", 9), ("follow-up", 20)),
)
SINGLES: Final = {"assessment", "follow-up"}
WAITING: Final = 20 * MINUTE


def fill(desk: Desk) -> None:
    """Assessments and follow-ups of the last two and the next six weeks."""
    for place, (today, other) in BESIDE.items():
        near = _hours_of_today(desk, place)
        for family, hour in zip(_free(desk, place, 0, today), near, strict=False):
            _visits(desk, place, family, 0, hour, (("follow-up", 0),))
        for day in (*range(FIRST_DAY, 0), *range(1, LAST_DAY - 20)):
            # later days are filled by the visits that follow from these
            most = other + 1 if -2 <= day < 6 else other if day < 8 else 1
            for family in _free(desk, place, day, desk.dice.randint(most - 1, most)):
                _visits(desk, place, family, day, desk.dice.choice(HOURS), desk.dice.choice(CALLS))


def _free(desk: Desk, place: str, day: int, number: int) -> list[str]:
    """Some of those who may come on this day beside their courses."""
    on = desk.house.today(place) + day * DAY
    names = [
        family
        for family, person in desk.people.items()
        if person.place == place
        and family not in KEPT_FREE
        and desk.is_free(desk.patients[family], on)
    ]
    return desk.dice.sample(names, min(number, len(names)))


def _hours_of_today(desk: Desk, place: str) -> list[str]:
    """Some around the present hour, so that somebody waits and somebody is in a room."""
    here = desk.now.astimezone(desk.house.locations[place].zone)
    around = [(here + minutes * MINUTE).strftime("%H:%M") for minutes in (-10, 15, -100)]
    return [*around, "11:15", "16:30"][: BESIDE[place][0]]


def _visits(
    desk: Desk, place: str, family: str, day: int, near: str, calls: Sequence[tuple[str, int]]
) -> None:
    on = desk.house.today(place) + day * DAY
    made = desk.book(
        desk.patients[family],
        place,
        [service for service, _ in calls],
        [on + later * DAY for _, later in calls],
        near,
        who=desk.dice.choice(ASSESSORS[place if place in ASSESSORS else ""]),
        booked=desk.house.at(place, min(on, desk.house.today(place)) - 9 * DAY, "11:20"),
    )
    desk.live(made, desk.dice.choices(("", "missed", "cancelled"), (24, 1, 1), k=len(made)))


def live_today(desk: Desk) -> None:
    """Every state that a visit can be in at this hour, the further the day the more are done."""
    for place, location in desk.house.locations.items():
        bounds = day_bounds(desk.house.today(place), location)
        rows = Appointment.objects.standing().filter(location=location).between(*bounds)
        visits = list(rows.select_related("location", "service", "patient").in_order())
        singles = [each for each in visits if each.service.key in SINGLES]
        for number, visit in enumerate(visits):
            single = singles.index(visit) if visit in singles else -1
            _now(desk, visit, number, single)
        for visit in still_to_come(place, desk)[:24:3]:
            confirm(visit, desk.now - 5 * 60 * MINUTE)


def _now(desk: Desk, visit: Appointment, number: int, single: int) -> None:
    """The first single visit was missed when it is over, the third is cancelled."""
    start, end = visit.during.lower, visit.during.upper
    if single == 2:
        desk.cancel(visit, "Has a cold", desk.now - 14 * 60 * MINUTE)
    elif end <= desk.now and single == 0:
        desk.miss(visit)
    elif end <= desk.now:
        screened.receive(desk.house, visit, start - 6 * MINUTE)
        booking.complete(appointment=visit, by=desk.fern, now=end)
    elif start <= desk.now:
        _here(desk, visit, number)
    elif start <= desk.now + WAITING and number % 2 == 0:
        screened.receive(desk.house, visit, desk.now - 3 * MINUTE)
    elif number % 3 == 0:
        confirm(visit, desk.now - 16 * 60 * MINUTE)


def _here(desk: Desk, visit: Appointment, number: int) -> None:
    came = min(visit.during.lower - 4 * MINUTE, desk.now - 2 * MINUTE)
    screened.receive(desk.house, visit, came)
    if number % 4 != 3:
        booking.start(appointment=visit, by=desk.fern, now=visit.during.lower)
