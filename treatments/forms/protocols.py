"""A draft of a protocol in one form: its numbers by section with their sources, and its letters."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import pairwise
from typing import Any, NamedTuple

from django import forms
from django.forms import BoundField
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from treatments.actions.protocol_versions import Edit
from treatments.forms.numbers import NumbersField
from treatments.forms.protocol_letters import MOST_DAYS, NUMBER_WORDS, LetterForm, number_field
from treatments.models import Protocol
from treatments.protocol_data.sections import SECTIONS, Section, source_of, with_source

LABELS = {
    "sessions_min": gettext_lazy("Fewest"),
    "sessions_default": gettext_lazy("Usual"),
    "sessions_max": gettext_lazy("Most"),
    "gap_floor": gettext_lazy("Refused below"),
    "gap_min": gettext_lazy("Shortest"),
    "gap_ideal": gettext_lazy("Proposed"),
    "gap_max": gettext_lazy("Longest"),
    "gap_lapse": gettext_lazy("Lapses after"),
    "retinoid_stop_days_light": gettext_lazy("Skin types I–III"),
    "retinoid_stop_days_dark": gettext_lazy("Skin types IV–VI"),
    "strengths": gettext_lazy("Ladder, %"),
    "max_percent_assistant": gettext_lazy("Nurse or esthetician up to, %"),
    "contact_seconds_min": gettext_lazy("Shortest, seconds"),
    "contact_seconds_max": gettext_lazy("Longest, seconds"),
    "review_after_session": gettext_lazy("After session"),
    "review_days": gettext_lazy("Days after the start"),
    "nights_per_week": gettext_lazy("Week by week"),
    "eye_area": gettext_lazy("Near the eye"),
    "max_lesions": gettext_lazy("At most"),
}
# (lowest, highest, may be empty)
_BOUNDS = {
    "sessions_min": (1, 52, False),
    "sessions_default": (1, 52, False),
    "sessions_max": (1, 52, False),
    "gap_floor": (1, MOST_DAYS, False),
    "gap_min": (1, MOST_DAYS, False),
    "gap_ideal": (1, MOST_DAYS, False),
    "gap_max": (1, MOST_DAYS, True),
    "gap_lapse": (1, MOST_DAYS, True),
    "retinoid_stop_days_light": (0, 60, False),
    "retinoid_stop_days_dark": (0, 60, False),
    "contact_seconds_min": (1, 1200, False),
    "contact_seconds_max": (1, 1200, False),
    "review_after_session": (1, 52, True),
    "max_lesions": (1, 500, True),
}
# each at least as much as the one before it
_ORDERED = (
    ("sessions_min", "sessions_default", "sessions_max"),
    ("gap_floor", "gap_min", "gap_ideal", "gap_max", "gap_lapse"),
    ("contact_seconds_min", "contact_seconds_max"),
)


class Part(NamedTuple):
    """One section of the form: its fields and the field of their source."""

    section: Section
    name: str
    fields: list[BoundField]
    source: BoundField


class ProtocolForm(forms.Form):
    """`edit()` is what was asked for. `letters` are the forms of the message timeline."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    change_note = forms.CharField(
        label=gettext_lazy("What is changed, and why"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "class": "form-control"}),
        help_text=gettext_lazy("For whoever approves it, and for those who ask in a year."),
    )

    def __init__(self, data: QueryDict | None = None, *, draft: Protocol) -> None:
        shown = {"revision": draft.revision, "change_note": draft.change_note}
        super().__init__(data, initial=shown)
        self.draft = draft
        self.sections = SECTIONS[draft.modality]
        for section in self.sections:
            for name in section.fields:
                self.fields[name] = _field(name, getattr(draft, name))
            self.fields[f"source_{section.key}"] = _source_field(
                source_of(draft.source, section), _(section.name)
            )
        steps = draft.steps.order_by("position")
        self.letters = [LetterForm(data, step=step) for step in steps]

    @property
    def parts(self) -> list[Part]:
        return [
            Part(
                section,
                _(section.name),
                [self[name] for name in section.fields],
                self[f"source_{section.key}"],
            )
            for section in self.sections
        ]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        for names in _ORDERED:
            self._check_order([name for name in names if name in self.fields])
        most, after = values.get("sessions_max"), values.get("review_after_session")
        if most and after and after > most:
            self.add_error("review_after_session", _("There are %(n)d sessions.") % {"n": most})
        if values.get("gap_lapse") and "gap_max" in values and values["gap_max"] is None:
            self.add_error("gap_max", _("A course that lapses has a longest gap."))
        return values

    def _check_order(self, names: list[str]) -> None:
        given = [(name, self.cleaned_data.get(name)) for name in names]
        known = [(name, number) for name, number in given if number is not None]
        for (before, low), (name, number) in pairwise(known):
            if number < low:
                words = {"before": LABELS[before], "low": low}
                self.add_error(name, _("Not below “%(before)s”, which is %(low)s.") % words)

    def is_valid(self) -> bool:
        """The letters are looked at too, also when a number above is wrong already."""
        letters = [each.is_valid() for each in self.letters]
        if self.is_bound:
            self._check_letters()
        return super().is_valid() and all(letters) and not any(e.errors for e in self.letters)

    def _check_letters(self) -> None:
        """One letter goes to one patient once on one day."""
        seen: dict[tuple[Any, ...], LetterForm] = {}
        for each in self.letters:
            if "day" not in each.cleaned_data:
                continue
            step = each.step
            row = (step.kind, step.anchor, each.cleaned_data["day"], step.skin, tuple(step.only))
            if row in seen and not each.errors:
                each.add_error("day", _("The same letter goes out on that day already."))
            seen[row] = each

    def edit(self) -> Edit:
        """The cleaned form as what is to be written."""
        cleaned = self.cleaned_data
        source = self.draft.source
        for section in self.sections:
            source = with_source(source, section, cleaned[f"source_{section.key}"])
        names = [name for section in self.sections for name in section.fields]
        values = {name: cleaned[name] for name in names}
        values |= {"source": source, "change_note": cleaned["change_note"]}
        return Edit(values, {each.step.position: each.cleaned_data for each in self.letters})

    def all_errors(self) -> Iterator[tuple[str, str, str]]:
        """(id of the input, name, what is wrong), in the order of the page."""
        yield from _errors(self, {})
        for each in self.letters:
            yield from _errors(each, dict.fromkeys(each.fields, each.title))


def _errors(form: forms.Form, titles: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    for text in form.non_field_errors():
        yield "", "", str(text)
    for name in form.fields:
        bound = form[name]
        title = f"{titles[name]}, {bound.label}" if name in titles else bound.label
        for text in bound.errors:
            yield bound.id_for_label, str(title), str(text)


def _field(name: str, value: Any) -> forms.Field:
    """The input of one column."""
    made: forms.Field
    if name == "eye_area":
        made = forms.ChoiceField(choices=Protocol.EyeArea.choices)
    elif name in ("strengths", "review_days", "nights_per_week"):
        made = _numbers_field(name)
    elif name == "max_percent_assistant":
        made = forms.DecimalField(
            min_value=1,
            max_value=70,
            max_digits=4,
            decimal_places=1,
            required=False,
            error_messages=NUMBER_WORDS | {"invalid": _("Write a number.")},
        )
    else:
        low, high, may_be_empty = _BOUNDS[name]
        made = number_field("", low, high, required=not may_be_empty)
    made.label = LABELS[name]
    made.initial = f"{value:f}".removesuffix(".0") if isinstance(value, Decimal) else value
    width = "form-select width-m" if name == "eye_area" else "form-control protocol-number"
    made.widget.attrs["class"] = width
    return made


def _numbers_field(name: str) -> NumbersField:
    low, high = {"strengths": (1, 70), "review_days": (1, MOST_DAYS), "nights_per_week": (1, 7)}[
        name
    ]
    return NumbersField(
        low=low,
        high=high,
        rising=name != "nights_per_week",
        decimals=name == "strengths",
        required=name != "review_days",
        error_messages={"required": _("Write at least one number.")},
    )


def _source_field(initial: str, part: str) -> forms.CharField:
    label = _("Source")
    return forms.CharField(
        label=label,
        initial=initial,
        required=False,
        max_length=500,
        widget=forms.Textarea(
            attrs={"rows": 2, "class": "form-control", "aria-label": f"{part}: {label}"}
        ),
    )
