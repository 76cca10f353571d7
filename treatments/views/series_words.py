"""What a search asked and what it found, with the questions that its words are made from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache, cached_property
from zoneinfo import ZoneInfo

from django.utils.dates import MONTHS_3, WEEKDAYS_ABBR
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from clinic.scheduling.causes import Causes
from clinic.scheduling.clock import to_datetime
from clinic.scheduling.intervals import Interval
from clinic.scheduling.refusals import listed
from clinic.scheduling.slots import Slot
from clinic.scheduling.spacing import Spacing
from treatments.forms.series import SeriesForm
from treatments.models import Course
from treatments.queries.series import Search, Wishes

NOON, EVENING = time(12), time(17)


@dataclass(frozen=True)
class Asked:
    """One search of a course; all times by the clock of its location."""

    course: Course
    found: Search
    wishes: Wishes
    form: SeriesForm
    may_overrule: bool = False

    @cached_property
    def zone(self) -> ZoneInfo:
        return self.course.location.zone

    def off_hours(self, slot: Slot) -> bool:
        if self.wishes.hours is None:
            return False
        opens, closes = self.wishes.hours
        start, end = self.start(slot), to_datetime(slot.end).astimezone(self.zone)
        too_late = closes != time.min and (end.date() > start.date() or end.time() > closes)
        return start.time() < opens or too_late

    def off_weekday(self, slot: Slot) -> bool:
        wished = self.wishes.weekdays
        return bool(wished) and self.start(slot).weekday() not in wished

    def without_person(self, slot: Slot) -> bool:
        return self.wishes.person is not None and self.wishes.person not in slot.assignment

    @cached_property
    def spacing(self) -> Spacing | None:
        return self.course.protocol.spacing

    def rest_on(self, slot: Slot) -> str:
        """Why the skin would have to rest at this time, empty when it need not."""
        if not self.found.rests:
            return ""
        during = Interval(slot.start, slot.end)
        return Causes(rests=self.found.rests).of_rest(during)

    def start(self, slot: Slot) -> datetime:
        return to_datetime(slot.start).astimezone(self.zone)


def day_words(day: date) -> str:
    """ "Tue 12 Jan": what Django's `D j M` says, without reading the format for each of the forty
    dates of a page."""
    weekdays, months = _names(get_language())
    return f"{weekdays[day.weekday()]} {day.day} {months[day.month - 1]}"


@cache
def _names(language: str | None) -> tuple[Sequence[str], Sequence[str]]:
    """The short names of weekdays, Monday first, and of months in the language that is spoken."""
    weekdays = [str(WEEKDAYS_ABBR[day]) for day in range(7)]
    return weekdays, [str(MONTHS_3[month]).title() for month in range(1, 13)]


def apart(gap: int | None) -> str:
    """ "21 days"."""
    return "" if gap is None else ngettext("%(n)d day", "%(n)d days", gap) % {"n": gap}


def first_fit(sessions: int) -> str:
    text = ngettext("The next session fits", "The next %(n)d sessions fit", sessions)
    return text % {"n": sessions}


def leaving(booked: int, left: int) -> str:
    words = {"n": booked, "left": left}
    if booked == 1:
        return _("Book the next one, leave %(left)d to be booked") % words
    return _("Book the first %(n)d, leave %(left)d to be booked") % words


def part_of_day(starts: Sequence[time]) -> str:
    if all(start < NOON for start in starts):
        return _("Mornings")
    if all(NOON <= start < EVENING for start in starts):
        return _("Afternoons")
    return _("Evenings") if all(start >= EVENING for start in starts) else _("Other times")


def broken(words: str, numbers: Sequence[int], total: int) -> str:
    """ "not on Tuesday", or for some of the sessions "session 2 not on Tuesday"."""
    if len(numbers) == total:
        return words
    which = listed(str(number) for number in numbers)
    text = ngettext("session %(which)s %(words)s", "sessions %(which)s %(words)s", len(numbers))
    return text % {"which": which, "words": words}
