"""What letters say of a course, whether they are about one of its visits or about all of it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from clinic.models import Appointment
from treatments.models import Course, Session


def of_course(course: Course, sessions: Mapping[int, Session], total: int) -> dict[str, Any]:
    """What a letter says of a course; `sessions` are by the appointments it is about."""
    return {
        "modality": course.protocol.modality,
        "retinoid_days": course.protocol.retinoid_stop_days(course.plan.patient.skin_type),
        "by_appointment": {
            pk: {"number": session.number, "total": total} for pk, session in sessions.items()
        },
    }


def next_window(course: Course, last: Appointment) -> dict[str, Any]:
    """The local days between which the session after `last` should be."""
    spacing = course.protocol.spacing
    if spacing is None:
        return {}
    day = last.starts_at.date()
    until = day + timedelta(days=spacing.max) if spacing.max is not None else None
    return {"next_window_from": day + timedelta(days=spacing.min), "next_window_until": until}
