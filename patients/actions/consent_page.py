"""A signed consent as its document takes it: plain values, in the language of its text."""

from typing import Any
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from patients import signatures
from patients.consent_words import blocks
from patients.models import Consent, ConsentText, Patient


def consent_page(consent: Consent, clinic: str, address: str, zone: ZoneInfo) -> dict[str, Any]:
    """The data of templates/documents/consent.typ. The consent need not be saved yet."""
    text = consent.text
    if text is None:
        raise ValueError("nothing was signed here")
    with translation.override(text.language):
        when = consent.given_at.astimezone(zone)
        day = date_format(when, "l j F Y, H:i")
        return _words(text, clinic, address) | {
            "about": _("Consent of %(name)s, record %(number)d, version %(version)d of the text")
            % {
                "name": consent.patient.full_name,
                "number": consent.patient.pk,
                "version": text.version,
            },
            "facts": _who(consent.patient),
            "declared": _declared(str(consent.explained_by)),
            "strokes": signatures.read(consent.strokes) or [] if consent.strokes else [],
            "signature_alt": _("Signature of %(name)s") % {"name": consent.signer_name},
            "signer": consent.signer_name,
            "signature_words": _signature_words(consent),
            "signed_facts": [
                [_("Name"), consent.signer_name],
                *([[_("Signs as"), consent.get_signer_display()]] if _is_other(consent) else []),
                [_("When"), day],
                [_("Clock"), zone.key.replace("_", " ")],
                [_("Where"), consent.place],
                [_("Explained by"), str(consent.explained_by)],
            ],
            "frozen_words": _(
                "This document was made when it was signed, from the text as it stood then, and is "
                "kept unchanged. Consent can be withdrawn at any time."
            ),
        }


def _is_other(consent: Consent) -> bool:
    return consent.signer != Consent.Signer.PATIENT


def _who(patient: Patient) -> list[list[str]]:
    born = [[_("Born"), date_format(patient.birth_date, "j F Y")]] if patient.birth_date else []
    return [[_("Patient"), patient.full_name], *born, [_("Record"), str(patient.pk)]]


def _declared(explained_by: str) -> list[str]:
    name = {"name": explained_by}
    return [
        _("I have read this text, or it was read to me, and I have understood it."),
        _("%(name)s explained it to me. My questions were answered, and I had time to think.")
        % name,
        _("I agree. I know that I can change my mind at any time."),
    ]


def _signature_words(consent: Consent) -> str:
    if consent.way == Consent.Way.DRAWN:
        return _("Signed by hand on the screen")
    return _("Signed by typing the full name")


def blank_page(text: ConsentText, clinic: str) -> dict[str, Any]:
    """The same document to be filled in and signed on paper."""
    with translation.override(text.language):
        line = "_" * 30
        return _words(text, clinic, "") | {
            "about": _("Version %(version)d of the text, to be signed on paper")
            % {"version": text.version},
            "facts": [[_("Patient"), line], [_("Born"), line]],
            "declared": _declared("_" * 24),
            "strokes": [],
            "signature_alt": "",
            "signer": "",
            "signature_words": _("Signature"),
            "signed_facts": [[_("Name"), line], [_("When"), line], [_("Where"), line]],
            "frozen_words": _("Keep the signed sheet in the file of the patient."),
        }


def _words(text: ConsentText, clinic: str, address: str) -> dict[str, Any]:
    return {
        "title": text.title,
        "clinic": clinic,
        "place": address,
        "language": text.language,
        "version": _("Consent, version %(version)d") % {"version": text.version},
        "blocks": [_block(each.kind, each.lines) for each in blocks(text.body)],
        "signed_title": _("Agreed"),
    }


def _block(kind: str, lines: tuple[str, ...]) -> dict[str, Any]:
    return {"kind": kind, "text": " ".join(lines), "lines": list(lines)}
