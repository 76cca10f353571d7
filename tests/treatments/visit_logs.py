"""A peel of Ada's on the day of the tests, in the room, with its log begun; and what is typed."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from clinic.accounts.models import User
from clinic.models import Appointment
from patients.models import Patient
from tests.conftest import NOW, Cast
from tests.factories.clinic import AppointmentFactory
from treatments.actions import visits as actions
from treatments.actions.visits import Entry, Seen
from treatments.models import Protocol, Visit

PEEL: dict[str, Any] = {
    "strength_percent": "20",
    "contact_seconds": "2:00",
    "endpoint": "pink",
    "neutraliser": "bicarbonate",
    "pain": "3",
}


def appointment(
    cast: Cast,
    modality: str = "glycolic",
    at: datetime = NOW,
    patient: Patient | None = None,
    status: str = "in_room",
) -> Appointment:
    service = Protocol.objects.get(modality=modality).follow_up_service
    made: Appointment = AppointmentFactory(
        location=cast.harbour,
        patient=patient or cast.ada,
        service=service,
        start=at,
        status=status,
    )
    return made


def begun(cast: Cast, modality: str = "glycolic", by: User | None = None, **more: Any) -> Visit:
    made = appointment(cast, modality, **more)
    return actions.start(appointment=made, by=by or cast.cole, now=NOW)


def signed(
    cast: Cast,
    record: Mapping[str, Any],
    days_ago: int = 21,
    modality: str = "glycolic",
    **visit: Any,
) -> Visit:
    """A signed visit of so many days ago."""
    at = NOW - timedelta(days=days_ago)
    made = begun(cast, modality, at=at)
    entry = Entry(visit=visit, record=record)
    made = actions.save(visit=made, entry=entry, seen=Seen(1), by=cast.cole, now=at)
    return actions.sign(visit=made, version=made.version, by=cast.cole, now=at)
