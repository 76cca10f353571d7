"""Builders of places, people, rooms, devices and claims on their time.

`AppointmentFactory(service=peel, start=..., holding=[dr_cole, room])` holds one resource for each
need of the service, in the order of the needs, exactly as the booking door would.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from typing import Any

import factory
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from clinic.accounts.models import User
from clinic.models import (
    Absence,
    Appointment,
    Booking,
    Capability,
    Closure,
    Location,
    Need,
    RearrangedVisit,
    Rearrangement,
    Reservation,
    Resource,
    Service,
    WeeklyHours,
)
from tests.factories.patients import PatientFactory

Make = factory.django.DjangoModelFactory

MONDAY = datetime(2026, 11, 30, 10, tzinfo=UTC)
STATUS = Appointment.Status


def span(start: datetime, minutes: int) -> DateTimeTZRange:
    """`[start, start + minutes)`."""
    return DateTimeTZRange(start, start + timedelta(minutes=minutes))


class UserFactory(Make):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"staff{n}@clinic.example")
    name = factory.Sequence(lambda n: f"Staff {n}")


class LocationFactory(Make):
    class Meta:
        model = Location

    class Params:
        # clocks of another continent, half an hour off the rest
        far = factory.Trait(time_zone="Asia/Kolkata")

    name = factory.Sequence(lambda n: f"Location {n}")
    time_zone = "Europe/London"
    phone = "+44 20 7946 0000"


class CapabilityFactory(Make):
    class Meta:
        model = Capability
        django_get_or_create = ("key",)

    key = factory.Sequence(lambda n: f"capability-{n}")
    name = factory.LazyAttribute(lambda made: made.key.replace("-", " ").capitalize())


class ResourceFactory(Make):
    class Meta:
        model = Resource
        skip_postgeneration_save = True

    class Params:
        room = factory.Trait(kind="room", name=factory.Sequence(lambda n: f"Room {n}"))
        device = factory.Trait(kind="device", name=factory.Sequence(lambda n: f"Device {n}"))

    kind = "person"
    name = factory.Sequence(lambda n: f"Person {n}")
    location = factory.SubFactory(LocationFactory)

    @factory.post_generation
    def can(self: Resource, create: bool, keys: Iterable[str] | None, **_: Any) -> None:
        """`can=["peel"]` gives capabilities by key, made when they are new."""
        if create:
            self.capabilities.set([CapabilityFactory(key=key) for key in keys or ()])

    @factory.post_generation
    def works(self: Resource, create: bool, hours: tuple[int, int] | None, **_: Any) -> None:
        """`works=(9, 17)`: Monday to Friday, full hours, at its own location."""
        for weekday in range(5 if hours else 0):
            WeeklyHoursFactory(
                resource=self, weekday=weekday, opens=time(hours[0]), closes=time(hours[1])
            )


class WeeklyHoursFactory(Make):
    class Meta:
        model = WeeklyHours

    resource = factory.SubFactory(ResourceFactory)
    location = factory.SelfAttribute("resource.location")
    weekday = 0
    opens = time(9)
    closes = time(18)


class ClosureFactory(Make):
    class Meta:
        model = Closure

    location = factory.SubFactory(LocationFactory)
    starts_on = MONDAY.date()
    ends_on = factory.SelfAttribute("starts_on")
    reason = "Stocktaking"


class AbsenceFactory(Make):
    """With the reservation that keeps bookings out."""

    class Meta:
        model = Absence
        skip_postgeneration_save = True

    class Params:
        start = MONDAY
        minutes = 60

    resource = factory.SubFactory(ResourceFactory)
    during = factory.LazyAttribute(lambda made: span(made.start, made.minutes))
    kind = Absence.Kind.LEAVE

    @factory.post_generation
    def holds(self: Absence, create: bool, wanted: bool | None, **_: Any) -> None:
        if wanted is not False:
            Reservation.objects.create(absence=self, resource=self.resource, during=self.during)


class ServiceFactory(Make):
    class Meta:
        model = Service
        skip_postgeneration_save = True

    class Params:
        # numbing in the room first, a person and a device later, ten minutes of cleaning after
        laser = factory.Trait(minutes=90, stripe="laser", name="CO2 laser")

    key = factory.Sequence(lambda n: f"service-{n}")
    name = "Glycolic peel"
    patient_name = "Visit"
    minutes = 30
    stripe = "glycolic"

    @factory.post_generation
    def needs(
        self: Service,
        create: bool,
        wanted: Iterable[tuple[str, int, int]] | None,
        **_: Any,
    ) -> None:
        """`needs=[("peel", 0, 30), ...]`: capability key, first and last minute, in order."""
        for position, (key, starts, ends) in enumerate(wanted or (), 1):
            NeedFactory(
                service=self,
                position=position,
                label=key,
                capability__key=key,
                starts=starts,
                ends=ends,
            )


class NeedFactory(Make):
    class Meta:
        model = Need

    service = factory.SubFactory(ServiceFactory)
    position = 1
    label = "Practitioner"
    capability = factory.SubFactory(CapabilityFactory)
    starts = 0
    ends = 30


class BookingFactory(Make):
    class Meta:
        model = Booking

    actor = factory.SubFactory(UserFactory)
    content_hash = "0" * 64


class ReservationFactory(Make):
    class Meta:
        model = Reservation

    resource = factory.SubFactory(ResourceFactory)
    during = factory.LazyFunction(lambda: span(MONDAY, 30))


class AppointmentFactory(Make):
    """Booked unless a trait says otherwise: `arrived=True`, `cancelled=True`, ..."""

    class Meta:
        model = Appointment
        skip_postgeneration_save = True

    class Params:
        start = MONDAY
        confirmed = factory.Trait(status=STATUS.CONFIRMED)
        arrived = factory.Trait(status=STATUS.ARRIVED)
        in_room = factory.Trait(status=STATUS.IN_ROOM)
        done = factory.Trait(status=STATUS.DONE)
        missed = factory.Trait(status=STATUS.NO_SHOW)
        held = factory.Trait(
            status=STATUS.HELD,
            held_until=factory.LazyAttribute(lambda made: made.start - timedelta(days=1)),
        )
        cancelled = factory.Trait(
            status=STATUS.CANCELLED,
            cancelled_at=factory.LazyAttribute(lambda made: made.start - timedelta(days=1)),
            cancelled_by=factory.SelfAttribute("booking.actor"),
            cancel_reason="ill",
        )

    booking = factory.SubFactory(BookingFactory)
    patient = factory.SubFactory(PatientFactory)
    service = factory.SubFactory(ServiceFactory)
    location = factory.SubFactory(LocationFactory)
    during = factory.LazyAttribute(lambda made: span(made.start, made.service.minutes))

    @factory.post_generation
    def holding(
        self: Appointment, create: bool, resources: Iterable[Resource] | None, **_: Any
    ) -> None:
        """One resource per need of the service, in the order of the needs."""
        needs = self.service.needs.order_by("position")
        for need, resource in zip(needs, resources or (), strict=False):
            start = self.during.lower + timedelta(minutes=need.starts)
            ReservationFactory(
                resource=resource,
                appointment=self,
                need=need,
                during=span(start, need.ends - need.starts),
            )


class RearrangementFactory(Make):
    class Meta:
        model = Rearrangement

    patient = factory.SubFactory(PatientFactory)
    actor = factory.SubFactory(UserFactory)
    content_hash = "0" * 64


class RearrangedVisitFactory(Make):
    class Meta:
        model = RearrangedVisit

    rearrangement = factory.SubFactory(RearrangementFactory)
    appointment = factory.SubFactory(AppointmentFactory)
    what = RearrangedVisit.What.MOVED
    was = factory.LazyFunction(lambda: span(MONDAY - timedelta(days=1), 30))
    became = factory.LazyFunction(lambda: span(MONDAY, 30))
    version = 2
