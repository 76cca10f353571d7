"""Proposals of a series search in words: dates, gaps, people, and the wishes given up."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.scheduling.availability import Resource
from clinic.scheduling.refusals import Refusal, listed
from clinic.scheduling.series import Label, Proposal
from clinic.scheduling.slots import Slot
from treatments.forms.offers import Offer
from treatments.queries import courses
from treatments.views.fields import Fields
from treatments.views.series_words import (
    Asked,
    apart,
    broken,
    day_words,
    first_fit,
    leaving,
    part_of_day,
)
from treatments.views.strip import Axis, Strip, axis_of
from treatments.views.unusual import Unusual

TITLES = {
    Label.BEST: gettext_lazy("Best"),
    Label.SOONER: gettext_lazy("Sooner"),
    Label.OTHER_DAYS: gettext_lazy("Other dates"),
    Label.OTHER_WEEKDAYS: gettext_lazy("Other weekdays"),
    Label.OTHER_PERSON: gettext_lazy("Somebody else"),
}


@dataclass(frozen=True, slots=True)
class Date(Fields):
    """One session of a proposal; `start` is aware, `person` and `room` empty when said once.

    `iso`, `day`, `clock` and `apart` are its start and its gap as a page says them. `gap_note` says
    what is unusual about the gap, `kept` that the date is kept by the search, and `keep_url`
    searches with it kept, or free again.
    """

    number: int
    start: datetime
    iso: str
    day: str
    clock: str
    apart: str = ""
    person: str = ""
    room: str = ""
    gap: int | None = None
    taken: bool = False
    gap_note: str = ""
    kept: bool = False
    keep_url: str = ""
    keep_here: bool = False
    keep_word: str = ""
    keep_label: str = ""

    @property
    def who(self) -> str:
        return _("already booked") if self.taken else _joined(self.person, self.room)


@dataclass(frozen=True, slots=True)
class Card(Fields):
    """One proposal as the component draws it.

    `reason` is what a clinician's reason is needed for, empty for nothing; then `verb` is empty
    for those who cannot give one.
    """

    title: str
    best: bool
    note: str
    sessions: tuple[Date, ...]
    fields: tuple[dict[str, str], ...]
    verb: str
    reason: str = ""
    strip: Strip | None = None
    form_id: str = ""


def cards(asked: Asked) -> list[Card]:
    """The proposals, the best first; of a refused series the sessions that can be booked now."""
    answer = asked.found.answer
    if not isinstance(answer, Refusal):
        proposals = list(answer)
    else:
        proposals = [asked.found.partial] if asked.found.partial else []
    if not proposals:
        return []
    wording = _Wording(
        asked,
        proposals[0],
        axis_of(asked, proposals),
        _standing_before(asked),
        {each.id: each for each in asked.found.snapshot.resources},
        {gap: apart(gap) for gap in {gap for each in proposals for gap in each.gaps}},
        keep=_("Keep"),
        kept=_("Kept"),
        around=_("the date of session %(number)d and search the others around it"),
        let_go=_("the date of session %(number)d: let it go"),
    )
    return [wording.card(each, position) for position, each in enumerate(proposals, 1)]


@dataclass(frozen=True, slots=True)
class _Wording:
    """Puts proposals of one search into words, those that many dates share made once."""

    asked: Asked
    best: Proposal
    axis: Axis
    standing: tuple[Date, ...]
    resources: Mapping[int, Resource]
    apart: Mapping[int | None, str]
    keep: str
    kept: str
    around: str
    let_go: str

    def card(self, proposal: Proposal, position: int) -> Card:
        people, who = _said_once(self._names(proposal, "person"))
        rooms, where = _said_once(self._names(proposal, "room", "device"))
        offer = Offer.of(proposal.slots).signed(self.asked.course)
        unusual = Unusual(self.asked, proposal)
        held = zip(people, rooms, proposal.gaps, unusual.notes, strict=True)
        dates = [self._date(proposal, at, *each) for at, each in enumerate(held)]
        return Card(
            title=self._title(proposal),
            best=proposal is self.best,
            note=_joined(who, where, self._end(proposal), *self._given_up(proposal)),
            sessions=(*self.standing, *dates),
            fields=({"name": "offer", "value": offer},),
            verb=self._verb(proposal) if self.asked.may_overrule or not unusual.reason else "",
            reason=unusual.reason,
            strip=self.axis.strip(proposal),
            form_id=f"way-{position}",
        )

    def _date(
        self, proposal: Proposal, at: int, person: str, room: str, gap: int | None, gap_note: str
    ) -> Date:
        number, slot = self.asked.found.sessions[at].number, proposal.slots[at]
        form = self.asked.form
        kept, fixed = number in form.pins, number in self.asked.wishes.pins
        return Date(
            number,
            *_said(self.asked.start(slot)),
            self.apart[gap],
            person,
            room,
            gap,
            gap_note=gap_note,
            kept=fixed,
            keep_url=form.without_pin(number) if fixed else form.with_pin(number, slot),
            keep_here=kept or not fixed,
            keep_word=self.kept if fixed else self.keep,
            keep_label=(self.let_go if fixed else self.around) % {"number": number},
        )

    def _names(self, proposal: Proposal, *kinds: str) -> list[str]:
        """Per session the names of those kinds that are held for it."""
        known = self.resources
        return [
            ", ".join(
                dict.fromkeys(known[pk].name for pk in slot.assignment if known[pk].kind in kinds)
            )
            for slot in proposal.slots
        ]

    def _title(self, proposal: Proposal) -> str:
        if self.asked.found.partial is proposal:
            return first_fit(len(proposal.slots))
        if proposal.label is Label.OTHER_TIMES:
            return part_of_day([self.asked.start(slot).time() for slot in self._free(proposal)])
        if proposal.label is Label.OTHER_PERSON and len(set(self._names(proposal, "person"))) == 1:
            return _("With %(name)s") % {"name": self._names(proposal, "person")[0]}
        if proposal.label in (Label.OTHER_DAYS, Label.OTHER_WEEKDAYS):
            return self._dates_title(proposal)
        return str(TITLES[proposal.label])

    def _dates_title(self, proposal: Proposal) -> str:
        """What tells its dates apart from those of the best one."""
        days = self._weekdays(proposal)
        if len(days) == 1 and days != self._weekdays(self.best):
            return _("Always %(day)s") % {"day": WEEKDAYS[days.pop()]}
        first = self.asked.start(proposal.slots[0])
        if first.date() != self.asked.start(self.best.slots[0]).date():
            return _("From %(day)s") % {"day": day_words(first)}
        return str(TITLES[proposal.label])

    def _weekdays(self, proposal: Proposal) -> set[int]:
        return {self.asked.start(slot).weekday() for slot in self._free(proposal)}

    def _free(self, proposal: Proposal) -> list[Slot]:
        """The slots of those sessions whose date is not kept, or all when every one is."""
        numbered = zip(self.asked.found.sessions, proposal.slots, strict=False)
        free = [slot for each, slot in numbered if each.number not in self.asked.wishes.pins]
        return free or list(proposal.slots)

    def _end(self, proposal: Proposal) -> str:
        if len(proposal.slots) == 1:
            return ""
        return _("ends %(day)s") % {"day": day_words(self.asked.start(proposal.slots[-1]))}

    def _given_up(self, proposal: Proposal) -> list[str]:
        """The wishes that this proposal does not keep, with the sessions that break them."""
        breaks = (
            (self._hours_words, self.asked.off_hours),
            (self._weekday_words, self.asked.off_weekday),
            (self._person_words, self.asked.without_person),
        )
        numbered = list(zip(self.asked.found.sessions, proposal.slots, strict=False))
        found = []
        for words, is_broken in breaks:
            numbers = [session.number for session, slot in numbered if is_broken(slot)]
            if numbers:
                found.append(broken(words(), numbers, len(proposal.slots)))
        return found

    def _hours_words(self) -> str:
        opens, closes = self.asked.wishes.hours or (time.min, time.min)
        hours = {"opens": f"{opens:%H:%M}", "closes": f"{closes:%H:%M}"}
        if closes == time.min:
            return _("before %(opens)s") % hours
        if opens == time.min:
            return _("past %(closes)s") % hours
        return _("outside %(opens)s–%(closes)s") % hours

    def _weekday_words(self) -> str:
        days = listed(str(WEEKDAYS[day]) for day in sorted(self.asked.wishes.weekdays) or [0])
        return _("not on %(days)s") % {"days": days}

    def _person_words(self) -> str:
        person = self.asked.form.people.get(self.asked.wishes.person or 0)
        return _("not with %(name)s") % {"name": person}

    def _verb(self, proposal: Proposal) -> str:
        """ "Book all 5", "Book these 3", "Book session 3", "Book the first 3, leave 2 to be
        booked"."""
        sessions, found = self.asked.found.sessions, len(proposal.slots)
        if found < len(sessions):
            return leaving(found, len(sessions) - found)
        if len(sessions) == 1:
            return _("Book session %(number)d") % {"number": sessions[0].number}
        every = len(sessions) == len(courses.open_run(self.asked.course))
        return (_("Book all %(n)d") if every else _("Book these %(n)d")) % {"n": len(sessions)}


def _standing_before(asked: Asked) -> tuple[Date, ...]:
    """The booked session that the first gap is counted from, if there is one."""
    before = asked.found.sessions[0].number - 1
    return tuple(
        Date(each.number, *_said(each.appointment.starts_at), taken=True)
        for each in asked.course.sessions.all()
        if each.number == before and each.state == "booked" and each.appointment
    )


def _said(start: datetime) -> tuple[datetime, str, str, str]:
    """A start, how machines write it, and its day and time of day in words: a page names some forty
    of them."""
    iso = start.isoformat()  # the time of day stands in it already
    return start, iso, day_words(start), iso[11:16]


def _said_once(names: list[str]) -> tuple[list[str], str]:
    """The names per session, and the one name for all when they are the same."""
    return ([""] * len(names), names[0]) if len(set(names)) == 1 else (names, "")


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)
