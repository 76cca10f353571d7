"""What the manager writes: one version of a consent text."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from patients.actions.consent_texts import Words
from patients.forms.fields import OneLineField
from patients.models.consent import TEXT_LENGTH


class TextForm(forms.Form):
    """Title, words, where they come from, and what becomes of earlier signatures."""

    title = OneLineField(
        label=_("Title"),
        max_length=120,
        error_messages={"required": _("Give the text a title.")},
    )
    body = forms.CharField(
        label=_("Text"),
        max_length=TEXT_LENGTH,
        widget=forms.Textarea,
        help_text=_(
            "A line that begins with ## is a heading, lines that begin with - are a list. "
            "An empty line begins a new paragraph."
        ),
        error_messages={"required": _("Write the text.")},
    )
    ends_earlier = forms.BooleanField(
        label=_("Signatures of earlier versions no longer count"),
        required=False,
        help_text=_(
            "Tick it when patients must know what is new before they are treated again. Otherwise "
            "their signatures go on counting, and the visit shows which version they signed."
        ),
    )
    sources = forms.CharField(
        label=_("Where it comes from"),
        max_length=5_000,
        required=False,
        widget=forms.Textarea,
        help_text=_("Kept beside the text. Patients do not see it."),
    )
    # an edit of a form that stood open: what it was based on
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout(
            Field("title", autocomplete="off"), "body", "ends_earlier", "sources", "seen"
        )

    def clean_body(self) -> str:
        """With the line ends of the other texts, so that versions compare line by line."""
        lines = str(self.cleaned_data["body"]).replace("\r\n", "\n").splitlines()
        return "\n".join(line.rstrip() for line in lines).strip()

    @property
    def words(self) -> Words:
        """Ask after it was found valid."""
        data = self.cleaned_data
        return Words(data["title"], data["body"], data["sources"], data["ends_earlier"])
