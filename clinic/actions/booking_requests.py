"""A request to book that may come twice: one key makes one booking, of one content."""

import hashlib
import json
import uuid
from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from clinic.accounts.models import User
from clinic.actions.claims import Claim, KeyReused
from clinic.models import Appointment, Booking, Location
from patients.models import Patient


def open_booking(
    by: User,
    key: uuid.UUID | None,
    patient: Patient,
    location: Location,
    claims: Sequence[Claim],
    now: datetime,
) -> tuple[Booking, bool]:
    """Insert the request's row, or find that it came before. A rival with the same key that is
    still at work is waited for, by the unique constraint."""
    content = _hash(patient, location, claims)
    wanted = Booking(key=key or uuid.uuid4(), actor=by, content_hash=content, created_at=now)
    if _inserted(wanted):
        return wanted, True
    booking = Booking.objects.get(actor=by, key=wanted.key)
    check_same(booking, patient, location, claims)
    return booking, not booking.appointments.exists()


def _inserted(wanted: Booking) -> bool:
    """Insert the row unless its key was there already. Not `bulk_create(ignore_conflicts=True)`:
    that does not say whether it inserted, and would have to be read back."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO clinic_booking (key, actor_id, content_hash, created_at)"
            " VALUES (%s, %s, %s, %s) ON CONFLICT (actor_id, key) DO NOTHING RETURNING id",
            [wanted.key, wanted.actor_id, wanted.content_hash, wanted.created_at],
        )
        row = cursor.fetchone()
    wanted.pk = row and row[0]
    wanted._state.adding = row is None
    return row is not None


def check_same(
    booking: Booking, patient: Patient, location: Location, claims: Sequence[Claim]
) -> None:
    """Raise KeyReused unless this booking was made by exactly this request."""
    if booking.content_hash != _hash(patient, location, claims):
        raise KeyReused("This form was already used for another booking. Reload the page.")
    if booking.appointments.filter(status=Appointment.Status.CANCELLED).exists():
        raise KeyReused("These visits were booked before and cancelled since. Choose again.")


def _hash(patient: Patient, location: Location, claims: Sequence[Claim]) -> str:
    content = [
        patient.pk,
        location.pk,
        [[each.service.pk, each.start.isoformat(), *each.assignment] for each in claims],
    ]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()
