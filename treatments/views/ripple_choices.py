"""Free times for a visit that is to be moved, as buttons that lead to their preview."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinic.scheduling.clock import Minute, NoSuchLocalTime, local_date, local_minute, to_minute_up
from clinic.scheduling.slots import Slot
from clinic.scheduling.spacing import Verdict
from clinic.views.words import skipped
from treatments.forms.ripple import MoveForm, start_text
from treatments.queries.ripple import Question
from treatments.queries.ripple_scene import Scene, Seat
from treatments.queries.ripple_times import FreeDay, Times
from treatments.views import ripple_words as words

# so many days around a time, each with so many times
DAYS, TIMES = 5, 4


@dataclass(frozen=True, slots=True)
class Choice:
    """One free time as a button; `url` shows what it would lead to."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class DayChoices:
    """The free times of one day. `others` says which sessions would move too."""

    day: datetime
    gap: words.Judged | None
    counted_from: int
    others: str
    times: tuple[Choice, ...]
    is_present: bool
    more_url: str


@dataclass(frozen=True)
class Choices:
    """Where the visit of a scene could be, by what the address asks for.

    `person` is who leads it now; only times with that person are shown unless anyone will do, or
    unless there are none (`others_instead`).
    """

    scene: Scene
    focus: Seat
    form: MoveForm
    path: str

    @cached_property
    def days(self) -> list[DayChoices]:
        """Of the day asked for, or around the present time of the visit."""
        return [self._choices_of(each) for each in self._found[0]]

    @property
    def others_instead(self) -> bool:
        return self._found[1]

    @property
    def person(self) -> str:
        names = {one.id: one.name for one in self.scene.snapshot.resources}
        return names.get(self._person or 0, "")

    @property
    def is_same(self) -> bool:
        return self._person is not None and self.form.chosen("who") != "any"

    @property
    def nothing(self) -> str:
        """Why there are none, on the day asked for if there is one."""
        day, scene = self.form.chosen("day"), self.scene
        if day is None:
            return _(
                "None keeps the course in its windows. Choose a day to see what is free all the "
                "same."
            )
        if day < local_date(to_minute_up(scene.now), scene.zone):
            return _("%(day)s is in the past.") % {"day": date_format(day, "D j M Y")}
        if day > local_date(scene.snapshot.window.end - 1, scene.zone):
            return _("%(day)s is too far ahead to book.") % {"day": date_format(day, "D j M Y")}
        reasons = self._times(self.form.chosen("resource")).obstacles(day)
        return " ".join(reasons) or _("Nothing is free on this day. Choose another, or anyone.")

    def alternatives(self) -> list[Choice]:
        """The two legal times nearest to one that cannot be had; with whoever is asked for, or
        else with anyone."""
        wanted = self.form.chosen("resource")
        if found := self._nearest_slots(wanted):
            return [self._choice(slot, words.when, wanted) for slot in found]
        return [self._choice(slot, words.when, None) for slot in self._nearest_slots(None)]

    def _nearest_slots(self, resource: int | None) -> list[Slot]:
        near = self._near
        days = self._times(resource).nearest(near, days=2, times=2)
        slots = [slot for each in days for slot in each.slots]
        nearest = sorted(slots, key=lambda slot: (abs(slot.start - near), slot.start))[:2]
        return sorted(nearest, key=lambda slot: slot.start)

    @cached_property
    def _person(self) -> int | None:
        return self.scene.practitioner(self.focus)

    @cached_property
    def _found(self) -> tuple[list[FreeDay], bool]:
        wanted = self.form.chosen("resource")
        found = self._days(self._times(wanted or (self._person if self.is_same else None)))
        if found or not self.is_same:
            return found, False
        found = self._days(self._times(wanted))
        return found, bool(found)

    def _days(self, times: Times) -> list[FreeDay]:
        day = self.form.chosen("day")
        if day is None:
            return times.nearest(self._near, days=DAYS, times=TIMES)
        found = times.on(day.toordinal(), self.focus.slot.start)
        return [found] if found else []

    def _times(self, resource: int | None) -> Times:
        return Times(Question(self.scene, resource, bool(self.form.chosen("late"))))

    @property
    def _near(self) -> Minute:
        """Around which free times are looked for; never before now."""
        asked = asked_start(self.form, self.scene)
        return max(to_minute_up(self.scene.now), self.focus.slot.start if asked is None else asked)

    def _choices_of(self, each: FreeDay) -> DayChoices:
        scene, others = self.scene, ""
        if each.others:
            text = ngettext("%(which)s moves too", "%(which)s move too", len(each.others))
            others = text % {"which": words.sessions_and(each.others)}
        pressable = () if each.verdict is Verdict.REFUSED else each.slots
        wanted = self.form.chosen("resource")
        return DayChoices(
            day=words.start_of(scene, each.slots[0]),
            gap=words.Judged.of(each.gap, each.rule),
            counted_from=each.counted_from,
            others=others,
            times=tuple(self._choice(slot, _clock, wanted) for slot in pressable),
            is_present=scene.day(self.focus.slot) == each.day.toordinal(),
            more_url="" if self.form.chosen("day") else self._url_of(each),
        )

    def _url_of(self, each: FreeDay) -> str:
        return self.path + self.form.query(day=each.day.isoformat(), start=None)

    def _choice(self, slot: Slot, said: Callable[[datetime], str], resource: int | None) -> Choice:
        wall = words.start_of(self.scene, slot)
        insisted = str(resource) if resource else None
        query = self.form.query(start=start_text(wall), day=None, resource=insisted)
        return Choice(said(wall), self.path + query)


def _clock(start: datetime) -> str:
    return f"{start:%H:%M}"


def asked_start(form: MoveForm, scene: Scene) -> Minute | None:
    """The start of the address as a minute; for one that the clocks jump over, the next there is.
    None when none, or none that can be read, was asked for."""
    wall = form.wall()
    try:
        return local_minute(wall.date(), wall.time(), scene.zone) if wall else None
    except NoSuchLocalTime as jumped:
        return jumped.resumes


def unreadable(form: MoveForm, scene: Scene) -> str:
    """Why the start of the address is no time; empty when it is one, or when there is none."""
    wall = form.wall()
    if wall is None:
        text = form.start_text()
        return _("Choose a day and a time of day, like 2027-01-12T15:30.") if text else ""
    try:
        local_minute(wall.date(), wall.time(), scene.zone)
    except NoSuchLocalTime:
        return skipped(wall)
    return ""
