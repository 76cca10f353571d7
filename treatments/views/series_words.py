"""What a search asked and what it found, with the questions that its words are made from."""

from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property
from zoneinfo import ZoneInfo

from django.utils.dates import MONTHS_3, WEEKDAYS_ABBR

from clinic.scheduling.causes import Causes
from clinic.scheduling.clock import to_datetime
from clinic.scheduling.intervals import Interval
from clinic.scheduling.slots import Slot
from clinic.scheduling.spacing import Spacing
from treatments.forms.series import SeriesForm
from treatments.models import Course
from treatments.queries.series import Search, Wishes


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
        during = Interval(slot.start, slot.end)
        return Causes(rests=self.found.rests).of_rest(during)

    def start(self, slot: Slot) -> datetime:
        return to_datetime(slot.start).astimezone(self.zone)


def day_words(day: date) -> str:
    """ "Tue 12 Jan": what Django's `D j M` says, without reading the format for each of the forty
    dates of a page."""
    return f"{WEEKDAYS_ABBR[day.weekday()]} {day.day} {MONTHS_3[day.month].title()}"
