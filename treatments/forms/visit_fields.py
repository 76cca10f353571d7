"""Fields of the log of a visit: numbers within their bounds, minutes and seconds, a few choices."""

import re
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from treatments.visit_bounds import HARD, Bounds, clock_of, parse_seconds

Text = Any
"""A label: a text, or one that is translated where it is shown."""
_UNIT: Final = re.compile(
    r"^\s*(-?[\d.,]+)\s*(?:%|s|sec|mm|ml|w|g|ms|hz|mj|min)?\s*$", re.IGNORECASE
)


class NumberField(forms.CharField):
    """A number within its bounds, as people type it: "2,5" and "35 %" are understood. An int where
    the bounds have no decimals."""

    def __init__(self, bounds: Bounds, label: Text, unit: Text = "") -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(label=label, required=False, max_length=20, widget=widget)
        self.bounds, self.unit = bounds, unit

    def prepare_value(self, value: Any) -> Any:
        return f"{value.normalize():f}" if isinstance(value, Decimal) else value

    def clean(self, value: Any) -> Decimal | int | None:
        text = super().clean(value)
        if not text:
            return None
        number = _number(text)
        if number is None:
            raise ValidationError(_("Write a number. %(range)s") % {"range": self._range()})
        if not self.bounds.holds(number):
            raise ValidationError(self._range())
        if number != round(number, self.bounds.decimals):
            raise ValidationError(self._rough())
        return number if self.bounds.decimals else int(number)

    def _range(self) -> str:
        return _(self.bounds.sentence)

    def _rough(self) -> str:
        decimals = self.bounds.decimals
        if not decimals:
            return _("Write a whole number.")
        return _("At most %(n)d digits after the point.") % {"n": decimals}


def _number(text: str) -> Decimal | None:
    found = _UNIT.fullmatch(text)
    try:
        return Decimal(found[1].replace(",", ".")) if found else None
    except InvalidOperation:
        return None


class SecondsField(forms.CharField):
    """Minutes and seconds, "2:30" or 150; cleaned to whole seconds."""

    def __init__(self, bounds: Bounds, label: Text) -> None:
        widget = forms.TextInput(attrs={"autocomplete": "off", "placeholder": "m:ss"})
        super().__init__(label=label, required=False, max_length=20, widget=widget)
        self.bounds, self.unit = bounds, ""

    def prepare_value(self, value: Any) -> Any:
        return clock_of(value) if isinstance(value, int) else value

    def clean(self, value: Any) -> int | None:
        text = super().clean(value)
        if not text:
            return None
        seconds = parse_seconds(text)
        if seconds is None:
            raise ValidationError(_("Write minutes and seconds as 2:30, or seconds as 150."))
        if not self.bounds.holds(seconds):
            raise ValidationError(_(self.bounds.sentence))
        return seconds


class PickField(forms.ChoiceField):
    """A few choices of one thing in a row; nothing chosen is empty."""

    widget = forms.RadioSelect

    def __init__(self, choices: type[models.TextChoices], label: Text, says: Text = "") -> None:
        super().__init__(choices=choices.choices, label=label, required=False, help_text=says)


class YesNoField(forms.TypedChoiceField):
    """Yes, no, or not said."""

    widget = forms.RadioSelect

    def __init__(self, label: Text) -> None:
        super().__init__(
            choices=[("yes", _("Yes")), ("no", _("No"))],
            coerce=lambda value: value == "yes",
            empty_value=None,
            label=label,
            required=False,
        )

    def prepare_value(self, value: Any) -> Any:
        return {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value


class CountField(forms.TypedChoiceField):
    """A number of a short scale, pressed: pain from 0 to 10."""

    widget = forms.RadioSelect

    def __init__(self, highest: int, label: Text, wrong: Text) -> None:
        super().__init__(
            choices=[(n, str(n)) for n in range(highest + 1)],
            coerce=int,
            empty_value=None,
            label=label,
            required=False,
            error_messages={"invalid_choice": wrong},
        )


def number(kind: str, name: str, label: Text, unit: Text = "") -> NumberField:
    return NumberField(HARD[kind][name], label, unit)


def seconds(kind: str, name: str, label: Text) -> SecondsField:
    return SecondsField(HARD[kind][name], label)


def line(label: Text, longest: int) -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": "off"})
    return forms.CharField(label=label, max_length=longest, required=False, widget=widget)
