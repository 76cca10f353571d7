"""What the manager writes: one version of the clinic's own words in a letter."""

from collections.abc import Mapping
from typing import Any, Final

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients import letter_colours, letter_words
from patients.actions import letter_texts as act
from patients.letter_kinds import LetterKind

LABELS: Final = {
    "subject": gettext_lazy("Subject"),
    "opening": gettext_lazy("Opening, under the greeting"),
    "closing": gettext_lazy("Closing, after the advice"),
    "clinic_name": gettext_lazy("Name of the clinic"),
    "accent": gettext_lazy("Colour"),
    "signature": gettext_lazy("Signature"),
}
# of passages that stand in several paragraphs or lines
_ROWS: Final = {"opening": 5, "closing": 5, "signature": 4}


class LetterTextForm(forms.Form):
    """The parts of one kind; a part that is left empty is the product's.

    `shipped` are the product's words for the example, by part.
    """

    # an edit of a form that stood open: what it was based on
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, kind: LetterKind, shipped: Mapping[str, str], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.parts = act.parts_of(kind)
        for part in self.parts:
            self.fields[part] = _field(part, shipped.get(part, ""))
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout(*self.parts, "seen")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for part in self.parts:
            data[part] = _tidy(part, str(data.get(part) or ""))
            for sentence in act.faults(self.kind, part, data[part]):
                self.add_error(part, sentence)
        return data

    @property
    def words(self) -> dict[str, str]:
        """Ask after it was found valid."""
        return {part: self.cleaned_data[part] for part in self.parts}


def _field(part: str, shipped: str) -> forms.CharField:
    if part == "accent":
        widget: forms.Widget = forms.TextInput(attrs={"type": "color"})
    elif part in _ROWS:
        widget = forms.Textarea(attrs={"rows": _ROWS[part]})
    else:
        # a line break that was pasted is refused by name, not swallowed: no TextInput of a form
        widget = forms.TextInput(attrs={"autocomplete": "off"})
    return forms.CharField(
        label=LABELS[part],
        required=False,
        strip=False,
        widget=widget,
        help_text=_help(part, shipped),
    )


def _help(part: str, shipped: str) -> str:
    most = {"limit": letter_words.SUBJECT_LENGTH, "words": shipped}
    match part:
        case "subject":
            return _("Up to %(limit)d characters. Left empty: “%(words)s”") % most
        case "opening" | "closing" if shipped:
            return _("Takes the place of: “%(words)s”") % {"words": " ".join(shipped.split())}
        case "opening" | "closing":
            return _("One passage more: the letter has none of its own here.")
        case "clinic_name":
            return _("As patients know it. Left empty: “%(words)s”") % most
        case "accent":
            return _("Of the name, of links and buttons. The product’s: %(words)s") % most
        case _:
            return _("At the end of every letter. Left empty: “%(words)s”") % most


def _tidy(part: str, text: str) -> str:
    """Without spaces round lines and paragraphs, with the line ends of all texts, a colour in
    capitals, and none for the product's own."""
    lines = [line.strip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    tidy = "\n".join(lines).strip()
    if part == "accent":
        tidy = tidy.upper()
        return "" if tidy == letter_colours.ACCENT else tidy
    return tidy
