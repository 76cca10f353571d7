"""Signing on the screen: what is kept, what is refused, and that it stays."""

import hashlib
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from clinic.accounts.models import RecordAccess
from patients import documents
from patients.actions import consent_texts, readiness
from patients.actions.consent_texts import Words
from patients.actions.consents import Signature
from patients.actions.readiness import ReadinessRefusedError
from patients.documents import DocumentFailed
from patients.models import Consent, ConsentDocument, ConsentText
from patients.queries import consents as asked
from patients.queries.readiness import of_patients
from tests.conftest import NOW, Cast
from tests.patients.signing import DRAWN, sign

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=1)


def rewritten(cast: Cast, scope: str = "glycolic", *, ends_earlier: bool = False) -> ConsentText:
    words = Words("Glycolic acid peel", "Other words.", ends_earlier=ends_earlier)
    draft = consent_texts.save_draft(scope=scope, language="en", words=words, by=cast.mina, now=NOW)
    return consent_texts.publish(draft=draft, seen_at=NOW, by=cast.mina, now=NOW)


def standing(cast: Cast, scope: str = "glycolic") -> Consent | None:
    return of_patients([cast.ada.pk])[cast.ada.pk].consents.get(scope)


def test_a_signature_keeps_everything_it_was_given_with(cast: Cast) -> None:
    made = Consent.objects.get(pk=sign(cast).pk)
    assert (made.way, made.scope, made.strokes) == ("drawn", "glycolic", DRAWN)
    assert (made.signer, made.signer_name, made.place) == (
        "patient",
        "Ada Lindqvist",
        "Harbour Street",
    )
    assert (made.explained_by, made.recorded_by, made.given_at) == (cast.cole, cast.fern, NOW)
    assert made.text == ConsentText.objects.get(scope="glycolic", version=1)
    assert RecordAccess.objects.filter(record_id=cast.ada.pk, action="change").count() == 1


def test_its_document_is_kept_with_its_hash(cast: Cast) -> None:
    found = ConsentDocument.objects.get(consent=sign(cast))
    pdf = bytes(found.pdf)
    assert pdf.startswith(b"%PDF-")
    assert found.sha256 == hashlib.sha256(pdf).hexdigest()
    assert (found.is_accessible, found.made_at) == (True, NOW)


def test_the_typed_name_is_a_signature_too(cast: Cast) -> None:
    made = sign(cast, signature=Signature("  ada   LINDQVIST "))
    assert (made.way, made.strokes, made.signer_name) == ("typed", "", "ada LINDQVIST")


def test_a_parent_signs_with_their_own_name(cast: Cast) -> None:
    made = sign(cast, signature=Signature("Karin Berg", DRAWN, "parent"))
    assert (made.signer, made.signer_name) == ("parent", "Karin Berg")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"signature": Signature("Ben Okafor", DRAWN)}, "The name typed is not the patient’s"),
        ({"signature": Signature("Ada", "")}, "this record is of Ada Lindqvist"),
        ({"signature": Signature("Karin", DRAWN, "parent")}, "Type the full name of whoever"),
        ({"signature": Signature("Ada Lindqvist", "M10 10L12 12")}, "too little for a signature"),
        ({"signature": Signature("Ada Lindqvist", "M10 10Z")}, "did not arrive whole"),
        ({"questions_answered": False}, "Answer the patient’s questions first"),
    ],
)
def test_what_is_no_signature_is_refused_and_nothing_is_kept(
    cast: Cast, changes: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(ReadinessRefusedError, match=sentence):
        sign(cast, **changes)
    assert (Consent.objects.count(), ConsentDocument.objects.count()) == (0, 0)


def test_an_older_text_is_not_signed_any_more(cast: Cast) -> None:
    old = ConsentText.objects.get(scope="glycolic")
    rewritten(cast)
    with pytest.raises(ReadinessRefusedError, match="There is a newer version of this text"):
        sign(cast, text=old)


def test_without_a_document_nothing_is_kept(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: Any, **_more: Any) -> None:
        raise DocumentFailed("no")

    monkeypatch.setattr(documents, "make", fail)
    with pytest.raises(ReadinessRefusedError, match="The document could not be made"):
        sign(cast)
    assert Consent.objects.count() == 0


def test_a_name_that_no_font_has_is_signed_all_the_same(cast: Cast) -> None:
    cast.ada.given_name = "\U0010ffd0"
    cast.ada.save()
    made = sign(cast, signature=Signature("Lindqvist \U0010ffd0", DRAWN))
    assert not made.document.is_accessible


def test_sent_twice_is_signed_once(cast: Cast) -> None:
    key = uuid.uuid4()
    assert sign(cast, key=key) == sign(cast, key=key, now=LATER)
    # another window, the same text
    assert sign(cast, now=LATER).given_at == NOW
    assert (Consent.objects.count(), ConsentDocument.objects.count()) == (1, 1)


def test_a_newer_signature_takes_the_place_of_the_older_one(cast: Cast) -> None:
    paper = readiness.record_consent(patient=cast.ada, scope="glycolic", by=cast.fern, now=NOW)
    made = sign(cast, now=LATER)
    paper.refresh_from_db()
    assert (paper.end, paper.withdrawn_at, paper.withdrawn_by) == ("renewed", LATER, cast.fern)
    assert standing(cast) == made


def test_a_newer_version_leaves_the_signature_standing_and_says_so(cast: Cast) -> None:
    sign(cast)
    rewritten(cast)
    found = standing(cast)
    assert found is not None
    assert (found.counts, found.is_of_older_version, found.newest_version) == (True, True, 2)


def test_a_version_may_end_the_signatures_before_it(cast: Cast) -> None:
    sign(cast)
    rewritten(cast, ends_earlier=True)
    found = standing(cast)
    assert found is not None
    assert not found.counts
    assert not of_patients([cast.ada.pk])[cast.ada.pk].has_agreed("glycolic")
    renewed = sign(cast, now=LATER)
    assert standing(cast) == renewed
    assert of_patients([cast.ada.pk])[cast.ada.pk].has_agreed("glycolic")


def test_paper_takes_the_place_of_what_no_longer_counts(cast: Cast) -> None:
    sign(cast)
    rewritten(cast, ends_earlier=True)
    paper = readiness.record_consent(patient=cast.ada, scope="glycolic", by=cast.fern, now=LATER)
    assert standing(cast) == paper


def test_what_was_signed_here_is_withdrawn_and_never_undone(cast: Cast) -> None:
    made = sign(cast)
    with pytest.raises(ReadinessRefusedError, match="it can be withdrawn, not undone"):
        readiness.withdraw_consent(consent=made, by=cast.fern, now=LATER, is_mistake=True)
    readiness.withdraw_consent(consent=made, by=cast.nora, now=LATER)
    (found,) = asked.ended(cast.ada)
    assert (found.end, found.withdrawn_at, found.withdrawn_by) == ("withdrawn", LATER, cast.nora)


def test_paper_noted_by_mistake_says_so(cast: Cast) -> None:
    paper = readiness.record_consent(patient=cast.ada, scope="photos", by=cast.fern, now=NOW)
    readiness.withdraw_consent(consent=paper, by=cast.fern, now=LATER, is_mistake=True)
    assert Consent.objects.get().end == "mistake"


def test_the_record_lists_every_text_in_three_queries(
    cast: Cast, django_assert_num_queries: Callable[..., Any]
) -> None:
    sign(cast)
    with django_assert_num_queries(3):
        lines = asked.lines(cast.ada)
    assert (lines[0].scope, lines[0].is_in_order) == ("glycolic", True)
    assert len(lines) == 7


# What the database refuses ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE patients_consent SET strokes = 'M1 1' WHERE id = %s",
        "UPDATE patients_consent SET signer_name = 'Ben' WHERE id = %s",
        "UPDATE patients_consent SET text_id = NULL, way = 'paper', strokes = '' WHERE id = %s",
        "UPDATE patients_consent SET given_at = now() WHERE id = %s",
        "DELETE FROM patients_consent WHERE id = %s",
        "UPDATE patients_consentdocument SET pdf = 'x' WHERE consent_id = %s",
        "DELETE FROM patients_consentdocument WHERE consent_id = %s",
    ],
)
def test_what_is_signed_takes_no_change(cast: Cast, statement: str) -> None:
    made = sign(cast)
    with (
        pytest.raises(IntegrityError, match="is signed and no longer changes"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, [made.pk])
    assert Consent.objects.get(pk=made.pk).strokes == DRAWN


def test_a_withdrawal_is_not_taken_back(cast: Cast) -> None:
    made = sign(cast)
    readiness.withdraw_consent(consent=made, by=cast.fern, now=LATER)
    with pytest.raises(IntegrityError, match="no longer changes"), transaction.atomic():
        Consent.objects.filter(pk=made.pk).update(withdrawn_at=None, withdrawn_by=None, end="")


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"text": None}, "patients_consent_signed_in_full"),
        ({"explained_by": None}, "patients_consent_signed_in_full"),
        ({"questions_answered": False}, "patients_consent_signed_in_full"),
        ({"signer_name": ""}, "patients_consent_signed_in_full"),
        ({"strokes": ""}, "patients_consent_drawn_with_strokes"),
        ({"way": "typed"}, "patients_consent_drawn_with_strokes"),
        ({"strokes": "<svg/>"}, "patients_consent_strokes_are_lines"),
        ({"strokes": "M1 1" * 6000}, "patients_consent_strokes_are_lines"),
    ],
)
def test_signature_rules(cast: Cast, values: dict[str, Any], constraint: str) -> None:
    usual = {
        "patient": cast.ada,
        "scope": "glycolic",
        "way": "drawn",
        "text": ConsentText.objects.get(scope="glycolic"),
        "signer_name": "Ada Lindqvist",
        "strokes": DRAWN,
        "explained_by": cast.cole,
        "questions_answered": True,
        "given_at": NOW,
        "recorded_by": cast.fern,
    }
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Consent.objects.create(**usual | values)


def test_a_request_is_kept_once(cast: Cast) -> None:
    made = sign(cast)
    with (
        pytest.raises(IntegrityError, match="patients_consent_request_once"),
        transaction.atomic(),
    ):
        Consent.objects.create(
            patient=cast.ben,
            scope="glycolic",
            request_key=made.request_key,
            given_at=NOW,
            recorded_by=cast.fern,
        )


@pytest.mark.parametrize(
    ("pdf", "sha256", "constraint"),
    [
        (b"%PDF-", "0" * 64, "patients_consentdocument_hash_is_of_the_file"),
        (b"x" * 2_000_001, None, "patients_consentdocument_not_too_large"),
    ],
)
def test_document_rules(cast: Cast, pdf: bytes, sha256: str | None, constraint: str) -> None:
    paper = readiness.record_consent(patient=cast.ada, scope="photos", by=cast.fern, now=NOW)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        ConsentDocument.objects.create(
            consent=paper,
            pdf=pdf,
            sha256=sha256 or hashlib.sha256(pdf).hexdigest(),
            is_accessible=True,
            made_at=NOW,
        )
