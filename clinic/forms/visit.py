"""Which visit is looked for, and the free time that was chosen."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import date, time, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Layout
from django import forms
from django.core import signing
from django.http import QueryDict
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.forms.first_day import FirstDayField
from clinic.models import Resource, Service
from clinic.scheduling.slots import Slot
from clinic.scheduling.wishes import Wishes

_SALT = "clinic.visit"
_LASTS = timedelta(hours=12)

NOON: Final = time(12)
# the hours of a part of the day; 00:00 as the end is midnight
PARTS: Final = {"morning": (time.min, NOON), "afternoon": (NOON, time.min)}
# wishes that stand folded
MORE: Final = ("weekdays", "opens", "closes", "room", "device")


class TimeLost(Exception):
    """The chosen time did not arrive as it was shown; the text says what to do."""


def _resource(label: Any, refusal: Any) -> forms.TypedChoiceField:
    """One of those at the location, or any."""
    return forms.TypedChoiceField(
        label=label,
        coerce=int,
        empty_value=None,
        required=False,
        error_messages={"invalid_choice": refusal},
    )


def _hour(label: Any) -> forms.TimeField:
    return forms.TimeField(
        label=label,
        required=False,
        error_messages={"invalid": gettext_lazy("Write a time of day like 15:30.")},
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
    )


class VisitForm(forms.Form):
    """What is to be booked, from which day, with whom and when; unasked, the first service from
    today. Days and hours are those of the location."""

    service = forms.TypedChoiceField(
        label=gettext_lazy("For"),
        coerce=int,
        error_messages={"invalid_choice": gettext_lazy("Choose one of the services listed.")},
    )
    earliest = FirstDayField()
    person = _resource(gettext_lazy("With"), gettext_lazy("Choose somebody who works here."))
    part = forms.ChoiceField(
        label=gettext_lazy("Time of day"),
        choices=[
            ("", gettext_lazy("Any")),
            ("morning", gettext_lazy("Morning")),
            ("afternoon", gettext_lazy("Afternoon")),
        ],
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": gettext_lazy("Choose any time, morning or afternoon.")},
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Days"),
        choices=list(WEEKDAYS_ABBR.items()),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": gettext_lazy("Choose among Monday to Sunday.")},
    )
    opens = _hour(gettext_lazy("From"))
    closes = _hour(gettext_lazy("Until"))
    room = _resource(gettext_lazy("Room"), gettext_lazy("Choose a room of this location."))
    device = _resource(gettext_lazy("Device"), gettext_lazy("Choose a device of this location."))

    def __init__(
        self,
        data: QueryDict,
        *,
        services: Sequence[Service],
        bookable: Mapping[str, Sequence[Resource]],
        today: date,
    ) -> None:
        asked = data.copy()
        if services:
            asked.setdefault("service", str(services[0].pk))
        asked.setdefault("earliest", today.isoformat())
        asked.setdefault("part", "")
        super().__init__(asked)
        first_day: Any = self.fields["earliest"]
        first_day.starts(today)
        self._offer("service", [(each.pk, f"{each.name}, {each.minutes} min") for each in services])
        anybody = {"person": _("Anyone"), "room": _("Any room"), "device": _("Any device")}
        for kind, word in anybody.items():
            known = [(each.pk, each.name) for each in bookable[kind]]
            self._offer(kind, [("", word), *known])
            # nothing to choose from among one
            if kind != "person" and len(known) < 2:
                del self.fields[kind]
        for name, field in self.fields.items():
            chosen = isinstance(field.widget, forms.Select)
            field.widget.attrs["class"] = "form-select" if chosen else "form-control"
            field.widget.attrs["aria-describedby"] = f"error_{name}"
        self.helper = self._helper()

    def _offer(self, name: str, choices: Sequence[tuple[Any, str]]) -> None:
        field: Any = self.fields[name]
        field.choices = [(str(value), words) for value, words in choices]

    def _helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        # the errors stand at their fields and above the answer
        helper.form_show_errors = False
        templates = {"part": "segments", "weekdays": "day_picks"}
        fields = {
            name: Field(name, template=f"clinic/fields/{templates.get(name, 'plain')}.html")
            for name in self.fields
        }
        folded = [fields.pop(name) for name in MORE if name in fields]
        made = any(any(self.data.getlist(name)) for name in MORE)  # type: ignore[attr-defined]
        more = Div(*folded, css_class="open" if made else "", template="clinic/fields/more.html")
        helper.layout = Layout(*fields.values(), more)
        return helper

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        opens, closes = values.get("opens"), values.get("closes")
        if opens and closes and time.min != closes <= opens:
            self.add_error("closes", _("This is not later than “from”."))
        elif values.get("part") == "morning" and opens and opens >= NOON:
            self.add_error("opens", _("The morning ends at 12:00."))
        elif values.get("part") == "afternoon" and closes and time.min != closes <= NOON:
            self.add_error("closes", _("The afternoon begins at 12:00."))
        return values

    def wishes(self) -> Wishes:
        """The cleaned form as what is wished of day and hour."""
        values = self.cleaned_data
        part = PARTS.get(values["part"])
        hours = _within(values["opens"], values["closes"], *(part or (time.min, time.min)))
        return Wishes(
            frozenset(values["weekdays"]), None if hours == (time.min, time.min) else hours
        )

    def picks(self) -> dict[str, int]:
        """Who and what is to take part, by kind of resource."""
        kinds = {kind: self.cleaned_data.get(kind) for kind in Resource.Kind.values}
        return {kind: pick for kind, pick in kinds.items() if pick}

    def query(self, **changed: Any) -> str:
        """The search as an address, with some of its fields changed."""
        asked: QueryDict = self.data.copy()  # type: ignore[attr-defined] # always a QueryDict here
        values = {name: asked.getlist(name) for name in self.fields} | changed
        given = {name: value for name, value in values.items() if value and value != [""]}
        return "?" + urlencode(given, doseq=True)


def _within(opens: time | None, closes: time | None, first: time, last: time) -> tuple[time, time]:
    """The hours that keep both; an end of 00:00 is midnight."""
    ends = [end for end in (closes, last) if end and end != time.min]
    return max(opens or time.min, first), min(ends, default=time.min)


def signed(patient: int, location: int, service: int, key: uuid.UUID, slot: Slot) -> str:
    """A free time as a button's value; nothing of it can be changed on the way."""
    content = [patient, location, service, key.hex, slot.start, slot.end, list(slot.assignment)]
    return signing.dumps(content, salt=_SALT)


def chosen_time(text: str, patient: int, location: int) -> tuple[int, uuid.UUID, Slot]:
    """(service, idempotency key, slot) of a `signed` value. Raises TimeLost."""
    try:
        owner, place, service, key, start, end, ids = signing.loads(
            text, salt=_SALT, max_age=_LASTS
        )
    except signing.BadSignature as bad:
        raise TimeLost(_("This time is not offered any more. Nothing was booked.")) from bad
    if (owner, place) != (patient, location):
        raise TimeLost(_("This time was offered for another record. Nothing was booked."))
    return service, uuid.UUID(key), Slot(start, end, tuple(ids))
