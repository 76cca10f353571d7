"""The answer of a series search in words: proposals to book, or what stands in the way."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clinic.scheduling.clock import local_date, to_datetime
from clinic.scheduling.refusals import Refusal, SessionRefusal, listed
from clinic.scheduling.series import Label, Proposal
from clinic.scheduling.slots import Slot
from treatments.forms.series import Offer, SeriesForm
from treatments.models import Course, Session
from treatments.queries import courses
from treatments.queries.series import Search, Wishes

TITLES = {
    Label.BEST: gettext_lazy("Best"),
    Label.SOONER: gettext_lazy("Sooner"),
    Label.OTHER_DAYS: gettext_lazy("Other dates"),
    Label.OTHER_WEEKDAYS: gettext_lazy("Other weekdays"),
    Label.OTHER_PERSON: gettext_lazy("Somebody else"),
}
NOON, EVENING = time(12), time(17)


@dataclass(frozen=True, slots=True)
class Date:
    """One session of a proposal; `start` is aware, `person` and `room` empty when said once."""

    number: int
    start: datetime
    person: str = ""
    room: str = ""
    gap: int | None = None
    taken: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """One proposal as the component draws it."""

    title: str
    best: bool
    note: str
    sessions: tuple[Date, ...]
    fields: tuple[dict[str, str], ...]
    verb: str


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


@dataclass(frozen=True, slots=True)
class Words:
    """Puts one search into words; all times by the clock of the course's location."""

    course: Course
    found: Search
    wishes: Wishes
    form: SeriesForm

    @property
    def zone(self) -> ZoneInfo:
        return self.course.location.zone

    # Proposals ------------------------------------------------------------------------------------

    def cards(self) -> list[Card]:
        if isinstance(self.found.answer, Refusal):
            return []
        return [self._card(each) for each in self.found.answer]

    def _card(self, proposal: Proposal) -> Card:
        people, rooms = self._names(proposal, "person"), self._names(proposal, "room", "device")
        same_people, same_room = len(set(people)) == 1, len(set(rooms)) == 1
        dates = tuple(
            Date(
                number=session.number,
                start=self._start(slot),
                person="" if same_people else person,
                room="" if same_room else room,
                gap=gap,
            )
            for session, slot, gap, person, room in zip(
                self.found.sessions, proposal.slots, proposal.gaps, people, rooms, strict=True
            )
        )
        said_once = [people[0] if same_people else "", rooms[0] if same_room else ""]
        return Card(
            title=self._title(proposal),
            best=proposal.label is Label.BEST,
            note=" · ".join(
                filter(None, [*said_once, self._end(proposal), *self._given_up(proposal)])
            ),
            sessions=(*self._standing_before(), *dates),
            fields=({"name": "offer", "value": Offer.of(proposal.slots).signed(self.course)},),
            verb=_verb(self.found.sessions),
        )

    def _names(self, proposal: Proposal, *kinds: str) -> list[str]:
        """Per session the names of those kinds that are held for it."""
        known = {each.id: each for each in self.found.snapshot.resources}
        return [
            ", ".join(
                dict.fromkeys(known[pk].name for pk in slot.assignment if known[pk].kind in kinds)
            )
            for slot in proposal.slots
        ]

    def _standing_before(self) -> Iterable[Date]:
        """The booked session that the first gap is counted from."""
        first = self.found.sessions[0].number
        for dot in courses.dots(self.course):
            appointment = dot.session.appointment
            if dot.session.number == first - 1 and dot.session.state == "booked" and appointment:
                yield Date(dot.session.number, appointment.starts_at, taken=True)

    def _title(self, proposal: Proposal) -> str:
        if proposal.label is Label.OTHER_TIMES:
            return _part_of_day([self._start(slot).time() for slot in proposal.slots])
        days = {self._start(slot).weekday() for slot in proposal.slots}
        if len(days) == 1 and proposal.label in (Label.OTHER_DAYS, Label.OTHER_WEEKDAYS):
            return _("Always %(day)s") % {"day": WEEKDAYS[days.pop()]}
        return str(TITLES[proposal.label])

    def _end(self, proposal: Proposal) -> str:
        if len(proposal.slots) == 1:
            return ""
        return _("ends %(day)s") % {"day": day_words(self._start(proposal.slots[-1]))}

    def _given_up(self, proposal: Proposal) -> list[str]:
        """The wishes that this proposal does not keep, with the sessions that break them."""
        broken = [
            (
                words,
                [
                    s.number
                    for s, slot in zip(self.found.sessions, proposal.slots, strict=True)
                    if breaks(slot)
                ],
            )
            for words, breaks in (
                (self._hours_words(), self._off_hours),
                (self._weekday_words(), self._off_weekday),
                (self._person_words(), self._without_person),
            )
        ]
        total = len(proposal.slots)
        return [_broken(words, numbers, total) for words, numbers in broken if numbers]

    def _hours_words(self) -> str:
        opens, closes = self.wishes.hours or (time.min, time.min)
        return _("not %(opens)s–%(closes)s") % {
            "opens": f"{opens:%H:%M}",
            "closes": f"{closes:%H:%M}",
        }

    def _weekday_words(self) -> str:
        days = listed(str(WEEKDAYS[day]) for day in sorted(self.wishes.weekdays) or [0])
        return _("not on %(days)s") % {"days": days}

    def _person_words(self) -> str:
        person = self.form.people.get(self.wishes.person or 0)
        return _("not with %(name)s") % {"name": person}

    def _off_hours(self, slot: Slot) -> bool:
        if self.wishes.hours is None:
            return False
        opens, closes = self.wishes.hours
        start, end = self._start(slot), to_datetime(slot.end).astimezone(self.zone)
        too_late = closes != time.min and (end.date() > start.date() or end.time() > closes)
        return start.time() < opens or too_late

    def _off_weekday(self, slot: Slot) -> bool:
        wished = self.wishes.weekdays
        return bool(wished) and self._start(slot).weekday() not in wished

    def _without_person(self, slot: Slot) -> bool:
        return self.wishes.person is not None and self.wishes.person not in slot.assignment

    def _start(self, slot: Slot) -> datetime:
        return to_datetime(slot.start).astimezone(self.zone)

    # Refusals -------------------------------------------------------------------------------------

    def obstacles(self) -> list[Obstacle]:
        if not isinstance(self.found.answer, Refusal):
            return []
        return [self._obstacle(each) for each in self.found.answer.sessions]

    def _obstacle(self, refused: SessionRefusal) -> Obstacle:
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
        start = self._start(slot)
        changed = self._widened(slot)
        late = local_date(slot.start, self.zone) > refused.window[1]
        return Alternative(
            text=f"{day_words(start)}, {start:%H:%M}",
            url=self.form.query(**changed) if changed and not late else "",
            note=_("later than usual") if late else "",
        )

    def _widened(self, slot: Slot) -> dict[str, list[str]]:
        """The fields of the search, changed just so far that this slot keeps all wishes."""
        changed: dict[str, list[str]] = {}
        if self._off_hours(slot) and self.wishes.hours:
            changed |= self._wider_hours(slot, *self.wishes.hours)
        if self._off_weekday(slot):
            days = {*self.wishes.weekdays, self._start(slot).weekday()}
            changed["weekdays"] = [str(day) for day in sorted(days)]
        if self.wishes.only_that_person and self._without_person(slot):
            changed["person"] = [str(self.wishes.person)]
        return changed

    def _wider_hours(self, slot: Slot, opens: time, closes: time) -> dict[str, list[str]]:
        start = self._start(slot).time()
        end = to_datetime(slot.end).astimezone(self.zone).time()
        until = closes if closes == time.min else max(closes, end)
        return {
            "opens": [f"{min(opens, start):%H:%M}"],
            "closes": [f"{until:%H:%M}" if until != time.min else ""],
        }

    def ways_out(self) -> list[Alternative]:
        """Searches that ask for less."""
        if not isinstance(self.found.answer, Refusal):
            return []
        wishes, form = self.wishes, self.form
        ways = [
            (wishes.hours is not None, _("At any time of day"), {"opens": [""], "closes": [""]}),
            (bool(wishes.weekdays), _("On any weekday"), {"weekdays": []}),
            (wishes.only_that_person, _("With anyone"), {"person": [""]}),
        ]
        fewer = _fitting(self.found.answer)
        if fewer:
            text = ngettext("Only the next session", "Only the next %(n)d sessions", fewer)
            ways.append((True, text % {"n": fewer}, {"sessions": [str(fewer)]}))
        return [Alternative(text, form.query(**change), "") for held, text, change in ways if held]


def _fitting(refusal: Refusal) -> int:
    """How many sessions come before the first that is refused."""
    return next((at for at, each in enumerate(refusal.sessions) if each.reasons), 0)


def _verb(sessions: Sequence[Session]) -> str:
    """ "Book all 5", "Book session 3"."""
    if len(sessions) == 1:
        return _("Book session %(number)d") % {"number": sessions[0].number}
    return _("Book all %(n)d") % {"n": len(sessions)}


def _part_of_day(starts: Sequence[time]) -> str:
    if all(start < NOON for start in starts):
        return _("Mornings")
    if all(NOON <= start < EVENING for start in starts):
        return _("Afternoons")
    return _("Evenings") if all(start >= EVENING for start in starts) else _("Other times")


def _broken(words: str, numbers: Sequence[int], total: int) -> str:
    """ "not on Tuesday", or for some of the sessions "session 2 not on Tuesday"."""
    if len(numbers) == total:
        return words
    which = listed(str(number) for number in numbers)
    text = ngettext("session %(which)s %(words)s", "sessions %(which)s %(words)s", len(numbers))
    return text % {"which": which, "words": words}


def day_words(day: date) -> str:
    """ "Tue 12 Jan"."""
    return date_format(day, "D j M")
