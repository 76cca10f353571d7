"""One row of the message timeline in the form of a protocol."""

from datetime import time
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients import subjects
from patients.actions.messages import quiet_hours
from treatments.models import ProtocolStep

MOST_DAYS = 730
NUMBER_WORDS = {
    "required": gettext_lazy("Write a number."),
    "invalid": gettext_lazy("Write a whole number."),
    "min_value": gettext_lazy("At least %(limit_value)s."),
    "max_value": gettext_lazy("At most %(limit_value)s."),
}


class LetterForm(forms.Form):
    """One row of the message timeline: whether, on which day, at what time, how often."""

    is_on = forms.BooleanField(label=gettext_lazy("Sent"), required=False)
    day = forms.IntegerField(
        label=gettext_lazy("Day"),
        error_messages=NUMBER_WORDS
        | {
            "min_value": gettext_lazy("Not before day %(limit_value)s."),
            "max_value": gettext_lazy("Not after day %(limit_value)s."),
        },
    )
    source = forms.CharField(
        label=gettext_lazy("Source"),
        max_length=ProtocolStep._meta.get_field("source").max_length,
        error_messages={"required": gettext_lazy("Say where this row comes from.")},
    )

    def __init__(self, data: QueryDict | None = None, *, step: ProtocolStep) -> None:
        names = ("is_on", "day", "at", "every", "until_day", "source")
        super().__init__(
            data,
            prefix=f"letter-{step.position}",
            initial={name: getattr(step, name) for name in names},
        )
        self.step, self.title = step, subjects.label(step.kind)
        self._bound_day()
        if step.at is not None:
            self.fields["at"] = _time_field()
        if step.every is not None:
            self.fields["every"] = number_field(_("Every, days"), 1, 365)
            self.fields["until_day"] = number_field(_("Until day"), -365, MOST_DAYS)
        for name, field in self.fields.items():
            width = {"is_on": "form-check-input", "source": "form-control letter-source"}
            field.widget.attrs["class"] = width.get(name, "form-control letter-number")
            field.widget.attrs["aria-label"] = f"{self.title}: {field.label}"

    def _bound_day(self) -> None:
        """Aftercare comes after its session, preparation before it."""
        before = self.step.anchor == "session" or self.step.day < 0
        after = self.step.needs_attendance or not before
        day: Any = self.fields["day"]
        low, high = (0, MOST_DAYS) if after else (-365, 0)
        self.fields["day"] = forms.IntegerField(
            label=day.label, min_value=low, max_value=high, error_messages=day.error_messages
        )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        at: time | None = values.get("at")
        quiet = quiet_hours()
        if at is not None and not quiet.ends <= at < quiet.starts:
            words = {"first": f"{quiet.ends:%H:%M}", "last": f"{quiet.starts:%H:%M}"}
            self.add_error("at", _("Letters go out between %(first)s and %(last)s.") % words)
        day, last = values.get("day"), values.get("until_day")
        if day is not None and last is not None and last < day:
            self.add_error("until_day", _("Not before the first day, %(day)d.") % {"day": day})
        return values


def number_field(label: str, low: int, high: int, *, required: bool = True) -> forms.IntegerField:
    """A whole number between these, both included."""
    return forms.IntegerField(
        label=label, min_value=low, max_value=high, required=required, error_messages=NUMBER_WORDS
    )


def _time_field() -> forms.TimeField:
    return forms.TimeField(
        label=_("Time"),
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        error_messages={
            "required": _("Write a time like 9:00."),
            "invalid": _("Write a time like 9:00."),
        },
    )
