"""Fields that the forms about patients share."""

from typing import Any

from django import forms

from patients.one_line import one_line


class OneLineField(forms.CharField):
    """A text of one line that is cleaned as an import cleans it; what cannot be seen is nothing."""

    def to_python(self, value: Any) -> str:
        return one_line(super().to_python(value) or "")


def known_ids(texts: list[str]) -> set[int]:
    """The ids of patients among these texts; what is too long for one stands for nobody."""
    return {int(each) for each in texts if each.isdecimal() and len(each) < 19}
