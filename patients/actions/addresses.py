"""E-mail addresses that a mail server refused for good."""

from datetime import datetime

from django.db import transaction

from clinic.accounts.models import RecordAccess, User
from patients.models import Patient
from patients.queries.record import RECORD


@transaction.atomic
def try_again(*, patient: Patient, by: User, now: datetime) -> None:
    """The address is right after all: letters go there again. Letters that were held back meanwhile
    stay held back; each can be sent again from the ledger."""
    refused = Patient.objects.select_for_update(no_key=True).filter(pk=patient.pk)
    refused = refused.exclude(email_refused="")
    if refused.update(email_refused="", email_refused_at=None, email_refused_answer=""):
        RecordAccess.objects.create(
            user=by,
            record=RECORD,
            record_id=patient.pk,
            action=RecordAccess.Action.CHANGE,
            at=now,
        )
