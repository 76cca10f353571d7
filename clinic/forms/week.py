"""A whole week of opening hours in one form: several stretches a day, valid from a day on."""

from collections.abc import Iterator, Sequence
from datetime import date, time
from typing import Any, NamedTuple

from django import forms
from django.forms import BoundField
from django.http import QueryDict
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.forms.first_day import FirstDayField
from clinic.scheduling.week import Fault, Stretch, faults

# as many stretches as most days need, and as many as anybody has
USUAL, MOST = 2, 4
WORKDAYS, ALL_DAYS = range(1, 5), range(1, 7)

_WORDS = {
    Fault.REVERSED: gettext_lazy("Closing time must be after opening time."),
    Fault.OFF_GRID: gettext_lazy("Hours begin and end on full %(grid)d minutes."),
    Fault.OVERLAPS: gettext_lazy("This overlaps another stretch of the day."),
}


class Day(NamedTuple):
    """One line of the form: the fields of each stretch, and what is wrong with any of them."""

    name: str
    key: str
    stretches: list[tuple[BoundField, BoundField]]
    errors: list[str]


class WeekForm(forms.Form):
    """`cleaned_data["week"]` holds the stretches; a day without times is closed.

    `week` is what the form shows before anybody types.
    """

    first = FirstDayField(label=gettext_lazy("Valid from"))
    count = forms.IntegerField(widget=forms.HiddenInput, min_value=USUAL, max_value=MOST)
    # which hours were shown when the form was opened
    known = forms.CharField(required=False, max_length=64)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        week: Sequence[Stretch],
        first: date,
        today: date,
        grid: int,
    ) -> None:
        stretches = [[each for each in week if each.weekday == day] for day in range(7)]
        self.per_day = _count(data, max(map(len, stretches)))
        super().__init__(data, initial={"first": first, "count": self.per_day})
        self.grid = grid
        first_day: Any = self.fields["first"]
        first_day.starts(today)
        first_day.widget.attrs["class"] = "form-control width-s"
        for day, known in enumerate(stretches):
            for n in range(self.per_day):
                times = known[n][1:] if n < len(known) else (None, None)
                self._add(day, n, *times)

    def _add(self, day: int, n: int, opens: time | None, closes: time | None) -> None:
        for end, initial, words in (
            ("opens", opens, _("%(day)s, stretch %(n)d, from")),
            ("closes", closes, _("%(day)s, stretch %(n)d, until")),
        ):
            label = words % {"day": WEEKDAYS[day], "n": n + 1}
            self.fields[_name(day, n, end)] = forms.TimeField(
                label=label,
                initial=initial,
                required=False,
                widget=forms.TimeInput(
                    format="%H:%M",
                    attrs={
                        "type": "time",
                        "step": self.grid * 60,
                        "class": "form-control",
                        "aria-label": label,
                    },
                ),
                error_messages={"invalid": _("Write a time like 9:00.")},
            )

    def clean(self) -> dict[str, Any]:
        typed = list(self._typed())
        week = [stretch for _place, stretch in typed]
        for position, fault in faults(week, self.grid).items():
            day, n = typed[position][0]
            end = "opens" if fault is Fault.OVERLAPS else "closes"
            self.add_error(_name(day, n, end), _WORDS[fault] % {"grid": self.grid})
        return self.cleaned_data | {"week": tuple(sorted(week))}

    def _typed(self) -> Iterator[tuple[tuple[int, int], Stretch]]:
        """((weekday, number), stretch) of every pair of times; half a pair is an error."""
        for day in range(7):
            for n in range(self.per_day):
                names = [_name(day, n, end) for end in ("opens", "closes")]
                if self.errors.keys() & set(names):
                    continue
                opens, closes = (self.cleaned_data.get(each) for each in names)
                if opens is not None and closes is not None:
                    yield (day, n), Stretch(day, opens, closes)
                elif opens is not None or closes is not None:
                    empty = names[0] if opens is None else names[1]
                    self.add_error(empty, _("Write both times, or neither."))

    @property
    def days(self) -> list[Day]:
        """The lines of the form, Monday first."""
        return [self._day(each) for each in range(7)]

    def _day(self, day: int) -> Day:
        stretches = [
            (self[_name(day, n, "opens")], self[_name(day, n, "closes")])
            for n in range(self.per_day)
        ]
        errors = [str(text) for pair in stretches for field in pair for text in field.errors]
        return Day(str(WEEKDAYS[day]), f"day-{day}", stretches, errors)


def _name(day: int, n: int, end: str) -> str:
    return f"d{day}_{n}_{end}"


def _count(data: QueryDict | None, needed: int) -> int:
    asked = str(data.get("count", "")) if data else ""
    return min(MOST, max(USUAL, int(asked) if asked.isdecimal() and len(asked) < 3 else needed))


def with_monday_on(days: range, data: QueryDict) -> QueryDict:
    """What was typed, with Monday's times on these days too."""
    copied = data.copy()
    for name in [each for each in data if each.startswith("d0_")]:
        for day in days:
            copied[f"d{day}_{name.removeprefix('d0_')}"] = str(data[name])
    return copied


def with_more(data: QueryDict) -> QueryDict:
    """What was typed, with room for another stretch a day."""
    more = data.copy()
    more["count"] = str(_count(data, USUAL) + 1)
    return more
