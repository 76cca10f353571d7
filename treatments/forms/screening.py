"""What is pressed on the page of the health questions."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from treatments.screening_matrix import MODALITIES

_MODALITIES = [(each, each) for each in MODALITIES]


class VisitForm(forms.Form):
    """The visit that somebody came from, if any; `arrive` when the patient stands at the desk."""

    visit = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    arrive = forms.BooleanField(required=False)


class CautionsForm(forms.Form):
    """The asking that the page showed, the treatment, and rows of the matrix."""

    seen = forms.IntegerField(min_value=1, max_value=2**63 - 1)
    modality = forms.ChoiceField(choices=_MODALITIES)
    row = forms.TypedMultipleChoiceField(choices=[(n, n) for n in range(1, 41)], coerce=int)


class ClearBlockForm(CautionsForm):
    reason = forms.CharField(
        label=_("Why is it safe?"),
        max_length=200,
        error_messages={"required": _("Write why it is safe.")},
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout(Field("reason", autocomplete="off"))


class ClearNoteForm(forms.Form):
    seen = forms.IntegerField(min_value=1, max_value=2**63 - 1)
    reason = forms.CharField(max_length=200, required=False)
