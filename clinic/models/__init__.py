"""The nouns: places, people, rooms and devices, and claims on their time."""

from clinic.models.appointment import Appointment, Booking, Reservation
from clinic.models.hours import Absence, Closure, WeeklyHours
from clinic.models.location import Location
from clinic.models.rearrangement import RearrangedVisit, Rearrangement
from clinic.models.resource import Capability, Resource
from clinic.models.service import Need, Service

__all__ = [
    "Absence",
    "Appointment",
    "Booking",
    "Capability",
    "Closure",
    "Location",
    "Need",
    "RearrangedVisit",
    "Rearrangement",
    "Reservation",
    "Resource",
    "Service",
    "WeeklyHours",
]
