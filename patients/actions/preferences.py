"""A patient, or the desk for them, chooses what to hear about."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from clinic.accounts.models import RecordAccess, User
from patients.models import MessagePreference, Patient
from patients.queries import preferences
from patients.queries.record import RECORD


@transaction.atomic
def choose(
    *, patient: Patient, wanted: Collection[str], now: datetime, by: User | None = None
) -> None:
    """Hear of these purposes and of no other one. `by` is None for the patient, by a link.

    Planned messages stay in the ledger: each is looked at when it is due. Purposes that are not
    known are left out; choosing the same again writes nothing.
    """
    Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)
    for each in preferences.choices(patient):
        if each.wanted != (each.purpose in wanted):
            _set(patient, each.purpose, not each.wanted, now, by)
    if by is not None:
        RecordAccess.objects.create(
            user=by,
            record=RECORD,
            record_id=patient.pk,
            action=RecordAccess.Action.CHANGE,
            at=now,
        )


@transaction.atomic
def refuse(*, patient: Patient, purposes: Collection[str], now: datetime) -> None:
    """Hear of these no more: one click in a letter. All others stay as they are."""
    kept = {each.purpose for each in preferences.choices(patient) if each.wanted}
    choose(patient=patient, wanted=kept - set(purposes), now=now)


def _set(patient: Patient, purpose: str, wanted: bool, now: datetime, by: User | None) -> None:
    MessagePreference.objects.update_or_create(
        patient=patient,
        purpose=purpose,
        defaults={"wanted": wanted, "changed_at": now, "changed_by": by},
    )
