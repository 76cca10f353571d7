"""The search for a series."""

from collections.abc import Mapping, Sequence
from datetime import date, time, timedelta
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Layout
from django import forms
from django.http import QueryDict
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.forms.first_day import FirstDayField
from clinic.models import Resource
from clinic.scheduling.slots import Slot
from clinic.scheduling.spacing import Verdict
from treatments.forms import series_words as words
from treatments.forms.offers import ProposalLost, pin_from, pin_of
from treatments.models import Course, Session
from treatments.queries.series import Wishes

ONLY = "only-"
# what else than usual gaps may be proposed
LATE, REASON = "late", "reason"
UNUSUAL = {
    LATE: frozenset({Verdict.LATE}),
    REASON: frozenset({Verdict.LATE, Verdict.NEEDS_REASON}),
}
MORE = ("gaps", "fixed", "fixed_on")
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
    many of the open ones are wanted now. `fixed` is the number of a session that has to be on
    `fixed_on`. `pin` are dates that we offered and that are to be kept.
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

    gaps = forms.ChoiceField(
        label=gettext_lazy("Days apart"),
        required=False,
        error_messages={"invalid_choice": gettext_lazy("This cannot be chosen here.")},
    )
    fixed = forms.TypedChoiceField(
        label=gettext_lazy("Fixed date for"),
        coerce=int,
        empty_value=None,
        required=False,
        error_messages={"invalid_choice": gettext_lazy("This session is not to be booked now.")},
    )
    fixed_on = FirstDayField(label=gettext_lazy("on"), required=False)

    def __init__(
        self,
        data: QueryDict,
        *,
        course: Course,
        run: Sequence[Session],
        people: Sequence[Resource],
        today: date,
        may_overrule: bool = False,
    ) -> None:
        """Without `earliest` in the data nobody has searched yet: the usual wishes are taken."""
        self.course = course
        self.run = run
        self.people = {each.pk: each for each in people}
        self.pins: dict[int, Slot] = {}
        usual = {"earliest": [_usual_start(course, run, today).isoformat()]}
        if course.practitioner_id in self.people:
            usual["person"] = [str(course.practitioner_id)]
        asked = data.copy()
        if "earliest" not in asked:
            for name, values in usual.items():
                asked.setlistdefault(name, values)
        super().__init__(asked)
        self._offer(people, run)
        self._offer_gaps(may_overrule)
        for name in ("earliest", "fixed_on"):
            day: Any = self.fields[name]
            day.starts(today)
        for name, field in self.fields.items():
            classes = "form-select" if isinstance(field.widget, forms.Select) else "form-control"
            field.widget.attrs |= {"class": classes, "aria-describedby": f"error_{name}"}
        self.helper = _helper(len(run))

    def _offer(self, people: Sequence[Resource], run: Sequence[Session]) -> None:
        choices: Any = self.fields["person"]
        choices.choices = [
            ("", _("Anyone")),
            (_("If possible"), [(str(each.pk), each.name) for each in people]),
            (_("Nobody else"), [(f"{ONLY}{each.pk}", words.only(each)) for each in people]),
        ]
        number: Any = self.fields["sessions"]
        number.choices = [("", words.how_many(run))] + [
            (str(n), words.how_many(run[:n])) for n in range(len(run) - 1, 0, -1)
        ]

        fixed: Any = self.fields["fixed"]
        fixed.choices = [("", _("no session"))] + [
            (str(each.number), words.how_many([each])) for each in run
        ]

    @property
    def gap_choices(self) -> list[tuple[str, str]]:
        """What may be chosen as days between two sessions."""
        gaps: Any = self.fields["gaps"]
        return list(gaps.choices)

    def _offer_gaps(self, may_overrule: bool) -> None:
        spacing, gaps = self.course.protocol.spacing, self.fields["gaps"]
        choices = [("", words.usual_gaps(spacing))]
        if spacing and spacing.max and spacing.lapse != spacing.max:
            choices.append((LATE, words.late_gaps(spacing)))
        if spacing and may_overrule:
            choices.append((REASON, words.reasoned_gaps(spacing)))
        gaps.choices = choices  # type: ignore[attr-defined] # it is a ChoiceField

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        opens, closes = values.get("opens"), values.get("closes")
        if opens and closes and time.min != closes <= opens:
            self.add_error("closes", _("This is not later than “from”."))
        fixed, on = values.get("fixed"), values.get("fixed_on")
        if fixed and not on and "fixed_on" not in self.errors:
            self.add_error("fixed_on", _("Write the day of session %(n)d.") % {"n": fixed})
        if on and not fixed and "fixed" not in self.errors:
            self.add_error("fixed", _("Choose the session for this day."))
        self._read_pins()
        return values

    def _read_pins(self) -> None:
        """Kept dates of sessions that are still to be booked."""
        open_ = {each.number for each in self.run}
        for text in self._texts("pin"):
            try:
                number, slot = pin_from(text, self.course)
            except ProposalLost:
                self.add_error(None, _("A kept date did not arrive as it was shown. Choose again."))
                return
            if number in open_:
                self.pins[number] = slot

    def _texts(self, name: str) -> list[str]:
        asked: Any = self.data  # always a QueryDict here
        return list(asked.getlist(name))

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
            pins=self._fixed_day() | self.pins,
            unusual=UNUSUAL.get(values["gaps"], frozenset()),
        )

    def _fixed_day(self) -> dict[int, Slot | date]:
        values = self.cleaned_data
        return {values["fixed"]: values["fixed_on"]} if values["fixed"] else {}

    def wanted(self, run: list[Session]) -> list[Session]:
        """The sessions to be searched for: the first so many of the open ones."""
        return run[: self.cleaned_data["sessions"] or len(run)]

    @property
    def asks_more(self) -> bool:
        """Whether something is set that stands behind "more"."""
        return any(self[name].value() or self[name].errors for name in MORE)

    def query(self, **changed: list[str]) -> str:
        """The search as an address, with some of its fields changed; fields that are empty and not
        of the first line are left out."""
        values = {name: self._texts(name) for name in self.fields} | {"pin": self.signed_pins}
        shown = {
            name: each
            for name, each in (values | changed).items()
            if name not in (*MORE, "pin") or any(each)
        }
        return "?" + urlencode(shown, doseq=True)

    def with_pin(self, number: int, slot: Slot) -> str:
        """The search with one more date kept, in place of a day fixed for that session."""
        if number in self.pins or self.cleaned_data["fixed"] == number:
            return self._with_pins(number, self.pins | {number: slot})
        # of what a signed text is made of, colons alone are not written as they are
        return f"{self._unpinned}&pin={pin_of(self.course, number, slot).replace(':', '%3A')}"

    @cached_property
    def _unpinned(self) -> str:
        """The search as it is: asked for once for every date of a page."""
        return self.query()

    def without_pin(self, number: int) -> str:
        """The search with the date of this session free again."""
        return self._with_pins(number, {n: one for n, one in self.pins.items() if n != number})

    def _with_pins(self, number: int, pins: Mapping[int, Slot]) -> str:
        changed = {"pin": self._signed(pins)}
        if self.cleaned_data["fixed"] == number:
            changed |= {"fixed": [""], "fixed_on": [""]}
        return self.query(**changed)

    def _signed(self, pins: Mapping[int, Slot]) -> list[str]:
        return [pin_of(self.course, number, pins[number]) for number in sorted(pins)]

    @property
    def signed_pins(self) -> list[str]:
        return self._signed(self.pins)


def _hours(opens: time | None, closes: time | None) -> tuple[time, time] | None:
    """An open end is that of the day; 00:00 as the end means midnight."""
    return (opens or time.min, closes or time.min) if opens or closes else None


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
    more = [Field(name, template="treatments/fields/search.html") for name in MORE]
    helper.layout = Layout(
        plain[0], days, *plain[1:], Div(*more, template="treatments/fields/more.html")
    )
    return helper
