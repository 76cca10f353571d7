"""The search for a series, and the proposal that comes back to be booked."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout
from django import forms
from django.core import signing
from django.http import QueryDict
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clinic.forms.first_day import FirstDayField
from clinic.models import Resource
from clinic.scheduling.clock import to_datetime
from clinic.scheduling.slots import Slot
from treatments.models import Course, Session
from treatments.queries.series import Wishes

# a search may begin this far ahead; together with its horizon it stays below what can be booked
# a proposal may be booked this long after it was shown; whether it is still free is asked anyway
LASTS = timedelta(hours=12)
ONLY = "only-"
_SALT = "treatments.series"
_SATURDAY = 5


def next_working_day(today: date) -> date:
    """The day after, or Monday for Friday and the weekend."""
    day = today + timedelta(days=1)
    return day if day.weekday() < _SATURDAY else day + timedelta(days=7 - day.weekday())


def _usual_start(course: Course, run: Sequence[Session], today: date) -> date:
    """The next working day; for a first session late enough to pause a retinoid at home."""
    pause = 0
    if run and run[0].number == 1 and course.uses_retinoid is not False:
        pause = course.protocol.retinoid_stop_days(course.plan.patient.skin_type)
    return next_working_day(today + timedelta(days=max(pause - 1, 0)))


class SeriesForm(forms.Form):
    """What the patient asks for, by the clock and calendar of the course's location.

    `weekdays`: Monday is 0. `person` is a resource id, or "only-" and the id. `sessions` is how
    many of the open ones are wanted now.
    """

    earliest = FirstDayField()
    weekdays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Days"),
        choices=list(WEEKDAYS_ABBR.items()),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": gettext_lazy("Choose among Monday to Sunday.")},
    )
    opens = forms.TimeField(
        label=gettext_lazy("From"),
        required=False,
        error_messages={"invalid": gettext_lazy("Write a time of day like 15:30.")},
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
    )
    closes = forms.TimeField(
        label=gettext_lazy("Until"),
        required=False,
        error_messages={"invalid": gettext_lazy("Write a time of day like 15:30.")},
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
    )
    person = forms.ChoiceField(
        label=gettext_lazy("With"),
        required=False,
        error_messages={
            "invalid_choice": gettext_lazy("This person cannot be chosen here. Choose another.")
        },
    )
    sessions = forms.TypedChoiceField(
        label=gettext_lazy("Sessions"),
        coerce=int,
        empty_value=None,
        required=False,
        error_messages={
            "invalid_choice": gettext_lazy("There are not so many sessions left to book.")
        },
    )

    def __init__(
        self,
        data: QueryDict,
        *,
        course: Course,
        run: Sequence[Session],
        people: Sequence[Resource],
        today: date,
    ) -> None:
        """Without `earliest` in the data nobody has searched yet: the usual wishes are taken."""
        self.people = {each.pk: each for each in people}
        usual = {"earliest": [_usual_start(course, run, today).isoformat()]}
        if course.practitioner_id in self.people:
            usual["person"] = [str(course.practitioner_id)]
        asked = data.copy()
        if "earliest" not in asked:
            for name, values in usual.items():
                asked.setlistdefault(name, values)
        super().__init__(asked)
        self._offer(people, run)
        first_day: Any = self.fields["earliest"]
        first_day.starts(today)
        for name, field in self.fields.items():
            classes = "form-select" if isinstance(field.widget, forms.Select) else "form-control"
            field.widget.attrs |= {"class": classes, "aria-describedby": f"error_{name}"}
        self.helper = _helper(len(run))

    def _offer(self, people: Sequence[Resource], run: Sequence[Session]) -> None:
        choices: Any = self.fields["person"]
        choices.choices = [
            ("", _("Anyone")),
            (_("If possible"), [(str(each.pk), each.name) for each in people]),
            (_("Nobody else"), [(f"{ONLY}{each.pk}", _only(each)) for each in people]),
        ]
        number: Any = self.fields["sessions"]
        number.choices = [("", _how_many(run))] + [
            (str(n), _how_many(run[:n])) for n in range(len(run) - 1, 0, -1)
        ]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        opens, closes = values.get("opens"), values.get("closes")
        if opens and closes and time.min != closes <= opens:
            self.add_error("closes", _("This is not later than “from”."))
        return values

    def wishes(self) -> Wishes:
        """The cleaned form as what is asked of the search."""
        values = self.cleaned_data
        person = values["person"]
        return Wishes(
            earliest=values["earliest"],
            weekdays=frozenset(values["weekdays"]),
            hours=_hours(values["opens"], values["closes"]),
            person=int(person.removeprefix(ONLY)) if person else None,
            only_that_person=person.startswith(ONLY),
        )

    def wanted(self, run: list[Session]) -> list[Session]:
        """The sessions to be searched for: the first so many of the open ones."""
        return run[: self.cleaned_data["sessions"] or len(run)]

    def query(self, **changed: list[str]) -> str:
        """The search as an address, with some of its fields changed."""
        asked: QueryDict = self.data.copy()  # type: ignore[attr-defined] # always a QueryDict here
        values = {name: asked.getlist(name) for name in self.fields} | changed
        return "?" + urlencode(values, doseq=True)


def _hours(opens: time | None, closes: time | None) -> tuple[time, time] | None:
    """An open end is that of the day; 00:00 as the end means midnight."""
    return (opens or time.min, closes or time.min) if opens or closes else None


def _only(person: Resource) -> str:
    return _("Only %(name)s") % {"name": person.name}


def _how_many(run: Sequence[Session]) -> str:
    """ "All 5", "Next 4", "Only session 3"."""
    if len(run) == 1:
        return _("Session %(number)d") % {"number": run[0].number}
    return ngettext("%(n)d session", "%(n)d sessions", len(run)) % {"n": len(run)}


def _helper(open_sessions: int) -> FormHelper:
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    # the errors stand at their fields and above the answer
    helper.form_show_errors = False
    names = ["earliest", "opens", "closes", "person", "sessions"]
    plain = [
        Field(name, template="treatments/fields/search.html")
        for name in (names if open_sessions > 1 else names[:-1])
    ]
    days = Field("weekdays", template="treatments/fields/day_picks.html")
    helper.layout = Layout(plain[0], days, *plain[1:])
    return helper


# The proposal, there and back ---------------------------------------------------------------------


class ProposalLost(Exception):
    """What came back is not a proposal of ours, or too old; the text says so to people."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One proposal as it was shown: its slots, and the key that makes booking it happen once."""

    key: uuid.UUID
    slots: tuple[Slot, ...]

    @classmethod
    def of(cls, slots: Sequence[Slot]) -> "Offer":
        return cls(uuid.uuid4(), tuple(slots))

    def start(self, position: int, zone: ZoneInfo) -> datetime:
        """When that slot begins, on the clock of a zone."""
        return to_datetime(self.slots[position].start).astimezone(zone)

    def signed(self, course: Course) -> str:
        """The offer as a text for a hidden field; key and slots cannot be parted."""
        slots = [[each.start, each.end, list(each.assignment)] for each in self.slots]
        return signing.dumps([course.pk, self.key.hex, slots], salt=_SALT, compress=True)


def offer_from(text: str, course: Course) -> Offer:
    """Read `Offer.signed` back. Raises ProposalLost for any other text, course or age."""
    try:
        pk, key, slots = signing.loads(text, salt=_SALT, max_age=LASTS)
    except signing.SignatureExpired as expired:
        text = _("These dates were shown long ago. Nothing was booked: here are fresh ones.")
        raise ProposalLost(text) from expired
    except signing.BadSignature as bad:
        raise ProposalLost(_damaged()) from bad
    if pk != course.pk:
        raise ProposalLost(_damaged())
    return Offer(uuid.UUID(key), tuple(Slot(start, end, tuple(ids)) for start, end, ids in slots))


def _damaged() -> str:
    return _("The dates did not arrive as they were shown. Nothing was booked: choose again.")
