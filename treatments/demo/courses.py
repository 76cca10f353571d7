"""Acts out the courses: agreed at an assessment, booked, lived through, ended."""

import random
from datetime import date, datetime, timedelta
from typing import Final

from clinic.models import Appointment
from patients.actions import registration
from patients.models import Patient
from patients.queries import record
from treatments.actions import courses as course_actions
from treatments.actions import plans
from treatments.actions.plans import CourseTerms
from treatments.demo import history, signed
from treatments.demo.desk import DAY, MINUTE, Desk, practitioner
from treatments.demo.places import BRANDT, COLE, HARBOUR, LUCIA, NORA, NWOSU, PRIYA
from treatments.demo.tales import TALES, Tale
from treatments.models import Course

# days from today on which one session of an invented course lies: today is a busy day
ANCHORS: Final = (
    0,
    1,
    0,
    -1,
    2,
    0,
    3,
    -2,
    0,
    4,
    -3,
    1,
    5,
    -5,
    0,
    -6,
    7,
    -8,
    8,
    10,
    -9,
    11,
    -12,
    13,
)
HOURS: Final = (
    "9:00",
    "9:45",
    "10:30",
    "11:15",
    "12:00",
    "13:30",
    "14:15",
    "15:00",
    "16:00",
    "17:00",
)
PEELERS: Final = {HARBOUR: (COLE, NWOSU, NORA, PRIYA), "": (BRANDT, LUCIA)}
ASSESSORS: Final = {HARBOUR: (COLE, NWOSU), "": (BRANDT,)}


def play(desk: Desk) -> None:
    """The courses of `tales`, and an ordinary one for nearly everybody else."""
    told = {tale.family for tale in TALES}
    for tale in TALES:
        act(desk, tale)
    others = [family for family in desk.patients if family not in told]
    for number, family in enumerate(others[: len(ANCHORS)]):
        act(desk, ordinary(desk, family, number))


def ordinary(desk: Desk, family: str, number: int) -> Tale:
    """A peel series of which one session lies on a chosen day near today."""
    dice = desk.dice
    sessions = dice.choice((4, 5, 5, 6))
    reached = dice.randrange(sessions)
    days = [ANCHORS[number] + 21 * (each - reached) + _drift(dice) for each in range(sessions)]
    days[reached] = ANCHORS[number]
    left_open = dice.choice((0, 0, 1, 2))
    return Tale(
        family=family,
        modality=dice.choice(("glycolic", "glycolic", "salicylic")),
        sessions=sessions,
        days=tuple(days[: max(sessions - left_open, reached + 1)]),
        who=dice.choice(_of_place(desk, family, PEELERS)),
        near=dice.choice(HOURS),
        uses_retinoid=dice.choice((None, True, False)),
        ordinary=True,
    )


def _drift(dice: random.Random) -> int:
    return dice.randrange(-2, 3)


def _of_place(desk: Desk, family: str, names: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    place = desk.people[family].place
    return names[place if place in names else ""]


def act(desk: Desk, tale: Tale) -> None:
    patient, place = desk.patients[tale.family], desk.people[tale.family].place
    today = desk.house.today(place)
    agreed_at, doctor = _assessment(desk, tale, today)
    terms = CourseTerms(
        protocol=desk.house.protocols[tale.modality],
        location=desk.house.locations[place],
        sessions=tale.sessions,
        practitioner=desk.house.resources[place, tale.who],
        uses_retinoid=tale.uses_retinoid,
        antiviral_ordered=tale.antiviral,
        priming_ordered=tale.priming,
    )
    by = desk.house.users[doctor]
    course = desk.start_course(patient, terms, by, agreed_at)
    signed.sign_for(desk, course, by, agreed_at)
    if tale.days:
        booked = desk.now if tale.booked_now else agreed_at + 10 * MINUTE
        days = [today + each * DAY for each in tale.days]
        visits = desk.book_course(
            course, days, tale.near, tale.who, booked, by=by, override=tale.override
        )
        if tale.moved:
            number, day = tale.moved
            desk.move(visits[number - 1], today + day * DAY, tale.near, desk.now - 150 * MINUTE)
        # the last session completes the course, and goes through the door for it
        long_ago = desk.close_old(visits[: tale.sessions - 1], tale.fates)
        if long_ago:
            plans.replan(course, long_ago[-1].during.upper)
        rest = visits[len(long_ago) :]
        desk.live(rest, [tale.fates.get(n, "") for n in range(len(long_ago) + 1, len(visits) + 1)])
    if tale.ended is not None:
        _end(desk, course, tale, desk.now + tale.ended * DAY)


def _assessment(desk: Desk, tale: Tale, today: date) -> tuple[datetime, str]:
    """When the course was agreed, and who agreed it: at a visit, which is told where somebody may
    look for it, in the last weeks or in the tales."""
    doctor = desk.dice.choice(_of_place(desk, tale.family, ASSESSORS))
    place = desk.people[tale.family].place
    day = today + min(tale.first_day, -1) * DAY
    if tale.ordinary and day < today - desk.RECENT:
        return desk.house.at(place, day, "12:40"), doctor
    (visit,) = desk.book(
        desk.patients[tale.family],
        place,
        ["assessment"],
        [day],
        desk.dice.choice(HOURS),
        who=doctor,
        booked=desk.house.at(place, day - 6 * DAY, "10:30"),
        # what was agreed there is acted on from here
        not_later=True,
    )
    desk.live([visit])
    return visit.during.upper, practitioner(visit).name


def _end(desk: Desk, course: Course, tale: Tale, at: datetime) -> None:
    """A course whose last session is done has completed by itself; another one was stopped."""
    history.settle(course.plan.patient, at)
    if tale.stopped is not None:
        course_actions.stop(course=course, reason=tale.why, by=desk.house.users[COLE], now=at)


def bury(desk: Desk, patient: Patient) -> None:
    """Note that the patient has died, after everything else was told."""
    before = record.details(patient)
    after = record.Details(
        **{name: getattr(before, name) for name in record.Details.__dataclass_fields__}
        | {"deceased": True}
    )
    registration.correct(
        patient=patient,
        details=after,
        seen=before.fingerprint,
        by=desk.fern,
        now=desk.now - 200 * DAY,
    )


def still_to_come(place: str, desk: Desk) -> list[Appointment]:
    """What is booked after today, in order of time."""
    location = desk.house.locations[place]
    tomorrow = desk.house.at(place, desk.house.today(place) + timedelta(days=1), "0:00")
    rows = Appointment.objects.filter(location=location, during__startswith__gte=tomorrow)
    return list(rows.standing().select_related("location", "service", "patient").in_order())
