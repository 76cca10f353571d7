"""What the desk types about health answers and consent, on the panel of a visit."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from patients.models import Screening

_Outcome = Screening.Outcome


class _OneLineForm(forms.Form):
    """Fields of a form whose tag and button stand in the template."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout(*(Field(name, autocomplete="off") for name in self.fields))


class ToCheckForm(_OneLineForm):
    note = forms.CharField(
        label=_("What is to be checked?"),
        max_length=200,
        help_text=_("A clinician clears it before a treatment begins."),
    )


class ClearForm(_OneLineForm):
    reason = forms.CharField(label=_("Why is it safe?"), max_length=200)


class AnswersForm(forms.Form):
    """What a button about health answers sends: one of two outcomes, a note with the second."""

    outcome = forms.ChoiceField(
        choices=[(each.value, each.label) for each in (_Outcome.CLEAR, _Outcome.TO_CHECK)]
    )
    note = forms.CharField(required=False, max_length=200)


class ScopeForm(forms.Form):
    """What the patient has signed for on paper."""

    scope = forms.SlugField(max_length=30)


class SeenForm(forms.Form):
    """The row that a button is about, as the page showed it."""

    seen = forms.IntegerField(min_value=1, max_value=2**63 - 1)
