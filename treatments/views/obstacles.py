"""A refused series search in words: what stands in the way, what is near, what to ask instead."""

from dataclasses import dataclass
from datetime import time

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinic.scheduling.clock import local_date, to_datetime
from clinic.scheduling.refusals import Refusal, SessionRefusal
from clinic.scheduling.slots import Slot
from treatments.views.series_words import Asked, day_words


@dataclass(frozen=True, slots=True)
class Alternative:
    """A legal date near the wished ones. `url` searches so that it may be proposed, if a wish
    stands against it; `note` says what is against it."""

    text: str
    url: str
    note: str


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One session of a series that was refused; without reasons it fits by itself."""

    number: int
    reasons: tuple[str, ...]
    window: str
    alternatives: tuple[Alternative, ...]


def obstacles(asked: Asked) -> list[Obstacle]:
    """Every session of a refused series; none when there are proposals."""
    if not isinstance(asked.found.answer, Refusal):
        return []
    return [_Wording(asked).obstacle(each) for each in asked.found.answer.sessions]


def ways_out(asked: Asked) -> list[Alternative]:
    """Searches that ask for less than the refused one."""
    if not isinstance(asked.found.answer, Refusal):
        return []
    wishes, ways = asked.wishes, []
    if wishes.hours is not None:
        ways.append((_("At any time of day"), {"opens": [""], "closes": [""]}))
    if wishes.weekdays:
        ways.append((_("On any weekday"), {"weekdays": []}))
    if wishes.only_that_person:
        ways.append((_("With anyone"), {"person": [""]}))
    fewer = _fitting(asked.found.answer)
    if fewer:
        text = ngettext("Only the next session", "Only the next %(n)d sessions", fewer)
        ways.append((text % {"n": fewer}, {"sessions": [str(fewer)]}))
    return [Alternative(text, asked.form.query(**change), "") for text, change in ways]


@dataclass(frozen=True, slots=True)
class _Wording:
    """Puts refusals of one search into words."""

    asked: Asked

    def obstacle(self, refused: SessionRefusal) -> Obstacle:
        first, last = map(day_words, refused.window)
        window = (
            first if first == last else _("%(first)s to %(last)s") % {"first": first, "last": last}
        )
        return Obstacle(
            number=refused.number,
            reasons=tuple(f"{reason}." for reason in refused.reasons),
            window=window,
            alternatives=tuple(self._alternative(slot, refused) for slot in refused.nearest),
        )

    def _alternative(self, slot: Slot, refused: SessionRefusal) -> Alternative:
        start = self.asked.start(slot)
        changed = self._widened(slot)
        late = local_date(slot.start, self.asked.zone) > refused.window[1]
        return Alternative(
            text=f"{day_words(start)}, {start:%H:%M}",
            url=self.asked.form.query(**changed) if changed and not late else "",
            note=_("later than usual") if late else "",
        )

    def _widened(self, slot: Slot) -> dict[str, list[str]]:
        """The fields of the search, changed just so far that this slot keeps all wishes."""
        changed: dict[str, list[str]] = {}
        if self.asked.off_hours(slot) and self.asked.wishes.hours:
            changed |= self._wider_hours(slot, *self.asked.wishes.hours)
        if self.asked.off_weekday(slot):
            days = {*self.asked.wishes.weekdays, self.asked.start(slot).weekday()}
            changed["weekdays"] = [str(day) for day in sorted(days)]
        if self.asked.wishes.only_that_person and self.asked.without_person(slot):
            changed["person"] = [str(self.asked.wishes.person)]
        return changed

    def _wider_hours(self, slot: Slot, opens: time, closes: time) -> dict[str, list[str]]:
        start = self.asked.start(slot).time()
        end = to_datetime(slot.end).astimezone(self.asked.zone).time()
        until = closes if closes == time.min else max(closes, end)
        return {
            "opens": [f"{min(opens, start):%H:%M}"],
            "closes": [f"{until:%H:%M}" if until != time.min else ""],
        }


def _fitting(refusal: Refusal) -> int:
    """How many sessions come before the first that is refused."""
    return next((at for at, each in enumerate(refusal.sessions) if each.reasons), 0)
