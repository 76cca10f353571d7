"""Which visit is looked for, and the free time that was chosen."""

import uuid
from datetime import date, timedelta
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.core import signing
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.forms.first_day import FirstDayField
from clinic.models import Resource, Service
from clinic.scheduling.slots import Slot

_SALT = "clinic.visit"
_LASTS = timedelta(hours=12)


class TimeLost(Exception):
    """The chosen time did not arrive as it was shown; the text says what to do."""


class VisitForm(forms.Form):
    """What is to be booked, with whom and from which day; unasked, the first service from today."""

    service = forms.TypedChoiceField(
        label=gettext_lazy("For"),
        coerce=int,
        error_messages={"invalid_choice": gettext_lazy("Choose one of the services listed.")},
    )
    earliest = FirstDayField()
    person = forms.TypedChoiceField(
        label=gettext_lazy("With"),
        coerce=int,
        empty_value=None,
        required=False,
        error_messages={"invalid_choice": gettext_lazy("Choose somebody who works here.")},
    )

    def __init__(
        self, data: QueryDict, *, services: list[Service], people: list[Resource], today: date
    ) -> None:
        asked = data.copy()
        if services:
            asked.setdefault("service", str(services[0].pk))
        asked.setdefault("earliest", today.isoformat())
        super().__init__(asked)
        who: Any = self.fields["person"]
        who.choices = [("", _("Anyone")), *((str(each.pk), each.name) for each in people)]
        what: Any = self.fields["service"]
        what.choices = [(str(each.pk), f"{each.name}, {each.minutes} min") for each in services]
        first_day: Any = self.fields["earliest"]
        first_day.starts(today)
        for field in self.fields.values():
            chosen = isinstance(field.widget, forms.Select)
            field.widget.attrs["class"] = "form-select" if chosen else "form-control"
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True


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
