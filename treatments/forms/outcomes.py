"""What is recorded of a result, and the window of the reports."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from treatments.actions.outcomes import Judgement
from treatments.models import Course, Outcome

YEAR = 365
# a day outside of these is a slip of the keyboard, and beyond the ends of the calendar
DAYS = date(2000, 1, 1), date(2100, 1, 1)


def _steps(nobody: Any) -> list[tuple[Any, Any]]:
    """The scale, with words for when nobody said."""
    return [("", nobody), *Outcome.Gais.choices]


class OutcomeForm(forms.Form):
    """One look at the result of one of these courses, all of them with a session done."""

    course = forms.ChoiceField(
        label=gettext_lazy("Course"),
        error_messages={
            "required": gettext_lazy("Choose a course."),
            "invalid_choice": gettext_lazy(
                "Choose one of this patient’s courses with a session done."
            ),
        },
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    gais_clinician = forms.TypedChoiceField(
        label=gettext_lazy("Improvement, as you see it"),
        choices=_steps(gettext_lazy("Not judged")),
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )
    gais_patient = forms.TypedChoiceField(
        label=gettext_lazy("Improvement, as the patient sees it"),
        choices=_steps(gettext_lazy("Not asked")),
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
        course.choices = [(pk, _name(each)) for pk, each in self.courses.items()]
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


def _name(course: Course) -> str:
    """ "Glycolic peel, begun 31 Jul 2026": somebody may have had it more than once."""
    done = [each.appointment for each in course.sessions.all() if each.appointment]
    begun = min((each.starts_at for each in done if each.status == "done"), default=None)
    words = {"name": course.protocol.name, "day": begun and date_format(begun, "j M Y")}
    return _("%(name)s, begun %(day)s") % words if begun else course.protocol.name


_NO_DAY = {"invalid": gettext_lazy("Choose a day."), "required": gettext_lazy("Choose a day.")}


class WindowForm(forms.Form):
    """From which day to which a course began; a year unless asked otherwise. `here` alone, or all
    locations."""

    first = forms.DateField(
        label=gettext_lazy("Begun from"),
        error_messages=_NO_DAY,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "form-control"}),
    )
    last = forms.DateField(
        label=gettext_lazy("until"),
        error_messages=_NO_DAY,
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
        for name in ("first", "last"):
            if name in values and not DAYS[0] <= values[name] < DAYS[1]:
                self.add_error(name, _("Choose a day of this century."))
        first, last = values.get("first"), values.get("last")
        if first and last and last < first:
            self.add_error("last", _("The last day lies before the first one."))
        elif first and last and (last - first).days > 10 * YEAR:
            self.add_error("first", _("Ten years at the most."))
        return values

    @property
    def locations(self) -> list[int]:
        chosen = self.cleaned_data["place"]
        return [int(chosen)] if chosen else [pk for pk, _name in self.places]
