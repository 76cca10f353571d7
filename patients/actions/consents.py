"""Signing a consent on the screen: the text, who explained it, the signature, and the PDF of it."""

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from clinic.accounts.models import User
from patients import documents, signatures
from patients.actions.consent_page import consent_page
from patients.actions.readiness import (
    ReadinessRefusedError,
    end_consent,
    lock,
    note_change,
    refuse,
)
from patients.actions.retry import retry_on_contention
from patients.documents import Document, DocumentFailed
from patients.models import Consent, ConsentDocument, ConsentText, Patient

Signer = Consent.Signer


@dataclass(frozen=True, slots=True)
class Place:
    """Where it is signed: the clinic, the location, and the clock on its wall."""

    clinic: str
    name: str
    address: str
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Signature:
    """What the signer did. `strokes` is a path of `patients.signatures`, or empty when the typed
    name is the signature; `name` is the full name, typed in both cases."""

    name: str
    strokes: str = ""
    signer: str = Signer.PATIENT


def sign(
    *,
    patient: Patient,
    text: ConsentText,
    signature: Signature,
    explained_by: User,
    questions_answered: bool,
    place: Place,
    key: uuid.UUID,
    by: User,
    now: datetime,
) -> Consent:
    """The patient has read this text, asked what there was to ask, and signed.

    The document is made before the record is touched, so nobody waits on it. The same `key` again,
    or the same text signed already, answers the consent that stands. Raises ReadinessRefusedError
    for an open question, a name that is not the patient's, a scribble, a text that is not the
    newest of its scope, and when no document can be made.
    """
    if found := _signed_before(patient, text, key, by):
        return found
    _check(patient, text, signature, questions_answered)
    consent = Consent(
        patient=patient,
        scope=text.scope,
        way=Consent.Way.DRAWN if signature.strokes else Consent.Way.TYPED,
        text=text,
        signer=Signer(signature.signer),
        signer_name=" ".join(signature.name.split())[:200],
        strokes=signature.strokes,
        explained_by=explained_by,
        questions_answered=questions_answered,
        place=place.name,
        request_key=key,
        given_at=now,
        recorded_by=by,
    )
    return _write(consent, _document(consent, place), now)


def _signed_before(patient: Patient, text: ConsentText, key: uuid.UUID, by: User) -> Consent | None:
    own = Consent.objects.filter(patient=patient, scope=text.scope)
    repeat = own.filter(recorded_by=by, request_key=key).first()
    return repeat or own.filter(text=text, withdrawn_at=None).first()


def _check(
    patient: Patient, text: ConsentText, signature: Signature, questions_answered: bool
) -> None:
    if patient.deceased:
        refuse(_("%(name)s is recorded as deceased.") % {"name": patient.full_name})
    if text.is_draft or not ConsentText.objects.current().filter(pk=text.pk).exists():
        refuse(_("There is a newer version of this text. Read it with the patient, then sign."))
    if not questions_answered:
        refuse(_("Answer the patient’s questions first, then tick that they are answered."))
    _check_name(patient, signature)
    if signature.strokes:
        _check_hand(signature.strokes)


def _check_name(patient: Patient, signature: Signature) -> None:
    typed = " ".join(signature.name.split())
    is_own = signatures.is_name_of(typed, patient.given_name, patient.family_name)
    if signature.signer == Signer.PATIENT and not is_own:
        refuse(
            _("The name typed is not the patient’s: this record is of %(name)s.")
            % {"name": patient.full_name}
        )
    if signature.signer != Signer.PATIENT and len(typed.split()) < 2:
        refuse(_("Type the full name of whoever signs."))


def _check_hand(path: str) -> None:
    strokes = signatures.read(path)
    if strokes is None:
        refuse(_("The signature did not arrive whole. Draw it again."))
    if not signatures.is_a_signature(strokes):
        refuse(_("That is too little for a signature. Draw it again, a little larger."))


def _document(consent: Consent, place: Place) -> Document:
    page = consent_page(consent, place.clinic, place.address, place.zone)
    try:
        return documents.make("consent", page, made_at=consent.given_at)
    except DocumentFailed as failed:
        raise ReadinessRefusedError(
            _("The document could not be made. Try again; the signature is still here.")
        ) from failed


@retry_on_contention
@transaction.atomic
def _write(consent: Consent, document: Document, now: datetime) -> Consent:
    lock(consent.patient)
    text, key, by = consent.text, consent.request_key, consent.recorded_by
    if text and key and (found := _signed_before(consent.patient, text, key, by)):
        return found
    standing = Consent.objects.filter(
        patient=consent.patient, scope=consent.scope, withdrawn_at=None
    )
    for earlier in standing:
        end_consent(earlier, Consent.End.RENEWED, by, max(now, earlier.given_at))
    consent.pk = None
    consent.save(force_insert=True)
    ConsentDocument.objects.create(
        consent=consent,
        pdf=document.content,
        sha256=hashlib.sha256(document.content).hexdigest(),
        is_accessible=document.is_accessible,
        made_at=now,
    )
    note_change(consent.patient, by, now)
    return consent
