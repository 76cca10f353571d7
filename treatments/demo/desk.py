"""The hands of the demo: registers, books, receives and cancels, each on its own day."""

import random
import unicodedata
import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import takewhile
from typing import Final

from clinic.accounts.models import User
from clinic.actions import booking
from clinic.actions.claims import Claim
from clinic.models import Appointment, Booking, Resource, Service
from clinic.scheduling.clock import to_datetime
from clinic.scheduling.slots import Slot
from patients.actions import registration
from patients.models import Allergy, Condition, Medication, Patient
from patients.queries.record import Address, Details, Name
from treatments.actions import plans
from treatments.actions.plans import CourseTerms
from treatments.demo import history, screened
from treatments.demo.house import House
from treatments.demo.people import ZONES, Person
from treatments.demo.places import FERN, HARBOUR, wall
from treatments.models import Course

MINUTE: Final = timedelta(minutes=1)
DAY: Final = timedelta(days=1)
SEED: Final = 20
EXCUSES: Final = ("Away on business", "Childcare fell through", "Has a cold", "Wants a later date")

_LETTERS: Final = str.maketrans({"ø": "o", "ß": "ss", "ı": "i", "ł": "l", "đ": "d", "æ": "ae"})
_STREETS: Final = ("Ropemaker Lane", "Saltmarsh Road", "Orchard Row", "Lantern Court", "Quay Walk")
_AVENUES: Final = ("Perry Street", "Bethune Street", "Jane Street", "Horatio Street")


class Desk:
    """Everything that happens in the demo clinic goes through here, and on to the real actions."""

    # how long ago things are told one by one
    RECENT: Final = 7 * DAY

    def __init__(self, house: House) -> None:
        self.house, self.now = house, house.now
        self.dice = random.Random(SEED)  # noqa: S311 - the same demo every time is the point
        self.fern: User = house.users[FERN]
        self.patients: dict[str, Patient] = {}
        self.people: dict[str, Person] = {}
        self._busy: set[tuple[int, date]] = set()

    # Patients -----------------------------------------------------------------------------------

    def register(self, number: int, person: Person) -> Patient:
        at = self.now - timedelta(days=330 - number)
        patient = registration.register(
            details=details(number, person), by=self.fern, now=at, email_consent=_consent(person)
        )
        self.patients[person.family], self.people[person.family] = patient, person
        return patient

    def note(self, family: str, kind: str, text: str, status: str, months: int) -> None:
        """A statement of an earlier record; no action takes these down yet but the import."""
        statement = {"allergy": Allergy, "condition": Condition, "medication": Medication}[kind]
        statement._default_manager.create(
            patient=self.patients[family],
            text=text,
            status=status,
            recorded_at=self.now - months * 30 * DAY,
        )

    def is_free(self, patient: Patient, day: date) -> bool:
        """Whether the patient comes on no day within a week: nobody is seen three days running."""
        return all((patient.pk, day + away * DAY) not in self._busy for away in range(-6, 7))

    # Visits -------------------------------------------------------------------------------------

    def slots(
        self,
        patient: Patient,
        place: str,
        services: Sequence[Service],
        days: Sequence[date],
        near: str,
        who: str = "",
        not_later: bool = False,
    ) -> list[Slot]:
        """One free slot per service, on its day or within days of it, with `who` if possible."""
        diary = self.house.diaries[place]
        found = []
        for service, day in zip(services, days, strict=True):
            shape = self.house.shape(service)
            person = self.house.resources[place, who].pk if who else None
            slot, on = next(
                (slot, on)
                for chosen in dict.fromkeys((person, None))
                for on in _around(day, not_later)
                if (patient.pk, on) not in self._busy
                and (slot := diary.find(shape, on, wall(near), chosen))
            )
            diary.take(shape, slot)
            self._busy.add((patient.pk, on))
            found.append(slot)
        return found

    def book(
        self,
        patient: Patient,
        place: str,
        services: Sequence[str],
        days: Sequence[date],
        near: str,
        *,
        who: str = "",
        booked: datetime,
        not_later: bool = False,
    ) -> list[Appointment]:
        """Visits outside courses, booked together at `booked` or, where that is too late, a
        little before the first."""
        wanted = [self.house.services[each] for each in services]
        slots = self.slots(patient, place, wanted, days, near, who, not_later)
        starts = [to_datetime(slot.start) for slot in slots]
        made = booking.book_series(
            patient=patient,
            location=self.house.locations[place],
            claims=[
                Claim(service, start, slot.assignment)
                for service, start, slot in zip(wanted, starts, slots, strict=True)
            ],
            by=self.fern,
            now=min(booked, starts[0] - 15 * MINUTE),
        )
        return _visits(made)

    def start_course(self, patient: Patient, terms: CourseTerms, by: User, at: datetime) -> Course:
        return plans.start_course(patient=patient, terms=terms, by=by, now=at)

    def book_course(
        self,
        course: Course,
        days: Sequence[date],
        near: str,
        who: str,
        booked: datetime,
        *,
        by: User,
        override: str = "",
    ) -> list[Appointment]:
        """The first sessions of a new course, at these days or near them."""
        place, patient = course.location.name, course.plan.patient
        services = [
            self.house.services[course.protocol.service_of(number).key]
            for number in range(1, len(days) + 1)
        ]
        slots = self.slots(patient, place, services, days, near, who)
        first = to_datetime(slots[0].start)
        key = uuid.UUID(int=self.dice.getrandbits(128), version=4)
        made = plans.book_series(
            course=course,
            slots=slots,
            by=by if override else self.fern,
            now=min(booked, first - 15 * MINUTE),
            key=key,
            override_reason=override,
        )
        return _visits(made)

    # What becomes of a visit --------------------------------------------------------------------

    def live(self, visits: Iterable[Appointment], fates: Sequence[str] = ()) -> None:
        """What became of visits before today, and which later ones are cancelled by now. A fate is
        "missed", "cancelled", "forgotten" (nobody recorded it) or, for a visit that takes its
        course, empty."""
        wished = dict(enumerate(fates))
        for number, visit in enumerate(visits):
            self._live(visit, wished.get(number, ""))

    def _live(self, visit: Appointment, fate: str) -> None:
        start, end = visit.during.lower, visit.during.upper
        today = self.house.today(visit.location.name)
        if fate == "cancelled":
            lately = self.now - self.dice.randrange(3, 4000) * MINUTE
            self.cancel(visit, self.dice.choice(EXCUSES), min(start - 30 * 60 * MINUTE, lately))
        elif start.astimezone(visit.location.zone).date() >= today or fate == "forgotten":
            return
        elif fate == "missed":
            self.miss(visit)
        else:
            came = start - self.dice.randrange(2, 12) * MINUTE
            screened.receive(self.house, visit, came)
            booking.complete(appointment=visit, by=self.fern, now=end)

    def close_old(
        self, visits: Sequence[Appointment], fates: Mapping[int, str]
    ) -> list[Appointment]:
        """Write "done" on the first sessions of a course, as far as they lie before the weeks that
        the calendar shows; answer them. The rows are those that the door would leave, without
        asking it twice, and planning all letters anew, for each of a hundred visits."""
        before = self.now - self.RECENT
        old = list(
            takewhile(
                lambda each: each[1].during.upper < before and each[0] not in fates,
                enumerate(visits, 1),
            )
        )
        for _number, visit in old:
            Appointment.objects.filter(pk=visit.pk).update(
                status=Appointment.Status.DONE, status_at=visit.during.upper
            )
        return [visit for _number, visit in old]

    def miss(self, visit: Appointment) -> None:
        start = visit.during.lower
        history.settle(visit.patient, start)
        booking.mark_no_show(appointment=visit, by=self.fern, now=start + 15 * MINUTE)

    def cancel(self, visit: Appointment, reason: str, at: datetime) -> None:
        history.settle(visit.patient, at)
        booking.cancel(appointment=visit, reason=reason, by=self.fern, now=at)

    def move(self, visit: Appointment, day: date, near: str, at: datetime) -> Appointment:
        history.settle(visit.patient, at)
        service = self.house.services[visit.service.key]
        slot = self.slots(visit.patient, visit.location.name, [service], [day], near)[0]
        claim = Claim(service, to_datetime(slot.start), slot.assignment)
        return booking.move(appointment=visit, claim=claim, by=self.fern, now=at)


def _visits(made: Booking) -> list[Appointment]:
    rows = made.appointments.select_related("location", "service", "patient")
    return list(rows.order_by("during"))


def confirm(visit: Appointment, at: datetime) -> None:
    """No action confirms a visit yet: it will be the patient's, through a link in a letter."""
    Appointment.objects.filter(pk=visit.pk, status=Appointment.Status.BOOKED).update(
        status=Appointment.Status.CONFIRMED, status_at=at
    )


def practitioner(visit: Appointment) -> Resource:
    held = visit.reservations.select_related("resource__user").order_by("need__position")
    return next(each.resource for each in held if each.resource.kind == Resource.Kind.PERSON)


def _around(day: date, not_later: bool) -> list[date]:
    """The day itself, then the days around it, at most four away."""
    ways = (-1,) if not_later else (1, -1)
    return [day, *(day + way * away * DAY for away in range(1, 5) for way in ways)]


def _consent(person: Person) -> str:
    answers = {True: "given", False: "refused", None: "not_asked"}
    return Patient.EmailConsent(answers[person.wants_mail])


def details(number: int, person: Person) -> Details:
    """What the desk wrote down about the person; numbers and streets follow from the order."""
    here = person.place == HARBOUR
    street = _STREETS[number % 5] if here else _AVENUES[number % 4]
    return Details(
        prefix=person.title,
        given_name=person.given,
        family_name=person.family,
        birth_date=person.born,
        sex=person.sex,
        skin_type=person.skin or None,
        phone=f"+44 7700 900{100 + number * 7:03}" if here else f"+1 212 555 01{number:02}",
        email=address_of(person) if person.has_address else "",
        language=person.language,
        time_zone=person.zone or ZONES[person.place],
        other_names=(Name(*person.other_name),) if person.other_name else (),
        address=Address(
            lines=f"{3 + number * 4} {street}",
            city="London" if here else "New York",
            state="" if here else "NY",
            postal_code=f"E{1 + number % 18} {1 + number % 9}ZZ"
            if here
            else f"100{10 + number % 29}",
            country="United Kingdom" if here else "United States",
        ),
    )


def address_of(person: Person) -> str:
    """ "sinead.darcy@post.example": plain letters only, as most people's addresses are."""
    name = f"{person.given}.{person.family}".lower().translate(_LETTERS)
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    kept = "".join(letter for letter in plain if letter.isalnum() or letter in ".-")
    return f"{kept}@{'post' if len(kept) % 2 else 'mail'}.example"
