"""The nouns: places, people, rooms and devices, and claims on their time."""

from clinic.models.answer import VisitAnswer
from clinic.models.appointment import Appointment, Booking, Reservation
from clinic.models.hours import Absence, Closure, OpenHoliday, WeeklyHours
from clinic.models.location import Location
from clinic.models.rearrangement import RearrangedVisit, Rearrangement
from clinic.models.resource import Capability, Resource
from clinic.models.service import Need, Service
from clinic.models.waitlist import WaitlistEntry, WaitlistOffer

__all__ = [
    "Absence",
    "Appointment",
    "Booking",
    "Capability",
    "Closure",
    "Location",
    "Need",
    "OpenHoliday",
    "RearrangedVisit",
    "Rearrangement",
    "Reservation",
    "Resource",
    "Service",
    "VisitAnswer",
    "WaitlistEntry",
    "WaitlistOffer",
    "WeeklyHours",
]
