"""Documents: what somebody typed stays text, and nobody's name stops one from being made."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
import typst

from patients import documents
from patients.documents import TEMPLATES, DocumentFailed, Press

AT = datetime(2026, 11, 30, 9, tzinfo=UTC)
HOSTILE = '#read("/etc/passwd") *bold* $x$ #{panic()} \\ "'
PAGE: dict[str, Any] = {
    "title": "Glycolic acid peel",
    "clinic": "Milia Clinic",
    "place": "1 Harbour Street",
    "about": "Consent",
    "language": "en",
    "version": "Version 1",
    "facts": [["Patient", "Ada Lindqvist"]],
    "blocks": [
        {"kind": "heading", "text": "Risks", "lines": ["Risks"]},
        {"kind": "list", "text": "", "lines": ["One", "Two"]},
    ],
    "signed_title": "Agreed",
    "declared": ["I agree."],
    "strokes": [[[10, 90], [200, 40]], [[300, 60]]],
    "signature_alt": "Signature of Ada Lindqvist",
    "signer": "Ada Lindqvist",
    "signature_words": "Signed by hand",
    "signed_facts": [["When", "now"]],
    "frozen_words": "Kept.",
}


def made(**changes: Any) -> documents.Document:
    return documents.make("consent", PAGE | changes, made_at=AT)


def test_a_document_is_a_tagged_pdf_that_keeps_to_ua() -> None:
    found = made()
    assert found.content.startswith(b"%PDF-")
    assert found.is_accessible
    assert b"StructTreeRoot" in found.content
    assert b"pdfuaid" in found.content


def test_the_same_data_make_the_same_document() -> None:
    assert made().content == made().content


def test_what_somebody_typed_is_never_markup() -> None:
    page = {key: HOSTILE if isinstance(value, str) else value for key, value in PAGE.items()}
    page |= {"language": "en", "facts": [[HOSTILE, HOSTILE]], "declared": [HOSTILE]}
    page["blocks"] = [{"kind": "list", "text": HOSTILE, "lines": [HOSTILE]}]
    assert documents.make("consent", page, made_at=AT).is_accessible
    found = typst.query(
        str(TEMPLATES / "consent.typ"),
        "figure",
        field="alt",
        root=str(TEMPLATES),
        sys_inputs={"data": json.dumps(page)},
    )
    assert json.loads(found) == [HOSTILE]


@pytest.mark.parametrize("name", ["\U0010ffd0 Nobody", "Ada \U0001f9ff\U0010ff00"])
def test_a_name_that_no_font_has_is_no_reason_to_fail(name: str) -> None:
    found = made(signer=name, facts=[["Patient", name]])
    assert found.content.startswith(b"%PDF-")
    assert not found.is_accessible


@pytest.mark.parametrize("name", ["שרה לוי", "Нина Орлова", "Nguyễn Thị Hoa", "Ελένη", "龍山"])
def test_names_in_other_scripts_make_a_document(name: str) -> None:
    assert made(signer=name, strokes=[]).content.startswith(b"%PDF-")


def test_one_process_makes_many_and_outlives_a_failure() -> None:
    with documents.one_press():
        first = made().content
        with pytest.raises(DocumentFailed, match="consent"):
            documents.make("consent", {"title": "no more"}, made_at=AT)
        assert made().content == first


def test_a_template_that_is_not_there_is_a_failure() -> None:
    with pytest.raises(DocumentFailed, match="nothing"):
        documents.make("nothing", {}, made_at=AT)


def test_what_takes_too_long_is_ended() -> None:
    with Press(limit=0.001) as press, pytest.raises(DocumentFailed, match="no answer"):
        press.make("consent", PAGE, AT)


def test_what_grows_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "MAX_BYTES", 100)
    with pytest.raises(DocumentFailed, match="bytes"):
        made()
