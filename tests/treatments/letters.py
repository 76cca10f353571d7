"""Letters rendered as a patient gets them, from the facts of one visit."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import css_inline
from django.conf import settings
from django.template.loader import render_to_string

from patients.message_rules import plain_text
from treatments.protocol_data import PROTOCOLS

FOLDER = Path(settings.BASE_DIR) / "templates" / "messages"
ANSWERS = ("booked", "moved", "cancelled")
# those that answer an event are no rows of a timeline
BY_EVENT = ("education", "regimen_changed")
STEPS = {step.kind for each in PROTOCOLS for step in each.steps}
KINDS = sorted({*ANSWERS, "offer", *BY_EVENT, *STEPS})
MODALITIES = [each.modality for each in PROTOCOLS]
PEELS = ["glycolic", "salicylic"]
PHONE = "020 7946 0018"
LONDON = ZoneInfo("Europe/London")


def visit(number: int, day: date, **more: Any) -> dict[str, Any]:
    starts = datetime(day.year, day.month, day.day, 15, 30, tzinfo=LONDON)
    return {
        "starts": starts,
        "ends": starts + timedelta(minutes=30),
        "service": "Visit for your skin",
        "practitioner": "Dr Cole",
        "location": "Harbour Street",
        "number": number,
        "total": 5,
        **more,
    }


VISIT = visit(3, date(2027, 1, 12))
LATER = visit(4, date(2027, 2, 2), gap_days=21)
LINKS = {
    name: f"https://clinic.example/{name}"
    for name in (
        "booking_url",
        "aftercare_url",
        "confirm_url",
        "move_url",
        "offer_url",
        "photo_url",
        "preferences_url",
        "screening_url",
    )
}


def facts(modality: str = "glycolic", **more: Any) -> dict[str, Any]:
    """All names of docs/messages.md that a letter may count on."""
    return {
        "patient_name": "Ada",
        "clinic_name": "Harbour Clinic",
        "clinic_phone": PHONE,
        "location": {"name": "Harbour Street", "address": "12 Harbour Street, Bristol"},
        "appointments": [VISIT],
        "appointment": VISIT,
        "session_number": 3,
        "session_total": 5,
        "modality": modality,
        "stop_on": date(2027, 1, 9),
        "retinoid_days": 3,
        "next_window_from": date(2027, 1, 26),
        "next_window_until": date(2027, 2, 9),
        **more,
    }


def subject(kind: str, context: dict[str, Any]) -> str:
    return render_to_string(f"messages/{kind}/subject.txt", context).strip()


def text_of(context: dict[str, Any], *kinds: str) -> str:
    sections = [render_to_string(f"messages/{kind}/body.txt", context) for kind in kinds]
    return plain_text(render_to_string("messages/letter.txt", context | {"sections": sections}))


def html_of(context: dict[str, Any], *kinds: str) -> str:
    sections = [render_to_string(f"messages/{kind}/body.html", context) for kind in kinds]
    return css_inline.inline(
        render_to_string("messages/letter.html", context | {"sections": sections})
    )
