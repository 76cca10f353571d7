"""Examine a face: begin from what was signed last, save as one goes, sign once.

The patient's row is locked first, as everywhere. What a draft refuses is refused as a whole, so
that the page and the database never hold different halves of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinic.accounts.models import RecordAccess, User
from patients.actions import registration
from patients.actions.retry import retry_on_contention
from patients.models import Patient
from patients.queries.record import RECORD
from treatments.actions import education, lesions
from treatments.actions.drafts import DraftOver, DraftRefused, Seen, check_seen
from treatments.actions.lesions import Entry
from treatments.models import Assessment, Finding, Lesion, PreviousTreatment
from treatments.queries import assessments

# what is entered, and carried from one assessment to the next except for the note
FIELDS: Final = (
    "kind", "cause", "arrangement", "diagnosis", "pigmented_or_atypical", "considered",
    "suspected", "triggers", "present_for_months", "new_within_months", "tempo",
    "episodes_a_year", "wants_prevention", "accepts_downtime", "squeezes", "symptoms", "concern",
    "skin_type", "note",
)  # fmt: skip
_TREATMENT_FIELDS: Final = ("modality", "year", "finished", "result", "note")


class NotReadyToSign(DraftRefused):
    """It is saved and stays a draft; `sentences` say what is missing."""

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = sentences


@dataclass(frozen=True, slots=True)
class Entered:
    """A draft as the page has it. `fields` by the names of FIELDS; `treatments` each by the names
    of the fields of a previous treatment."""

    fields: Mapping[str, Any]
    entries: Sequence[Entry]
    treatments: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Saved:
    """The draft as it stands, and which lesion each row of the page is."""

    draft: Assessment
    rows: Mapping[str, Lesion]


@retry_on_contention
@transaction.atomic
def start(*, patient: Patient, by: User, now: datetime) -> Assessment:
    """The open draft of this member of staff, or a new one that starts from what was signed last.

    Raises DraftRefused for a patient who has died.
    """
    patient = _lock(patient.pk)
    if draft := Assessment.objects.drafts().filter(patient=patient, started_by=by).first():
        return draft
    if patient.deceased:
        raise DraftRefused(_("%(name)s is recorded as deceased.") % {"name": patient.full_name})
    before = assessments.latest(patient)
    draft = Assessment.objects.create(
        patient=patient,
        based_on=before,
        started_at=now,
        started_by=by,
        saved_at=now,
        **_carried(patient, before),
    )
    if before:
        lesions.carry(before, draft)
        _write_treatments(draft, [_told(each) for each in before.previous_treatments.all()])
    return draft


def _carried(patient: Patient, before: Assessment | None) -> dict[str, Any]:
    carried = {name: getattr(before, name) for name in FIELDS} if before else {}
    return carried | {"note": "", "skin_type": patient.skin_type or carried.get("skin_type")}


def _told(treatment: PreviousTreatment) -> dict[str, Any]:
    return {name: getattr(treatment, name) for name in _TREATMENT_FIELDS}


@retry_on_contention
@transaction.atomic
def save(*, assessment: Assessment, seen: Seen, entered: Entered, by: User, now: datetime) -> Saved:
    """Write the draft as it was entered. Its lesions get their numbers for good.

    Raises DraftOver, DraftStale or DraftRefused; then nothing was written.
    """
    draft = _own_draft(assessment, by)
    if check_seen(draft, seen):
        return Saved(draft, {})
    for name in FIELDS:
        setattr(draft, name, entered.fields[name])
    draft.version += 1
    draft.saved_at, draft.saved_from = now, seen.tab
    draft.save()
    rows = lesions.write(draft, entered.entries)
    _write_treatments(draft, entered.treatments)
    return Saved(draft, rows)


def _write_treatments(draft: Assessment, told: Sequence[Mapping[str, Any]]) -> None:
    before = [_told(each) for each in draft.previous_treatments.order_by("pk")]
    if before == list(told):
        return
    draft.previous_treatments.all().delete()
    PreviousTreatment.objects.bulk_create(PreviousTreatment(assessment=draft, **t) for t in told)


@retry_on_contention
@transaction.atomic
def sign(*, assessment: Assessment, by: User, now: datetime) -> Assessment:
    """The author stands by it: it never changes again, and the patient has this skin type.

    Raises DraftOver, or NotReadyToSign with all that is missing.
    """
    draft = _own_draft(assessment, by)
    if missing := what_is_missing(draft):
        raise NotReadyToSign(missing)
    draft.signed_at, draft.signed_by = now, by
    draft.save(update_fields=["signed_at", "signed_by"])
    registration.record_skin_type(patient=draft.patient, skin_type=draft.skin_type, by=by, now=now)
    education.plan(patient=draft.patient, now=now)
    _note(draft.patient, by, now)
    return draft


def what_is_missing(draft: Assessment) -> list[str]:
    """Why it cannot be signed yet, one sentence each."""
    named = {
        _("the skin type"): draft.skin_type,
        _("the type of milia"): draft.kind,
        _("the arrangement"): draft.arrangement,
    }
    found = [
        _("Enter %(what)s before signing.") % {"what": what}
        for what, value in named.items()
        if not value
    ]
    asked = draft.findings.filter(state=Finding.State.ASKED).order_by("lesion__number")
    numbers = [str(number) for number in asked.values_list("lesion__number", flat=True)]
    if numbers:
        found.append(_unanswered(numbers))
    if later := assessments.signed_later(draft):
        found.append(
            _("%(who)s signed another assessment since you began. Take it over first.")
            % {"who": later.signed_by}
        )
    return found


def _unanswered(numbers: Sequence[str]) -> str:
    words = ngettext(
        "Lesion %(numbers)s of last time is not answered: still there or gone?",
        "Lesions %(numbers)s of last time are not answered: still there or gone?",
        len(numbers),
    )
    return words % {"numbers": ", ".join(numbers)}


@retry_on_contention
@transaction.atomic
def catch_up(*, assessment: Assessment, by: User, now: datetime) -> Assessment:
    """Put what somebody else signed meanwhile under this draft; its lesions are asked about."""
    draft = _own_draft(assessment, by)
    later = assessments.signed_later(draft)
    newest = assessments.latest(draft.patient)
    if later and newest:
        draft.based_on = newest
        draft.version += 1
        draft.saved_at = now
        draft.saved_from = ""
        draft.save(update_fields=["based_on", "version", "saved_at", "saved_from"])
        lesions.carry(newest, draft)
    return draft


@retry_on_contention
@transaction.atomic
def discard(*, assessment: Assessment, by: User, now: datetime) -> None:
    """Throw an own draft away, with the lesions that only it knows."""
    draft = _own_draft(assessment, by)
    lesions.drop_all(draft)
    draft.delete()


def _own_draft(assessment: Assessment, by: User) -> Assessment:
    _lock(assessment.patient_id)
    draft = Assessment.objects.filter(pk=assessment.pk).select_related("patient").first()
    if draft is None:
        raise DraftOver(_("This assessment was thrown away. Nothing is saved any more."))
    if draft.is_signed:
        raise DraftOver(_("This assessment is signed and no longer changes."))
    if draft.started_by_id != by.pk:
        raise DraftRefused(
            _("This is the draft of %(who)s: only they change and sign it. Nothing was changed.")
            % {"who": draft.started_by}
        )
    return draft


def _lock(pk: int) -> Patient:
    return Patient.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)


def _note(patient: Patient, by: User, now: datetime) -> None:
    RecordAccess.objects.create(
        user=by, record=RECORD, record_id=patient.pk, action=RecordAccess.Action.CHANGE, at=now
    )
