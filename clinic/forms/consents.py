"""What is filled in when a consent is signed on the screen."""

import uuid
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from clinic.accounts.models import User
from clinic.queries import consents
from patients import signatures
from patients.actions.consents import Signature
from patients.models import Consent

BY_HAND, BY_NAME = "drawn", "typed"
_ANSWERS = "clinic/setup/fields/answers.html"


class SignForm(forms.Form):
    """Signature, who signs, who explained it. The drawn lines come as a path, see
    `patients.signatures`; without scripts the name alone can be given."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    text = forms.IntegerField(
        widget=forms.HiddenInput, min_value=1, max_value=2**63 - 1, required=False
    )
    explained_by = forms.ModelChoiceField(
        label=_("Who explained it?"),
        queryset=User.objects.none(),
        empty_label=_("Choose a name"),
        error_messages={
            "required": _("Choose who explained it."),
            "invalid_choice": _("Choose a name from the list."),
        },
    )
    read = forms.BooleanField(
        label=_("I have read the text, or it was read to me, and I have understood it."),
        error_messages={"required": _("Tick this once the text is read and understood.")},
    )
    questions = forms.BooleanField(
        label=_("My questions were answered, and I had time to think."),
        error_messages={"required": _("Tick this once all questions are answered.")},
    )
    signer = forms.ChoiceField(
        label=_("Who signs?"),
        choices=Consent.Signer,
        initial=Consent.Signer.PATIENT,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Choose who signs.")},
    )
    way = forms.ChoiceField(
        label=_("How?"),
        choices=[(BY_HAND, _("By hand")), (BY_NAME, _("By typing the name"))],
        initial=BY_NAME,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Choose how to sign.")},
    )
    strokes = forms.CharField(
        label=_("Signature"),
        required=False,
        max_length=signatures.MAX_LENGTH,
        widget=forms.HiddenInput,
        error_messages={"max_length": _("That is more than a signature. Draw it again.")},
    )
    name = forms.CharField(label=_("Full name of whoever signs"), max_length=200, required=False)

    def __init__(self, *args: Any, patient_name: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.patient_name = patient_name
        self.fields["explained_by"].queryset = consents.explainers()  # type: ignore[attr-defined]
        self.fields["key"].initial = uuid.uuid4()
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout(
            "key",
            "text",
            Div(Field("explained_by"), css_class="sign-who"),
            "read",
            "questions",
            Field("signer", template=_ANSWERS),
            Field("way", template=_ANSWERS),
            Field("strokes", template="clinic/fields/signature.html"),
            Field("name", autocomplete="off", spellcheck="false"),
        )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        by_hand, is_patient = (
            data.get("way") == BY_HAND,
            data.get("signer") == Consent.Signer.PATIENT,
        )
        if by_hand and not data.get("strokes") and "strokes" not in self.errors:
            self.add_error("strokes", _("Sign in the field, or choose to type the name."))
        if not data.get("name", "").strip():
            if by_hand and is_patient:
                data["name"] = self.patient_name
            else:
                self.add_error("name", _("Type the full name of whoever signs."))
        return data

    @property
    def signature(self) -> Signature:
        """Ask after it was found valid."""
        data = self.cleaned_data
        strokes = data["strokes"] if data["way"] == BY_HAND else ""
        return Signature(data["name"], strokes, data["signer"])
