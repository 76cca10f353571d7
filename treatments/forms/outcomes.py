"""What is recorded of a result, and the window of the reports."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from treatments.actions.outcomes import Judgement
from treatments.models import Course, Outcome

_STEPS = [("", gettext_lazy("Not asked")), *Outcome.Gais.choices]
YEAR = 365


class OutcomeForm(forms.Form):
    """One look at the result of one of these courses, all of them with a session done."""

    course = forms.ChoiceField(
        label=gettext_lazy("Course"),
        error_messages={
            "required": gettext_lazy("Choose a course."),
            "invalid_choice": gettext_lazy("Choose one of this patient’s courses."),
        },
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    gais_clinician = forms.TypedChoiceField(
        label=gettext_lazy("Improvement, as you see it"),
        choices=_STEPS,
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )
    gais_patient = forms.TypedChoiceField(
        label=gettext_lazy("Improvement, as the patient sees it"),
        choices=_STEPS,
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )
    satisfaction = forms.IntegerField(
        label=gettext_lazy("Satisfaction, 0 to 10"),
        min_value=0,
        max_value=10,
        required=False,
        error_messages={
            "invalid": gettext_lazy("Write a number from 0 to 10."),
            "min_value": gettext_lazy("Write a number from 0 to 10."),
            "max_value": gettext_lazy("Write a number from 0 to 10."),
        },
        widget=forms.NumberInput(attrs={"class": "form-control width-xs"}),
    )
    late_effects = forms.MultipleChoiceField(
        label=gettext_lazy("Left behind by the treatment"),
        choices=Outcome.LateEffect.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None ticked: looked for and not found."),
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "class": "form-control"}),
    )

    def __init__(self, data: QueryDict | None = None, *, courses: Sequence[Course]) -> None:
        self.courses = {str(each.pk): each for each in courses}
        first = next(iter(self.courses), "")
        super().__init__(data, initial={"course": first, "gais_clinician": "", "gais_patient": ""})
        course: Any = self.fields["course"]
        course.choices = [(pk, each.protocol.name) for pk, each in self.courses.items()]
        if len(self.courses) == 1:
            course.widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if not self.errors and self.judgement().is_empty:
            self.add_error(
                "gais_clinician", _("Say at least one: as you see it, as they see it, or 0 to 10.")
            )
        return values

    def chosen(self) -> Course:
        return self.courses[self.cleaned_data["course"]]

    def judgement(self) -> Judgement:
        """The cleaned form as what is to be written."""
        values = {name: each for name, each in self.cleaned_data.items() if name != "course"}
        return Judgement(**values)


class WindowForm(forms.Form):
    """From which day to which a course began; a year unless asked otherwise. `here` alone, or all
    locations."""

    first = forms.DateField(
        label=gettext_lazy("Begun from"),
        error_messages={"invalid": gettext_lazy("Choose a day.")},
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "form-control"}),
    )
    last = forms.DateField(
        label=gettext_lazy("to"),
        error_messages={"invalid": gettext_lazy("Choose a day.")},
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "form-control"}),
    )
    place = forms.ChoiceField(
        label=gettext_lazy("Where"),
        required=False,
        widget=forms.Select(attrs={"class": "form-select"}),
        error_messages={"invalid_choice": gettext_lazy("Choose a location from the list.")},
    )

    def __init__(self, data: QueryDict, *, today: date, places: Sequence[tuple[int, str]]) -> None:
        shown = {"first": today - timedelta(days=YEAR), "last": today, "place": ""}
        asked = data.copy()
        for name, value in shown.items():
            asked.setdefault(name, str(value))
        super().__init__(asked)
        self.places = places
        place: Any = self.fields["place"]
        place.choices = [("", _("All locations")), *((str(pk), name) for pk, name in places)]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        first, last = values.get("first"), values.get("last")
        if first and last and last < first:
            self.add_error("last", _("Not before the first day."))
        elif first and last and (last - first).days > 10 * YEAR:
            self.add_error("first", _("Ten years at the most."))
        return values

    @property
    def locations(self) -> list[int]:
        chosen = self.cleaned_data["place"]
        return [int(chosen)] if chosen else [pk for pk, _name in self.places]
