"""What somebody waits for, and the time that is given to them, there and back through a page."""

from datetime import date, datetime
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Field, Layout
from django import forms
from django.core import signing
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.actions.claims import Claim
from clinic.actions.matching import Taking
from clinic.actions.waitlist import Wishes
from clinic.forms.visit import TimeLost
from clinic.forms.years import can_be_meant
from clinic.models import Appointment, Location, Resource, Service, WaitlistEntry
from clinic.scheduling.clock import to_datetime

_SALT = "clinic.waitlist"
_LASTS = 12 * 3600
_TIME = forms.TimeInput(format="%H:%M", attrs={"type": "time"})
_DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
_WRITE_TIME = {"invalid": gettext_lazy("Write a time of day like 15:30.")}
_WRITE_DAY = {"invalid": gettext_lazy("This is not a date. Write it like 31/12/2026.")}


class WaitForm(forms.Form):
    """`what` is "visit-12" for something earlier than that visit, or "service-3" without one."""

    what = forms.ChoiceField(
        label=gettext_lazy("Waits for"),
        error_messages={
            "required": gettext_lazy("Choose what is waited for."),
            "invalid_choice": gettext_lazy("This visit is not booked any more. Choose again."),
        },
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Days"),
        choices=list(WEEKDAYS_ABBR.items()),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    comes_from = forms.TimeField(
        label=gettext_lazy("From"), required=False, widget=_TIME, error_messages=_WRITE_TIME
    )
    leaves_by = forms.TimeField(
        label=gettext_lazy("Until"), required=False, widget=_TIME, error_messages=_WRITE_TIME
    )
    earliest = forms.DateField(
        label=gettext_lazy("Not before"), required=False, widget=_DAY, error_messages=_WRITE_DAY
    )
    latest = forms.DateField(
        label=gettext_lazy("Not after"), required=False, widget=_DAY, error_messages=_WRITE_DAY
    )
    person = forms.TypedChoiceField(
        label=gettext_lazy("With"), coerce=int, empty_value=None, required=False
    )
    urgent = forms.BooleanField(
        label=gettext_lazy("Urgent: comes first when a time is free"), required=False
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("For the desk: “can come at short notice”, “call before ten”."),
    )

    def __init__(
        self,
        data: Any = None,
        *,
        visits: list[Appointment],
        services: list[Service],
        people: list[Resource],
        **options: Any,
    ) -> None:
        super().__init__(data, **options)
        self.visits = {f"visit-{each.pk}": each for each in visits}
        self.services = {f"service-{each.pk}": each for each in services}
        self.people = {each.pk: each for each in people}
        what: Any = self.fields["what"]
        what.choices = [
            *((key, _earlier_than(each)) for key, each in self.visits.items()),
            *((key, _without_visit(each)) for key, each in self.services.items()),
        ]
        person: Any = self.fields["person"]
        person.choices = [("", _("Anyone")), *((pk, each.name) for pk, each in self.people.items())]
        self.helper = _helper()

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        comes, leaves = values.get("comes_from"), values.get("leaves_by")
        if comes and leaves and leaves <= comes:
            self.add_error("leaves_by", _("This is not later than “from”."))
        first, last = values.get("earliest"), values.get("latest")
        if first and last and last < first:
            self.add_error("latest", _("The last day is before the first."))
        return values

    def wishes(self, location: Location) -> Wishes:
        """The cleaned form; a visit is waited for where it is booked."""
        values = self.cleaned_data
        visit = self.visits.get(values["what"])
        return Wishes(
            service=visit.service if visit else self.services[values["what"]],
            location=visit.location if visit else location,
            appointment=visit,
            weekdays=frozenset(values["weekdays"]),
            comes_from=values["comes_from"],
            leaves_by=values["leaves_by"],
            earliest=values["earliest"],
            latest=values["latest"],
            person=self.people.get(values["person"]),
            urgent=values["urgent"],
            note=values["note"].strip(),
        )


def _earlier_than(visit: Appointment) -> str:
    words = {"when": f"{visit.starts_at:%a %-d %b, %H:%M}", "what": visit.service.name}
    return _("Something earlier than %(when)s (%(what)s)") % words


def _without_visit(service: Service) -> str:
    return _("%(what)s, no visit booked yet") % {"what": service.name}


def _helper() -> FormHelper:
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    helper.layout = Layout(
        "what",
        HTML(f'<h2 class="form-part">{_("Would come")}</h2>'),
        Field("weekdays", template="clinic/fields/weekdays.html"),
        Div("comes_from", "leaves_by", "earliest", "latest", css_class="form-grid"),
        Field("person", wrapper_class="width-m"),
        HTML(f'<h2 class="form-part">{_("For the desk")}</h2>'),
        "urgent",
        Field("note", autocomplete="off"),
    )
    return helper


class TimeForm(forms.Form):
    """A stretch of free time in an address: its local start, how long it is, and what is free."""

    start = forms.DateTimeField(
        input_formats=["%Y-%m-%dT%H:%M"],
        error_messages={"invalid": gettext_lazy("This is not a time.")},
    )
    minutes = forms.IntegerField(required=False, min_value=5, max_value=12 * 60)
    resource = forms.IntegerField(required=False, min_value=1)

    def chosen(self) -> tuple[datetime, int, frozenset[int]] | None:
        """Start, minutes and resources; None when the address is damaged."""
        if not self.is_valid() or not can_be_meant(self.cleaned_data["start"]):
            return None
        values = self.cleaned_data
        only = frozenset({values["resource"]} if values["resource"] else ())
        return values["start"], values["minutes"] or 60, only


# A time given to somebody, there and back --------------------------------------------------------


def signed(taking: Taking) -> str:
    """A time for somebody as a button's value; nothing of it can be changed on the way."""
    entry = taking.waiting.entry
    content = [
        taking.waiting.patient.pk,
        taking.waiting.service.pk,
        taking.location.pk,
        entry.pk if entry else None,
        taking.slot.start,
        list(taking.slot.assignment),
        taking.digest,
    ]
    return signing.dumps(content, salt=_SALT)


class Chosen:
    """A `signed` value read back. Raises TimeLost for any other text."""

    def __init__(self, text: str) -> None:
        try:
            content = signing.loads(text, salt=_SALT, max_age=_LASTS)
        except signing.BadSignature as bad:
            raise TimeLost(_("This time is not offered any more. Nothing was changed.")) from bad
        self.patient, self.service, self.location, self.entry, start, ids, self.seen = content
        self.start: datetime = to_datetime(start)
        self.assignment = tuple(ids)

    def claim(self, service: Service) -> Claim:
        return Claim(service, self.start, self.assignment)


def day_of(text: str, today: date) -> date:
    """The day in an address, today for none or nonsense."""
    try:
        asked = date.fromisoformat(text)
    except ValueError:
        return today
    return asked if can_be_meant(asked) else today


def wishes_words(entry: WaitlistEntry) -> str:
    """ "Tue, Thu · 15:00–18:00 · not before Tue 1 Dec · with Dr Cole"."""
    days = ", ".join(str(WEEKDAYS_ABBR[day]) for day in entry.weekdays)
    hours = _hours(entry)
    parts = [days, hours]
    if entry.earliest:
        parts.append(_("not before %(day)s") % {"day": f"{entry.earliest:%a %-d %b}"})
    if entry.latest:
        parts.append(_("not after %(day)s") % {"day": f"{entry.latest:%a %-d %b}"})
    if entry.person:
        parts.append(_("with %(name)s") % {"name": entry.person.name})
    return " · ".join(part for part in parts if part) or _("any day, any hour")


def _hours(entry: WaitlistEntry) -> str:
    if entry.comes_from and entry.leaves_by:
        return f"{entry.comes_from:%H:%M}–{entry.leaves_by:%H:%M}"
    if entry.comes_from:
        return _("from %(time)s") % {"time": f"{entry.comes_from:%H:%M}"}
    return _("until %(time)s") % {"time": f"{entry.leaves_by:%H:%M}"} if entry.leaves_by else ""
