"""Words about health questions and their answers."""

from datetime import date
from typing import Any

from django import template
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients.models import ScreeningAnswer
from patients.questionnaire import QUESTIONS, STILL, UNKNOWN
from patients.screening_hints import Statement

register = template.Library()

_HINTS = {
    "medication": gettext_lazy("On the medication list: %(text)s"),
    "allergy": gettext_lazy("On the list of allergies: %(text)s"),
    "condition": gettext_lazy("In the history: %(text)s"),
}


@register.filter
def said(text: str) -> str:
    """A text of the pure modules in the language of the page."""
    return _(text) if text else ""


@register.filter
def question_name(row: ScreeningAnswer) -> str:
    question = QUESTIONS.get(row.question)
    return _(question.name) if question else row.question


@register.filter
def answer_words(row: ScreeningAnswer) -> str:
    """ "yes", "30 Nov 2026", "still taking it", "day not known"."""
    if row.on:
        return date_format(row.on, "j M Y")
    if row.value == UNKNOWN:
        return _("not known")
    question = QUESTIONS.get(row.question)
    if row.value == STILL and question:
        return _(question.still).lower()
    labels = dict(question.choices) if question else {}
    return _(labels.get(row.value, row.value)).lower()


@register.filter
def hint_words(hint: Statement) -> str:
    """ "On the medication list: Isotretinoin 20 mg (ended; written down Jul 2026)"."""
    words = str(_HINTS[hint.kind]) % {"text": hint.text}
    notes = [] if hint.holds else [_("no longer taken")]
    if hint.on:
        notes.append(_("written down %(month)s") % {"month": date_format(hint.on, "M Y")})
    return f"{words} ({', '.join(notes)})" if notes else words


@register.filter
def iso_or_typed(value: Any) -> str:
    """What a date field holds: a day as the browser wants it, or what somebody typed."""
    return value.isoformat() if isinstance(value, date) else str(value or "")
