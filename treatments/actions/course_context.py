"""What letters say of a course, whether they are about one of its visits or about all of it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from clinic.models import Appointment
from patients.models import Patient
from treatments.models import Course, Protocol, Session


def of_course(course: Course, sessions: Mapping[int, Session], total: int) -> dict[str, Any]:
    """What a letter says of a course; `sessions` are by the appointments it is about."""
    return of_treatment(course.protocol, course.plan.patient) | {
        "by_appointment": {
            pk: {"number": session.number, "total": total} for pk, session in sessions.items()
        },
    }


def of_treatment(protocol: Protocol, patient: Patient) -> dict[str, Any]:
    """What a letter says of a treatment, in a course or not."""
    days = protocol.retinoid_stop_days(patient.skin_type)
    return {"modality": protocol.modality, "retinoid_days": days}


def next_window(course: Course, last: Appointment) -> dict[str, Any]:
    """The local days between which the session after `last` should be."""
    spacing = course.protocol.spacing
    if spacing is None:
        return {}
    day = last.starts_at.date()
    until = day + timedelta(days=spacing.max) if spacing.max is not None else None
    return {"next_window_from": day + timedelta(days=spacing.min), "next_window_until": until}
