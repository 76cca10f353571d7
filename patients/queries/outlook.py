"""Why a planned message has not gone, or will not: what the last look before sending would say."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.conf import settings

from patients import subjects
from patients.message_rules import QuietHours
from patients.models import Message
from patients.queries import preferences
from patients.queries.preferences import Refused
from patients.subjects import Broken, Hold, Stop

Status = Message.Status


def of(rows: Iterable[Message], now: datetime) -> dict[int, str]:
    """By key, in words for staff; a message with nothing in its way is not there.

    Rows come with their patients. One query for the patients' wishes, and where something is past
    its hour those of one look at its subjects; they do not grow with the number of rows.
    """
    listed = list(rows)
    found = _unwanted([row for row in listed if row.status == Status.PLANNED])
    past = [row for row in listed if row.pk not in found and _is_past(row, now)]
    for pk, seen in (subjects.look_at(past, now) if past else {}).items():
        if isinstance(seen, Hold):
            found[pk] = f"waits: {seen.reason}"
        elif isinstance(seen, Stop):
            found[pk] = f"will not be sent: {seen.reason}"
        elif isinstance(seen, Broken):
            found[pk] = "cannot be written"
    return {**_quiet(past, now), **found}


def waited(rows: Iterable[Message], now: datetime) -> dict[int, str]:
    """What messages that came too late waited for, as far as it is still so."""
    late = [row for row in rows if row.was_too_late]
    seen = subjects.look_at(late, now) if late else {}
    return {pk: each.reason for pk, each in seen.items() if isinstance(each, Hold)}


def unwanted(row: Message) -> str:
    """Why this patient gets no such letter; empty when nothing is against it. One query."""
    return against(row, preferences.refused([row.patient_id])[row.patient_id])


def against(row: Message, refused: Refused) -> str:
    """The same with what the patient does without, `refused`, at hand: the rule of the last look
    before sending. What a person asked for goes whatever the patient does without."""
    purpose = subjects.purpose(row.kind)
    if row.patient.why_not_emailed or row.asked_by_id is not None or purpose not in refused:
        return row.patient.why_not_emailed
    return f"does not want: {refused[purpose]}"


def _unwanted(planned: Sequence[Message]) -> dict[int, str]:
    refused = preferences.refused({row.patient_id for row in planned}) if planned else {}
    return {
        row.pk: f"will not be sent: {why}"
        for row in planned
        if (why := against(row, refused[row.patient_id]))
    }


def _is_past(row: Message, now: datetime) -> bool:
    return row.status == Status.PLANNED and row.due_at <= now


def _quiet(past: Iterable[Message], now: datetime) -> dict[int, str]:
    quiet = QuietHours(*settings.QUIET_HOURS)
    return {
        row.pk: "waits: quiet hours"
        for row in past
        if not row.transactional and quiet.contains(now, row.patient.zone)
    }
