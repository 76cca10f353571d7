"""The form in which a clinician decides."""

from collections.abc import Iterator
from typing import Any, Final, cast

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from treatments.actions.decisions import Choice
from treatments.guidance import Guidance, Suggestion
from treatments.models import Decision, DecisionOption, Protocol
from treatments.protocol_data.model import Modality

_REASON: Final = DecisionOption._meta.get_field("override_reason").max_length
_NOTE: Final = Decision._meta.get_field("note").max_length


class DecisionForm(forms.Form):
    """Which of the six ways, with a reason where one is blocked; the button names what follows.

    What guidance proposes is chosen already. `key` and `seen` travel unseen.
    """

    chosen = forms.MultipleChoiceField(
        label=_("Treatments"),
        choices=Protocol.Modality.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Choose among these six.")},
    )
    educated = forms.BooleanField(label=_("Explained to the patient"), required=False)
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=_NOTE,
        help_text=_("Why this, or where to. Part of the record."),
    )
    way = forms.ChoiceField(
        choices=Decision.Way.choices,
        error_messages={
            "required": _("Press what follows: treat, watch or refer."),
            "invalid_choice": _("Press what follows: treat, watch or refer."),
        },
    )
    key = forms.UUIDField(
        widget=forms.HiddenInput,
        error_messages={"required": _("Reload the page."), "invalid": _("Reload the page.")},
    )
    seen = forms.CharField(widget=forms.HiddenInput, max_length=16)

    def __init__(self, *args: Any, guidance: Guidance, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.guidance = guidance
        self.fields["chosen"].initial = guidance.proposed
        self.fields["seen"].initial = guidance.fingerprint
        for each in guidance.suggestions:
            self.fields[_reason_of(each.modality)] = forms.CharField(
                label=_("Why in spite of the block?"),
                required=False,
                max_length=_REASON,
                widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
            )
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.form_error_title = _("Not decided yet. What you chose is still here.")
        ways = Field("chosen", template="treatments/fields/ways.html")
        self.helper.layout = Layout("key", "seen", ways)

    @property
    def cards(self) -> Iterator[tuple[Suggestion, bool, forms.BoundField]]:
        """Each way in its order, whether it is chosen, and the field for a reason."""
        values = self["chosen"].value() or ()
        for each in self.guidance.suggestions:
            yield each, each.modality in values, self[_reason_of(each.modality)]

    def refuse(self, sentence: str, modality: str) -> None:
        """What the action said, at the field that it is about."""
        self.add_error(_reason_of(modality) if modality else None, sentence)

    def choice(self) -> Choice:
        """The cleaned form as what is decided."""
        values = self.cleaned_data
        chosen = tuple(cast(Modality, each) for each in values["chosen"])
        return Choice(
            way=Decision.Way(values["way"]),
            chosen=chosen,
            reasons={each: values[_reason_of(each)] for each in chosen},
            note=values["note"],
            educated=values["educated"],
            seen=values["seen"],
        )


def _reason_of(modality: str) -> str:
    return f"reason_{modality}"
