"""The first day that suits: asked wherever time is searched."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

FURTHEST = timedelta(days=366)


class FirstDayField(forms.DateField):
    """A day from today to a year ahead; `today`, by the location's calendar, is set per form."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    today: date

    def __init__(self, **options: Any) -> None:
        messages = {
            "required": gettext_lazy("Write the first day that suits."),
            "invalid": gettext_lazy("This is not a date. Write it like 31/12/2026."),
        }
        defaults: dict[str, Any] = {"label": gettext_lazy("Not before"), "error_messages": messages}
        super().__init__(**defaults | options)

    def starts(self, today: date) -> None:
        """Nothing before this day."""
        self.today = today
        self.widget.attrs["min"] = today.isoformat()

    @staticmethod
    def read(text: str, today: date) -> date:
        """A day of an address, today for one that is none, is past or is too far."""
        try:
            day = date.fromisoformat(text)
        except ValueError:
            return today
        return day if today <= day <= today + FURTHEST else today

    def clean(self, value: Any) -> Any:
        day: date | None = super().clean(value)
        if day is None:
            return None
        if day < self.today:
            raise ValidationError(_("This day is past."))
        if day > self.today + FURTHEST:
            raise ValidationError(_("This is more than a year ahead."))
        return day
