"""What was done at a visit, as the care after it depends on it."""

from typing import Any

from django.utils import translation

from clinic.models import Appointment
from patients.models import Patient
from treatments.aftercare import Done
from treatments.models import Session, Visit
from treatments.queries import performed, protocols, rebindings
from treatments.regimen import retinoid_stop_on


def of_appointment(appointment: Appointment) -> Done | None:
    """From the record of the visit where there is one, from the course otherwise; None for a visit
    at which nothing is treated. What was done is said in the patient's language."""
    modality = protocols.modalities([appointment.service_id]).get(appointment.service_id)
    if modality is None:
        return None
    session = rebindings.session_of(appointment)
    course = session.course if session else None
    known: dict[str, Any] = {"modality": modality} | _of_record(appointment)
    return Done(
        on=appointment.starts_at.date(),
        skin_type=appointment.patient.skin_type,
        uses_retinoid=course.uses_retinoid if course else None,
        antiviral=course.antiviral_ordered if course else False,
        **known,
        **(_of_next(appointment.patient, session) if session else {}),
    )


def _of_record(appointment: Appointment) -> dict[str, Any]:
    """As it stands in the record, signed or not: the sheet is handed out in the room."""
    visit = performed.with_what_counts().filter(appointment=appointment).first()
    if visit is None:
        return {}
    found = performed.of_visit(visit)
    with translation.override(appointment.patient.letter_language):
        what = _what(visit)
    return {
        "what": what,
        "modality": found.modality,
        "eye_area": found.eye_area,
        "dressing": found.plaster,
        "blister": found.blister,
        "broken_off": found.broken_off,
        "signed": visit.is_signed,
    }


def _what(visit: Visit) -> str:
    """ "Glycolic acid, 35 %"; "" where the record says no more than the name of the treatment."""
    record = getattr(visit, "peelrecord", None) or getattr(visit, "regimenrecord", None)
    if record is None or not record.agent:
        return ""
    agent, strength = str(record.get_agent_display()), record.strength_percent
    if strength is None:
        return agent
    return f"{agent}, {strength.normalize():f}\N{NO-BREAK SPACE}%"


def _of_next(patient: Patient, session: Session) -> dict[str, Any]:
    """The next visit of the course that stands, and when a retinoid rests before it."""
    course = session.course
    later = Session.objects.filter(course=course, number__gt=session.number)
    coming = later.filter(appointment__status__in=[Appointment.Status.BOOKED, "confirmed"])
    found = coming.select_related("appointment__location").order_by("number").first()
    if found is None or found.appointment is None:
        return {}
    at = found.appointment.starts_at
    day = at.date()
    days = course.protocol.retinoid_stop_days(patient.skin_type)
    stop_on = retinoid_stop_on(day, days) if days else None
    return {"next_on": day, "next_at": at, "retinoid_stop_on": stop_on}
