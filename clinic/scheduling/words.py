"""Dates and names as a person says them: "Tue 12 Jan", "every Tuesday between", "a, b and c"."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time

# spelled out here because strftime would follow the locale of the process
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def short_day(day: date) -> str:
    """A date for people: "Tue 12 Jan"."""
    return f"{_WEEKDAYS[day.weekday()][:3]} {day.day} {_MONTHS[day.month - 1]}"


def listed(names: Iterable[str], word: str = "and") -> str:
    """The names as a phrase: "a", "a and b", "a, b and c"."""
    *most, last = names
    return f"{', '.join(most)} {word} {last}" if most else last


def counted_days(days: int) -> str:
    """ "1 day", "12 days"."""
    return "1 day" if days == 1 else f"{days} days"


@dataclass(frozen=True, slots=True)
class When:
    """The dates looked at, both ends included, narrowed to the wished weekdays and hours."""

    first: date
    last: date
    weekdays: tuple[int, ...] = ()
    hours: tuple[time, time] | None = None

    def phrase(self, quantifier: str) -> str:
        """The dates as a phrase that begins with "every", or with "any" in a negative sentence."""
        hours = self.hours and f", {self.hours[0]:%H:%M} to {self.hours[1]:%H:%M}"
        return self._days(quantifier) + (hours or "")

    def _days(self, quantifier: str) -> str:
        first, last = short_day(self.first), short_day(self.last)
        if first == last:
            return f"on {first}"
        if self.weekdays:
            names = self.weekday_names("and" if quantifier == "every" else "or")
            return f"on {quantifier} {names} between {first} and {last}"
        return f"{quantifier} day from {first} to {last}"

    def weekday_names(self, word: str) -> str:
        return listed((_WEEKDAYS[weekday] for weekday in self.weekdays), word)
