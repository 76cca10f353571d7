"""Several numbers in one line: "20, 35, 50"."""

import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy


class NumbersField(forms.CharField):
    """A list of numbers, parted by commas or spaces; whole ones unless `decimals`.

    `low` and `high` bound each; `rising` wants each above the one before.
    """

    default_error_messages = {
        "not_number": gettext_lazy("“%(text)s” is not a number."),
        "out_of_range": gettext_lazy("%(text)s does not lie between %(low)s and %(high)s."),
        "not_rising": gettext_lazy("%(text)s is not above %(before)s."),
        "too_many": gettext_lazy("No more than %(most)d numbers."),
    }

    def __init__(
        self,
        *,
        low: int,
        high: int,
        rising: bool = True,
        decimals: bool = False,
        most: int = 20,
        **kwargs: Any,
    ) -> None:
        self.low, self.high, self.rising = low, high, rising
        self.pattern = r"\d{1,4}(\.\d)?" if decimals else r"\d{1,4}"
        self.number = Decimal if decimals else int
        self.most = most
        super().__init__(max_length=200, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, (list, tuple)):
            return ", ".join(f"{each:f}".removesuffix(".0") for each in map(Decimal, value))
        return value

    def clean(self, value: Any) -> Any:
        """The numbers as a list."""
        text = super().clean(value)
        numbers = [self._number(each) for each in re.split(r"[\s,;]+", text) if each]
        if self.required and not numbers:
            raise self._wrong("required")
        if len(numbers) > self.most:
            raise self._wrong("too_many", most=self.most)
        if self.rising:
            self._check_rising(numbers)
        return numbers

    def _number(self, text: str) -> Any:
        if not re.fullmatch(self.pattern, text, re.ASCII):
            raise self._wrong("not_number", text=text)
        number = self.number(text)
        if not self.low <= number <= self.high:
            raise self._wrong("out_of_range", text=text, low=self.low, high=self.high)
        return number

    def _check_rising(self, numbers: Sequence[Any]) -> None:
        for before, after in pairwise(numbers):
            if after <= before:
                raise self._wrong("not_rising", text=after, before=before)

    def _wrong(self, code: str, **words: Any) -> forms.ValidationError:
        return forms.ValidationError(self.error_messages[code], code=code, params=words)
