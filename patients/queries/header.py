"""Who a patient is, and what must be known before anything is done; heads every page about them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import CharField, F, QuerySet, Value
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from patients.models import Patient
from patients.queries import record

NAMED_ALLERGIES = 3


@dataclass(frozen=True, slots=True)
class Alert:
    """A chip in the header; `level` is danger, warn or info."""

    text: str
    level: str


@dataclass(frozen=True, slots=True)
class HistoryItem:
    """One statement of the medical history; `kind` is allergy, condition or medication."""

    kind: str
    text: str
    note: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Header:
    """Who the patient is, and what must be known before anything is done."""

    facts: list[str]
    alerts: list[Alert]


def header_of(patient: Patient, now: datetime) -> Header:
    """The header of any page about a patient, in one query."""
    return Header(facts_of(patient, now), alerts_of(patient, history_of(patient)))


def facts_of(patient: Patient, now: datetime) -> list[str]:
    """ "34, born 14 Mar 1992", "female", "skin type III", telephone, language."""
    born = _("born %(day)s") % {"day": date_format(patient.birth_date, "j M Y")}
    age = patient.age_on(now.astimezone(patient.zone).date())
    skin = _("skin type %(type)s") % {"type": patient.get_skin_type_display()}
    facts = [
        born if patient.deceased else f"{age}, {born}",
        str(patient.get_sex_display()).lower() if patient.sex != Patient.Sex.UNKNOWN else "",
        skin if patient.skin_type else _("skin type not known"),
        patient.phone,
        _("may be e-mailed") if patient.may_be_emailed else "",
        "" if patient.language.startswith("en") else str(patient.get_language_display()),
    ]
    return [fact for fact in facts if fact]


def alerts_of(patient: Patient, history: Sequence[HistoryItem]) -> list[Alert]:
    """What must be known before anything is done, the gravest first."""
    alerts = [Alert(_("Deceased"), "danger")] if patient.deceased else []
    if any(
        each.kind == "medication" and "isotretinoin" in each.text.casefold() for each in history
    ):
        alerts.append(Alert(_("Isotretinoin on the medication list"), "danger"))
    alerts += _allergy_alerts([each for each in history if each.kind == "allergy"])
    if not patient.deceased and patient.why_not_emailed:
        alerts.append(Alert(_("No e-mail: %(why)s") % {"why": patient.why_not_emailed}, "info"))
    return alerts


def _allergy_alerts(allergies: Sequence[HistoryItem]) -> list[Alert]:
    grave_first = sorted(allergies, key=lambda each: each.note != "high")
    text = _("Allergy: %(what)s")
    named = [
        Alert(text % {"what": each.text}, "danger" if each.note == "high" else "warn")
        for each in grave_first[:NAMED_ALLERGIES]
    ]
    more = len(allergies) - len(named)
    words = ngettext("%(n)d more allergy", "%(n)d more allergies", more) % {"n": more}
    return [*named, Alert(words, "warn")] if more else named


def history_of(patient: Patient) -> list[HistoryItem]:
    """Allergies, conditions and medication that hold now, the newest first, each text once."""
    rows = _columns(record.allergies(patient), "allergy", F("criticality"), "recorded_at").union(
        _columns(record.current_conditions(patient), "condition", Value(""), "onset_at"),
        _columns(record.current_medication(patient), "medication", Value(""), "recorded_at"),
        all=True,
    )
    items = [HistoryItem(*row) for row in rows]
    items.sort(key=lambda each: each.at.timestamp() if each.at else 0.0, reverse=True)
    once: dict[tuple[str, str], HistoryItem] = {}
    for each in items:
        once.setdefault((each.kind, each.text), each)
    return list(once.values())


def _columns(rows: QuerySet[Any], kind: str, note: Any, at: str) -> Any:
    """The same four columns of any kind of statement, for a union."""
    text = CharField()
    labelled = rows.order_by().annotate(
        kind_of=Value(kind, output_field=text), note_of=note, at_of=F(at)
    )
    return labelled.values_list("kind_of", "text", "note_of", "at_of")
