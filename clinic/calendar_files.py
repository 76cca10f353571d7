"""Appointments as iCalendar, so that a patient's own calendar keeps up with us.

One file is one visit. RFC 5546 (3.2.5) wants one UID in a cancellation, Outlook reads the first
event of a file and ignores the others (MS-STANOICAL 2.2.175), Thunderbird looks for the first UID
alone and writes the others over it: a file of several visits would lose or damage some of them.

The UID of an appointment never changes and SEQUENCE grows with every version, so a moved visit
replaces the one already in the calendar. The method is PUBLISH, not REQUEST: nobody is asked to
accept or decline, for an answer from a calendar would reach no one here.
"""

from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vCalAddress

from clinic.models import Appointment
from patients.subjects import Attachment


def calendar_file(
    appointment: Appointment, *, now: datetime, cancelled: bool = False
) -> Attachment:
    """The appointment as it is, in its patient's language; `cancelled` takes it out again."""
    method = "CANCEL" if cancelled else "PUBLISH"
    with translation.override(appointment.patient.letter_language):
        # named after the clock on the clinic's wall, as the letter has it
        day = f"{appointment.starts_at:%Y-%m-%d-%H%M}"
        name = (_("cancelled") if cancelled else _("visit")) + f"-{day}.ics"
        calendar = Calendar()
        calendar.add("prodid", f"-//{settings.CLINIC_NAME}//appointments//EN")
        calendar.add("version", "2.0")
        calendar.add("calscale", "GREGORIAN")
        calendar.add("method", method)
        calendar.add_component(_event(appointment, now, cancelled))
    # Django adds the charset
    mimetype = f"text/calendar; method={method}"
    return Attachment(name, bytes(calendar.to_ical()), mimetype)


def _event(appointment: Appointment, now: datetime, cancelled: bool) -> Event:
    event = Event()
    event.add("uid", f"appointment-{appointment.pk}@{settings.MESSAGE_DOMAIN}")
    event.add("sequence", _sequence(appointment, cancelled))
    event.add("dtstamp", now)
    event.add("dtstart", appointment.during.lower)
    event.add("dtend", appointment.during.upper)
    said = str(appointment.service.said_to_patients)
    event.add("summary", ": ".join(filter(None, (settings.CLINIC_NAME, said))))
    location = appointment.location
    event.add("location", ", ".join(filter(None, (location.name, location.address))))
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("organizer", vCalAddress(f"mailto:{settings.RECEPTION_ADDRESS}"))
    return event


def _sequence(appointment: Appointment, cancelled: bool) -> int:
    """A cancellation raises no version, yet comes after every time that stood and before the one
    that stands once it is taken back: there is room for it between two versions."""
    return 2 * appointment.version + cancelled
