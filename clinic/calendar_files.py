"""Appointments as iCalendar, so that a patient's own calendar keeps up with us.

The UID of an appointment never changes and SEQUENCE is its version, so a moved visit replaces the
one already in the calendar (RFC 5546).
"""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.utils import translation
from icalendar import Calendar, Event, vCalAddress

from clinic.models import Appointment


def calendar_file(
    appointments: Sequence[Appointment], *, now: datetime, cancelled: bool = False
) -> bytes:
    """One VCALENDAR with an event per appointment of one patient, in their language; `cancelled`
    takes them out again."""
    calendar = Calendar()
    calendar.add("prodid", f"-//{settings.CLINIC_NAME}//appointments//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "CANCEL" if cancelled else "PUBLISH")
    with translation.override(appointments[0].patient.letter_language):
        for appointment in appointments:
            calendar.add_component(_event(appointment, now, cancelled))
    return bytes(calendar.to_ical())


def _event(appointment: Appointment, now: datetime, cancelled: bool) -> Event:
    event = Event()
    event.add("uid", f"appointment-{appointment.pk}@{settings.MESSAGE_DOMAIN}")
    # a cancellation comes after every version that stood
    event.add("sequence", appointment.version + cancelled)
    event.add("dtstamp", now)
    event.add("dtstart", appointment.during.lower)
    event.add("dtend", appointment.during.upper)
    event.add("summary", f"{settings.CLINIC_NAME}: {appointment.service.said_to_patients}")
    event.add("location", f"{appointment.location.name}, {appointment.location.address}")
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("organizer", vCalAddress(f"MAILTO:{settings.RECEPTION_ADDRESS}"))
    return event
