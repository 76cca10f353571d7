"""The form of the clinic's own numbers for guidance."""

from collections.abc import Iterator
from typing import Any, Final

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from treatments.guidance.facts import SECOND_LAYER, Thresholds
from treatments.models import GuidanceSettings

# unit, and what the shipped number means: clinical fact base 2B, practice, unsourced all of them
UNITS: Final = {
    "small_max": _("milia on the face"),
    "moderate_max": _("milia on the face; above that they are many"),
    "broad_regions": _("regions of the face"),
    "large_mm": _("mm; milia are typically 3 mm at most"),
    "stubborn_months": _("months"),
    "recurrent_months": _("months after they were gone"),
    "recurrent_episodes": _("times a year"),
}
RULES: Final = {
    "A1": _("Infants: no treatment"),
    "A2": _("Adults who are not bothered: to leave them alone is valid"),
    "A3": _("En plaque: a specialist first"),
    "A4": _("Multiple eruptive: retinoid and extraction, look for a cause"),
    "A5": _("After a blistering disease: treat the disease"),
    "A6": _("Drug behind them: review it first"),
    "A7": _("Very near the eye: electro-cautery (speaks against the guide)"),
    "A8": _("Skin types IV–VI: extraction and salicylic acid preferred"),
    "A9": _("Widespread, no downtime: a retinoid first"),
    "A10": _("Syndromic or atypical: biopsy or refer"),
}


class GuidanceForm(forms.ModelForm):  # type: ignore[type-arg] # no generic at run time
    """Numbers and rules as they count now; the shipped ones stand beside them."""

    second_layer = forms.MultipleChoiceField(
        label=_("Advice beyond the guide"),
        choices=[(rule, RULES[rule]) for rule in SECOND_LAYER],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("One of these rules is not known.")},
    )

    class Meta:
        model = GuidanceSettings
        fields = [*UNITS, "second_layer"]

    def __init__(self, data: Any = None, *, numbers: Thresholds) -> None:
        now = {name: getattr(numbers, name) for name in UNITS}
        super().__init__(data, initial=now | {"second_layer": sorted(numbers.second_layer)})
        for name in UNITS:
            field = self.fields[name]
            field.widget = forms.TextInput(
                attrs={"class": "form-control width-xs", "inputmode": "decimal"}
            )
            field.error_messages["required"] = _("Write a number.")
            field.error_messages["invalid"] = _("Write a number.")
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout(
            Field("small_max", template="treatments/fields/thresholds.html"),
            Field("second_layer", template="treatments/fields/rules.html"),
        )

    @property
    def rows(self) -> Iterator[tuple[forms.BoundField, Any, Any]]:
        """Each number with its unit and what is shipped."""
        shipped = Thresholds()
        for name, unit in UNITS.items():
            yield self[name], unit, getattr(shipped, name)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        small, moderate = values.get("small_max"), values.get("moderate_max")
        if small is not None and moderate is not None and small >= moderate:
            self.add_error("moderate_max", _("A moderate number is larger than a small one."))
        return values

    def _post_clean(self) -> None:
        """The row is made by the action, which checks it whole."""

    def refuse(self, said: ValidationError) -> None:
        self.add_error(None, ValidationError(said.messages))

    def thresholds(self) -> Thresholds:
        values = dict(self.cleaned_data)
        return Thresholds(**values | {"second_layer": frozenset(values["second_layer"])})
