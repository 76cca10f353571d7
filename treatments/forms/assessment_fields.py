"""What is said of the face as a whole, in the order in which it is asked."""

from typing import TYPE_CHECKING, Any, Final

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Field, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from patients.models import Patient
from treatments.actions.assessments import FIELDS
from treatments.models import Assessment

_MONTHS: Final = {"class": "width-xs", "inputmode": "numeric", "min": 0}


if TYPE_CHECKING:
    AssessmentModelForm = forms.ModelForm[Assessment]
else:
    AssessmentModelForm = forms.ModelForm


class FaceForm(AssessmentModelForm):
    """All of it may be missing in a draft; what signing needs is asked for then."""

    triggers = forms.MultipleChoiceField(
        label=_("Triggers"),
        choices=Assessment.Trigger.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    considered = forms.MultipleChoiceField(
        label=_("Considered"),
        choices=Assessment.Differential.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    suspected = forms.MultipleChoiceField(
        label=_("Suspected"),
        choices=Assessment.Differential.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    diagnosis = forms.ChoiceField(
        label=_("Diagnosis"), choices=Assessment.Diagnosis.choices, required=False
    )
    symptoms = forms.ChoiceField(
        label=_("Symptoms"), choices=Assessment.Symptoms.choices, required=False
    )
    skin_type = forms.TypedChoiceField(
        label=_("Skin type (Fitzpatrick)"),
        choices=[("", _("Not known")), *Patient.SkinType.choices],
        coerce=int,
        empty_value=None,
        required=False,
    )

    class Meta:
        model = Assessment
        fields = FIELDS
        labels = {
            "present_for_months": _("Present for, months"),
            "new_within_months": _("New again after, months"),
            "episodes_a_year": _("Episodes a year"),
            "concern": _("Bothers, 0 to 10"),
            "accepts_downtime": _("accepts days of healing"),
        }
        help_texts = {"new_within_months": "", "concern": ""}
        widgets = {
            "note": forms.Textarea(attrs={"rows": 3}),
            "present_for_months": forms.NumberInput(attrs=_MONTHS),
            "new_within_months": forms.NumberInput(attrs=_MONTHS),
            "episodes_a_year": forms.NumberInput(attrs=_MONTHS),
            "concern": forms.NumberInput(attrs={**_MONTHS, "max": 10}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.form_show_errors = True
        self.helper.form_error_title = _("Not signed yet. What you entered is still here.")
        self.helper.layout = _layout()

    @property
    def differential(self) -> list[tuple[str, str, bool, bool]]:
        """Key, name, considered, suspected."""
        considered, suspected = self["considered"].value() or [], self["suspected"].value() or []
        return [
            (key, str(name), key in considered, key in suspected)
            for key, name in Assessment.Differential.choices
        ]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        # the field is out of sight for other kinds
        if values.get("kind") != Assessment.Kind.SECONDARY:
            values["cause"] = ""
        values["diagnosis"] = values.get("diagnosis") or Assessment.Diagnosis.CLEAR
        values["symptoms"] = values.get("symptoms") or Assessment.Symptoms.NONE
        return values


def _layout() -> Layout:
    return Layout(
        Div(
            _card(
                _("Milia"),
                Div("skin_type", "kind", "cause", "arrangement", css_class="form-grid"),
                Div("diagnosis", css_class="form-grid"),
                "pigmented_or_atypical",
                Field("considered", template="treatments/fields/differential.html"),
            ),
            _card(
                _("History"),
                Div("present_for_months", "tempo", css_class="form-grid"),
                Div("new_within_months", "episodes_a_year", css_class="form-grid"),
                Field("triggers", template="treatments/fields/ticks.html"),
            ),
            _card(
                _("The patient"),
                Div("concern", "symptoms", css_class="form-grid"),
                Div("wants_prevention", "accepts_downtime", "squeezes", css_class="face-wishes"),
                "note",
            ),
            css_class="face-form",
        )
    )


def _card(title: Any, *fields: Any) -> Div:
    return Div(
        HTML(f'<h2 class="h3">{title}</h2>'), *fields, css_class="card-box card-body-box face-card"
    )
