"""When somebody or something is away, and when a location is closed."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.models import Absence, Closure, Resource
from clinic.scheduling.clock import local_minute_or_next, midnights, to_datetime
from clinic.scheduling.week import Row, middle, week_on

ONE_DAY = timedelta(days=1)
# absences are written down late, and planned early
BACK, AHEAD = timedelta(days=366), timedelta(days=2 * 366)

DAYS, MORNING, AFTERNOON, HOURS = "days", "morning", "afternoon", "hours"
PARTS = [
    (DAYS, gettext_lazy("Whole days")),
    (MORNING, gettext_lazy("Morning")),
    (AFTERNOON, gettext_lazy("Afternoon")),
    (HOURS, gettext_lazy("Hours")),
]


class _SpanForm(forms.Form):
    """From a day to a day; the last one may stay empty when it is the first."""

    first = forms.DateField(
        label=gettext_lazy("First day"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "width-s"}),
        error_messages={"required": gettext_lazy("Write the first day.")},
    )
    last = forms.DateField(
        label=gettext_lazy("Last day"),
        required=False,
        help_text=gettext_lazy("Empty when it is one day."),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "width-s"}),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True

    def clean_first(self) -> date:
        return self._believable("first")

    def clean_last(self) -> date | None:
        return self._believable("last") if self.cleaned_data["last"] else None

    def _believable(self, name: str) -> date:
        day: date = self.cleaned_data[name]
        if not self.today - BACK <= day <= self.today + AHEAD:
            raise ValidationError(_("Choose a day within a year back and two years ahead."))
        return day

    def span(self) -> tuple[date, date] | None:
        """The days, once both are known to be sound; says what is wrong with their order."""
        first, last = self.cleaned_data.get("first"), self.cleaned_data.get("last")
        if first is None or "last" in self.errors:
            return None
        if last is not None and last < first:
            self.add_error("last", _("The last day is before the first."))
            return None
        return first, last or first


class ClosureForm(_SpanForm):
    """Whole days on which a location is closed."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=Closure._meta.get_field("reason").max_length,
        help_text=gettext_lazy("Shown in the calendar on these days."),
        widget=forms.TextInput(attrs={"class": "width-m"}),
        error_messages={"required": gettext_lazy("Write why it is closed.")},
    )

    def __init__(self, *args: Any, closure: Closure | None = None, **kwargs: Any) -> None:
        if closure is not None:
            kwargs["initial"] = {
                "first": closure.starts_on,
                "last": closure.ends_on,
                "reason": closure.reason,
            }
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout(
            Div(Field("first"), Field("last"), css_class="form-grid"),
            Field("reason", autocomplete="off"),
        )

    def clean(self) -> dict[str, Any]:
        if span := self.span():
            self.cleaned_data["first"], self.cleaned_data["last"] = span
        return self.cleaned_data


class AbsenceForm(_SpanForm):
    """Whole days, half a day, or from an hour to an hour, by the clock of the resource's location.

    Where the morning ends follows from the weekly hours, `rows`. Cleaned, `start` and `end` are
    aware.
    """

    kind = forms.ChoiceField(
        label=gettext_lazy("Why"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose one of these.")},
    )
    part = forms.ChoiceField(
        label=gettext_lazy("How long"), choices=PARTS, initial=DAYS, widget=forms.RadioSelect
    )
    starts = forms.TimeField(
        label=gettext_lazy("From, on the first day"),
        required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time", "class": "width-s"}),
    )
    ends = forms.TimeField(
        label=gettext_lazy("Until, on the last day"),
        required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time", "class": "width-s"}),
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=Absence._meta.get_field("note").max_length,
        help_text=gettext_lazy("For colleagues, in the calendar; patients do not see it."),
        widget=forms.TextInput(attrs={"class": "width-m"}),
    )

    def __init__(
        self,
        *args: Any,
        resource: Resource,
        rows: Sequence[Row],
        absence: Absence | None = None,
        today: date,
        **kwargs: Any,
    ) -> None:
        self.zone, self.grid = resource.location.zone, resource.location.grid_minutes
        self.rows = rows
        kinds = Absence.KINDS_OF[resource.kind]
        shown = as_typed(absence, self.zone) if absence else {"first": today, "kind": kinds[0]}
        super().__init__(*args, initial=shown, today=today, **kwargs)
        kind: Any = self.fields["kind"]
        kind.choices = [(each, Absence.Kind(each).label) for each in kinds]
        segmented = "clinic/setup/fields/answers.html"
        self.helper.layout = Layout(
            Field("kind", template=segmented),
            Div(Field("first"), Field("last"), css_class="form-grid"),
            Field("part", template=segmented),
            Div(Field("starts"), Field("ends"), css_class="form-grid hours-only"),
            Field("note", autocomplete="off"),
        )

    def clean(self) -> dict[str, Any]:
        span = self.span()
        if span and "part" in self.cleaned_data and not {"starts", "ends"} & self.errors.keys():
            self._place(*span, self.cleaned_data["part"])
        return self.cleaned_data

    @property
    def is_whole_days(self) -> bool:
        return bool(self.cleaned_data["part"] == DAYS)

    def local_span(self) -> tuple[datetime, datetime]:
        """The cleaned start and end on the clock of the location."""
        start, end = (self.cleaned_data[each].astimezone(self.zone) for each in ("start", "end"))
        return start, end

    def _place(self, first: date, last: date, part: str) -> None:
        if part in (MORNING, AFTERNOON) and first != last:
            self.add_error("part", _("Half a day is one day: leave the last day empty."))
            return
        opens, closes = self._clock(first, part)
        if part == HOURS and (opens is None or closes is None):
            for name, value in (("starts", opens), ("ends", closes)):
                if value is None:
                    self.add_error(name, _("Write a time, or choose whole days."))
            return
        start = self._at(first, opens)
        # midnight ends the day
        all_day = closes in (None, time.min)
        end = self._at(last + ONE_DAY, None) if all_day else self._at(last, closes)
        if end <= start:
            self.add_error("ends", _("The end must be after the start."))
        self.cleaned_data |= {"start": start, "end": end}

    def _clock(self, first: date, part: str) -> tuple[time | None, time | None]:
        """From when on the first day until when on the last; None is the midnight."""
        if part == HOURS:
            return self.cleaned_data["starts"], self.cleaned_data["ends"]
        of_day = [each for each in week_on(self.rows, first) if each.weekday == first.weekday()]
        parting = middle(of_day, self.grid)
        return {MORNING: (None, parting), AFTERNOON: (parting, None)}.get(part, (None, None))

    def _at(self, day: date, clock: time | None) -> datetime:
        return to_datetime(local_minute_or_next(day, clock or time.min, self.zone))


def as_typed(absence: Absence, zone: ZoneInfo) -> dict[str, Any]:
    """An absence as somebody would fill it in."""
    start, end = (each.astimezone(zone) for each in (absence.during.lower, absence.during.upper))
    last = (end - timedelta(minutes=1)).date()
    edges = midnights(start.date(), last + ONE_DAY, zone)
    whole = (to_datetime(edges[0]), to_datetime(edges[-1])) == (start, end)
    times = {"part": DAYS} if whole else {"part": HOURS, "starts": start.time(), "ends": end.time()}
    return {
        "kind": absence.kind,
        "note": absence.note,
        "first": start.date(),
        "last": last,
        **times,
    }
