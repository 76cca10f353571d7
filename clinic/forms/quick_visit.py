"""A visit asked for by pointing at the calendar: the wall time and what was pointed at."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.forms.years import can_be_meant
from clinic.models import Location, Service
from clinic.scheduling.clock import Minute, local_minute


class StartField(forms.CharField):
    """ "2026-12-01T15:30" as naive wall time; "2026-12-01" as a day without a time in mind."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            found = date.fromisoformat(text) if "T" not in text else datetime.fromisoformat(text)
        except ValueError as nonsense:
            raise ValidationError(_("Choose a day and a time.")) from nonsense
        if isinstance(found, datetime) and found.tzinfo is not None:
            raise ValidationError(_("Choose a day and a time."))
        if not can_be_meant(found):
            raise ValidationError(_("Choose a day within the next two years."))
        return found


class QuickVisitForm(forms.Form):
    """The address of the panel. Patient and service may be missing until they are chosen."""

    patient = forms.IntegerField(required=False, min_value=1, max_value=2**31 - 1)
    resource = forms.IntegerField(required=False, min_value=1, max_value=2**31 - 1)
    start = StartField(
        label=gettext_lazy("When"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
    )
    service = forms.TypedChoiceField(
        label=gettext_lazy("For"), coerce=int, required=False, empty_value=None
    )

    def __init__(self, data: Any, *, services: list[Service], location: Location) -> None:
        super().__init__(data)
        what: Any = self.fields["service"]
        what.choices = [(str(each.pk), f"{each.name}, {each.minutes} min") for each in services]
        what.widget.attrs["class"] = "form-select"
        # the browser offers the times of the grid; the server takes no others
        step = location.grid_minutes * 60
        self.fields["start"].widget.attrs |= {"class": "form-control", "step": str(step)}
        self.services, self.location = services, location
        self.is_valid()

    @property
    def patient_pk(self) -> int | None:
        return self.cleaned_data.get("patient")

    @property
    def resource_pk(self) -> int | None:
        return self.cleaned_data.get("resource")

    @property
    def chosen_service(self) -> Service | None:
        """The service asked for; the first when none was; None in a clinic that offers none."""
        asked = self.cleaned_data.get("service")
        return next((each for each in self.services if each.pk == asked), None) or next(
            iter(self.services), None
        )

    @property
    def wall(self) -> datetime | None:
        """The wall time asked for, None for a day alone or nothing."""
        found = self.cleaned_data.get("start")
        return found if isinstance(found, datetime) else None

    def day(self, today: date) -> date:
        """The day asked for, today for none."""
        found = self.cleaned_data.get("start")
        return found.date() if isinstance(found, datetime) else found or today

    def minute(self) -> Minute:
        """The start as a minute; ask only with a `wall` time. Raises NoSuchLocalTime."""
        wall = self.cleaned_data["start"]
        return local_minute(wall.date(), wall.time(), self.location.zone)
