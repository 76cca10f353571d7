"""The rows of an assessment's form: one lesion each, or one treatment that was tried before.

They stand in formsets of which any row may be missing or empty.
"""

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from treatments.actions.lesions import MOST, Entry
from treatments.face_chart import FULL, VIEWS, Side, Spot, sides_of
from treatments.face_map import SITES, Site
from treatments.models import Finding, PreviousTreatment, Protocol

_SIDE_WORDS: Final = {"right": _("right"), "left": _("left")}
_SMALL: Final = {"class": "form-select form-select-sm"}
_SMALL_FIELD: Final = {"class": "form-control form-control-sm"}


def place_choices() -> list[tuple[str, str]]:
    """("cheek:left", "Cheek, left"), the right side first, as on the drawing."""
    return [
        (f"{site.key}:{side}", _place_name(site, side)) for site in SITES for side in sides_of(site)
    ]


def _place_name(site: Site, side: Side) -> str:
    return f"{_(site.name)}, {_SIDE_WORDS[side]}" if site.paired else str(_(site.name))


class LesionForm(forms.Form):
    """One lesion of the list, the twin of its dot on the face. `spot` is "view:x:y"."""

    lesion = forms.IntegerField(required=False, widget=forms.HiddenInput)
    number = forms.IntegerField(required=False, widget=forms.HiddenInput)
    spot = forms.CharField(required=False, widget=forms.HiddenInput)
    place = forms.ChoiceField(
        label=_("Place"),
        choices=lambda: [("", _("Choose a place")), *place_choices()],
        required=False,
        widget=forms.Select(attrs=_SMALL),
        error_messages={"invalid_choice": _("Choose the place from the list.")},
    )
    state = forms.ChoiceField(
        label=_("State"),
        choices=Finding.State.choices,
        required=False,
        initial=Finding.State.NEW,
        widget=forms.Select(attrs=_SMALL),
        error_messages={"invalid_choice": _("Choose the state from the list.")},
    )
    count = forms.IntegerField(
        label=_("Count"),
        initial=1,
        min_value=1,
        max_value=200,
        required=False,
        widget=forms.NumberInput(attrs={**_SMALL_FIELD, "inputmode": "numeric"}),
    )
    size_mm = forms.DecimalField(
        label=_("Size, mm"),
        min_value=Decimal("0.5"),
        max_value=20,
        max_digits=3,
        decimal_places=1,
        required=False,
        widget=forms.NumberInput(attrs={**_SMALL_FIELD, "step": "0.5", "inputmode": "decimal"}),
    )
    depth = forms.ChoiceField(
        label=_("Depth"),
        choices=Finding.Depth.choices,
        required=False,
        initial=Finding.Depth.SUPERFICIAL,
        widget=forms.Select(attrs=_SMALL),
        error_messages={"invalid_choice": _("Choose the depth from the list.")},
    )
    note = forms.CharField(
        label=_("Note"), max_length=200, required=False, widget=forms.TextInput(attrs=_SMALL_FIELD)
    )
    remove = forms.BooleanField(label=_("Remove"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        count = _("A cluster has 1 to 200 milia.")
        size = _("A milium measures between 0.5 and 20 mm.")
        for name, words in (("count", count), ("size_mm", size)):
            codes = ("invalid", "min_value", "max_value", "max_digits", "max_decimal_places")
            field = self.fields[name]
            field.error_messages |= dict.fromkeys((*codes, "max_whole_digits"), words)

    def clean_spot(self) -> Spot | None:
        text: str = self.cleaned_data["spot"]
        if not text:
            return None
        view, _colon, rest = text.partition(":")
        x, _colon, y = rest.partition(":")
        named = next((each for each in VIEWS if each == view), None)
        if named is None or not (x.isdecimal() and y.isdecimal()) or max(int(x), int(y)) > FULL:
            raise forms.ValidationError(_("This lies outside the face. Press the face itself."))
        return Spot(named, int(x), int(y))

    @property
    def is_settled(self) -> bool:
        """Whether a signed assessment knows the lesion."""
        return bool(self["lesion"].value()) and self["state"].value() != Finding.State.NEW

    def entry(self) -> Entry:
        """The cleaned row."""
        values = self.cleaned_data
        site, _colon, side = values["place"].partition(":")
        return Entry(
            row=str(self.prefix),
            lesion=values["lesion"],
            number=values["number"],
            site=site,
            side=side,
            spot=values["spot"],
            state=values["state"] or Finding.State.NEW,
            count=values["count"] or 1,
            size_mm=values["size_mm"],
            depth=values["depth"] or Finding.Depth.SUPERFICIAL,
            note=values["note"],
        )


class TreatmentForm(forms.Form):
    """One treatment that was tried before."""

    modality = forms.ChoiceField(
        label=_("Treatment"),
        choices=[("", _("Choose")), *Protocol.Modality.choices],
        required=False,
        widget=forms.Select(attrs=_SMALL),
    )
    year = forms.IntegerField(
        label=_("Year"),
        required=False,
        min_value=1950,
        widget=forms.NumberInput(attrs={**_SMALL_FIELD, "inputmode": "numeric"}),
        error_messages={"invalid": _("Check the year."), "min_value": _("Check the year.")},
    )
    result = forms.ChoiceField(
        label=_("Result"),
        choices=PreviousTreatment.Result.choices,
        required=False,
        initial=PreviousTreatment.Result.UNKNOWN,
        widget=forms.Select(attrs=_SMALL),
    )
    finished = forms.ChoiceField(
        label=_("Whole series"),
        choices=[("yes", _("whole series")), ("no", _("broken off"))],
        required=False,
        initial="yes",
        widget=forms.Select(attrs=_SMALL),
    )
    note = forms.CharField(
        label=_("Note"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={**_SMALL_FIELD, "placeholder": _("Note")}),
    )

    def clean_year(self) -> int | None:
        year: int | None = self.cleaned_data["year"]
        if year and year > timezone.localdate().year:
            raise forms.ValidationError(_("This year has not come yet."))
        return year

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if not values.get("modality") and (values.get("year") or values.get("note")):
            self.add_error("modality", _("Choose which treatment it was."))
        return values

    def told(self) -> dict[str, Any]:
        """The columns of the row."""
        values = self.cleaned_data
        return {
            "modality": values["modality"],
            "year": values["year"],
            "finished": values["finished"] != "no",
            "result": values["result"] or PreviousTreatment.Result.UNKNOWN,
            "note": values["note"],
        }


if TYPE_CHECKING:
    AnyFormSet = forms.BaseFormSet[Any]
else:
    AnyFormSet = forms.BaseFormSet


class Rows(AnyFormSet):
    """Rows of which none is obligatory: a missing or an empty one is passed over."""

    def initial_form_count(self) -> int:
        return 0 if self.is_bound else super().initial_form_count()

    @property
    def shown(self) -> list[Any]:
        """Rows with something in them; the last, empty one is for browsers without scripts."""
        return [each for each in self.forms if not self.is_bound or each.has_changed()]

    @property
    def filled(self) -> list[Any]:
        return [each for each in self.forms if each.has_changed() and not _is_taken_out(each)]


def _is_taken_out(row: Any) -> bool:
    return bool(row.cleaned_data.get("remove"))


LesionRows = forms.formset_factory(
    LesionForm, formset=Rows, extra=1, max_num=4 * MOST, absolute_max=4 * MOST
)
TreatmentRows = forms.formset_factory(
    TreatmentForm, formset=Rows, extra=1, max_num=40, absolute_max=40
)
