"""What was done at a visit, as the care after it depends on it."""

from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.utils import translation

from clinic.models import Appointment
from patients.models import Patient
from treatments.aftercare import Done
from treatments.face_map import EYE_AREA
from treatments.models import LesionTreatment, Session, Visit
from treatments.queries import protocols, rebindings
from treatments.regimen import retinoid_stop_on

_PARTS = ("extractionrecord", "cryorecord", "peelrecord", "regimenrecord")


def of_appointment(appointment: Appointment) -> Done | None:
    """From the record of the visit where there is one, from the course otherwise; None for a visit
    at which nothing is treated. What was done is said in the patient's language."""
    modality = protocols.modalities([appointment.service_id]).get(appointment.service_id)
    if modality is None:
        return None
    session = rebindings.session_of(appointment)
    course = session.course if session else None
    return Done(
        modality=modality,  # type: ignore[arg-type] # checked by the column
        on=appointment.starts_at.date(),
        skin_type=appointment.patient.skin_type,
        uses_retinoid=course.uses_retinoid if course else None,
        antiviral=course.antiviral_ordered if course else False,
        **_of_record(appointment),
        **(_of_next(appointment.patient, session) if session else {}),
    )


def _of_record(appointment: Appointment) -> dict[str, Any]:
    rows = Visit.objects.filter(appointment=appointment).select_related(*_PARTS)
    visit = rows.first()
    if visit is None:
        return {}
    with translation.override(appointment.patient.letter_language):
        what = _what(visit)
    sites = LesionTreatment.objects.filter(visit=visit).values_list("lesion__site", flat=True)
    return {
        "what": what,
        "eye_area": bool(EYE_AREA & set(sites)),
        "dressing": getattr(_part(visit, "extractionrecord"), "dressing", "") == "plaster",
        "blister": bool(getattr(_part(visit, "cryorecord"), "blister", False)),
        "broken_off": visit.broken_off,
        "signed": visit.is_signed,
    }


def _part(visit: Visit, name: str) -> Any:
    try:
        return getattr(visit, name)
    except ObjectDoesNotExist:
        return None


def _what(visit: Visit) -> str:
    """ "Glycolic acid, 35 %"; "" where the record says no more than the name of the treatment."""
    peel, regimen = _part(visit, "peelrecord"), _part(visit, "regimenrecord")
    record = peel or regimen
    if record is None or not record.agent:
        return ""
    agent = str(record.get_agent_display())
    strength = record.strength_percent
    return f"{agent}, {strength.normalize():f} %" if strength is not None else agent


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
