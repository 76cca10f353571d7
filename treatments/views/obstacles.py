"""A refused series search in words: what stands in the way of each session, and what is near."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from clinic.scheduling.clock import local_date
from clinic.scheduling.refusals import Refusal, SessionRefusal, listed
from clinic.scheduling.slots import Slot
from treatments.views.series_words import Asked, day_words


@dataclass(frozen=True, slots=True)
class Alternative:
    """A legal date near the wished ones. `url` keeps it and searches for the other sessions around
    it; `note` says what is against it."""

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
        kept = refused.number in self.asked.wishes.pins
        late = not kept and local_date(slot.start, self.asked.zone) > refused.window[1]
        return Alternative(
            text=f"{day_words(start)}, {start:%H:%M}",
            url=self.asked.form.with_pin(refused.number, slot),
            note=_("later than usual") if late else self._other_person(slot),
        )

    def _other_person(self, slot: Slot) -> str:
        """ "with Dr Fry", where somebody else was asked for."""
        if not self.asked.without_person(slot):
            return ""
        known = {each.id: each for each in self.asked.found.snapshot.resources}
        people = [known[pk].name for pk in slot.assignment if known[pk].kind == "person"]
        return _("with %(name)s") % {"name": listed(people)} if people else ""
