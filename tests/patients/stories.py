"""A subject of messages that belongs to the tests alone: what it answers is set by each of them."""

from datetime import datetime, timedelta
from typing import Any

from patients import subjects
from patients.actions import messages
from patients.message_rules import Wanted
from patients.models import Message
from patients.subjects import Facts, Hold, Stop
from tests.conftest import NOW, Cast

FACTS = Facts(
    {
        "clinic_phone": "+44 20 7946 0000",
        "location": {"name": "Harbour Street", "address": "1 Harbour Street"},
        "appointments": [],
        "modality": "glycolic",
    }
)


class Story:
    answer: Facts | Hold | Stop = FACTS


def tell() -> Story:
    told = Story()
    subjects.register("story", lambda message, now: told.answer, {}, lambda pks: {})
    return told


def plan(cast: Cast, kind: str = "check_1", due: datetime = NOW, **more: Any) -> Message:
    values = {"occurrence": "", "expires_at": due + timedelta(hours=48)} | more
    subject = values.pop("subject", "story:1")
    patient = values.pop("patient", cast.ada)
    wanted = Wanted(kind=kind, due_at=due, **values)
    messages.reconcile(patient=patient, plans={subject: [wanted]}, now=NOW)
    return Message.objects.get(subject_key=subject, kind=kind, occurrence=values["occurrence"])
