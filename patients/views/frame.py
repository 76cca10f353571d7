"""What every page of one record shows round its own content."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from patients.models import Patient
from patients.queries.header import header_of


def frame(patient: Patient, tab: str, now: datetime) -> dict[str, Any]:
    """The context of templates/patients/_frame.html."""
    return {
        "section": "patients",
        "patient": patient,
        "header": header_of(patient, now),
        "tabs": tabs_of(patient.pk, tab),
    }


def tabs_of(pk: int, current: str) -> list[dict[str, object]]:
    """The sections of one record; the first is composed by the app on top."""
    names = (
        ("detail", _("Overview"), ""),
        ("assessments", _("Assessments"), "treatments.view_assessment"),
        ("plans", _("Plans"), "treatments.view_plan"),
        ("visits", _("Visits"), "treatments.view_visit"),
        ("outcomes", _("Results"), "treatments.view_assessment"),
        ("photos", _("Photos"), "patients.view_photo"),
        ("screening", _("Health questions"), ""),
        ("consents", _("Consents"), ""),
        ("messages", _("Messages"), ""),
        ("details", _("Details"), ""),
    )
    return [
        {
            "url": reverse(f"patient-{name}", args=[pk]),
            "label": label,
            "current": name == current,
            "needs": needs,
        }
        for name, label, needs in names
    ]
