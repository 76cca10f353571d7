"""A re-plan in words: each visit with where it goes, what changes, and what else it could have."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinic.models import Appointment
from clinic.scheduling.clock import to_datetime
from clinic.scheduling.refusals import listed
from clinic.scheduling.replan import Outcome, Outnumbered
from clinic.scheduling.slots import Slot
from clinic.scheduling.spacing import Verdict
from clinic.templatetags.desk import duration
from treatments.forms.replan import Offered
from treatments.models import Course, Session
from treatments.queries import courses
from treatments.queries.courses import Dot
from treatments.queries.replan import Choice, Situation, slot_of


@dataclass(frozen=True, slots=True)
class Time:
    """A time that a visit could have, as the list offers it."""

    text: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Gap:
    """The days to a neighbouring session before and after the move; `other` is its number."""

    other: int
    is_before: bool
    was: int | None
    days: int
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Row:
    """One touched visit. `after` is None for one that is not moved, `reasons` say why not."""

    visit: Appointment
    session: Session | None
    dots: list[Dot]
    people: str
    after: datetime | None
    shift: str
    changes: tuple[str, ...]
    gaps: tuple[Gap, ...]
    times: tuple[Time, ...]
    reasons: tuple[str, ...]
    choice: Choice

    @property
    def is_unsolved(self) -> bool:
        return self.after is None and not self.choice.is_left


@dataclass(frozen=True, slots=True)
class Plan:
    """All rows, and the signed offer that they were made from."""

    unsolved: list[Row]
    moved: list[Row]
    left: list[Row]
    offer: str

    @property
    def later(self) -> int:
        """How many give their time up."""
        return sum(row.choice.later for row in self.left)

    @property
    def staying(self) -> int:
        return len(self.unsolved) + sum(row.choice.stays for row in self.left)

    @property
    def total(self) -> int:
        return len(self.unsolved) + len(self.moved) + len(self.left)


def plan_of(situation: Situation, before: Offered | None) -> Plan:
    """The situation as a page shows it. What was offered `before` goes on being offered to the
    visits that are left out for now."""
    slots = {visit.pk: _slots(situation, visit, before) for visit in situation.visits}
    offered = {visit.pk: (visit.version, slots[visit.pk]) for visit in situation.visits}
    words = _Words(situation)
    rows = [words.row(visit, slots[visit.pk]) for visit in situation.visits]
    return Plan(
        unsolved=[row for row in rows if row.is_unsolved],
        moved=[row for row in rows if row.after is not None],
        left=[row for row in rows if row.choice.is_left],
        offer=Offered(uuid.uuid4(), offered).signed(situation.cause),
    )


def _slots(situation: Situation, visit: Appointment, before: Offered | None) -> tuple[Slot, ...]:
    """What may be chosen for a visit; the slot that it gets, if any, comes first."""
    outcome = situation.outcomes.get(visit.pk)
    if outcome is not None:
        first = () if outcome.after is None else (outcome.after,)
        return first + outcome.others
    return before.visits[visit.pk][1] if before and visit.pk in before.visits else ()


def shift(before: datetime, after: datetime) -> str:
    """How far a visit moves on the wall: "2 days later", "1 day earlier, 30 min later"."""
    days = (after.date() - before.date()).days
    minutes = (after.hour - before.hour) * 60 + after.minute - before.minute
    if not days and not minutes:
        return _("same day and time")
    lengths = [
        (days, ngettext("%(n)d day", "%(n)d days", abs(days)) % {"n": abs(days)}),
        (minutes, duration(abs(minutes))),
    ]
    later, earlier = _("%(length)s later"), _("%(length)s earlier")
    parts = [
        (later if signed > 0 else earlier) % {"length": length}
        for signed, length in lengths
        if signed
    ]
    return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class _Words:
    situation: Situation

    def row(self, visit: Appointment, slots: Sequence[Slot]) -> Row:
        outcome = self.situation.outcomes.get(visit.pk)
        after = outcome.after if outcome else None
        session = self.situation.sessions.get(visit.pk)
        course = self._course(session)
        return Row(
            visit=visit,
            session=session,
            dots=courses.dots(course) if course else [],
            people=self._named(slot_of(visit), "person"),
            after=self._moment(after) if after else None,
            shift=shift(visit.starts_at, self._moment(after)) if after else "",
            changes=tuple(self._changes(slot_of(visit), after)) if after else (),
            gaps=tuple(self._gaps(visit, self._moment(after).date())) if after else (),
            times=tuple(Time(self._time(visit, slot), slot == after) for slot in slots),
            reasons=tuple(self._reasons(outcome)) if outcome else (),
            choice=self.situation.choice(visit),
        )

    def _course(self, session: Session | None) -> Course | None:
        return self.situation.courses[session.course_id] if session else None

    def _time(self, visit: Appointment, slot: Slot) -> str:
        """ "Thu 3 Dec, 10:00", and who is there if it is somebody else: " · Nurse Nora"."""
        start, people = self._moment(slot), self._named(slot, "person")
        when = f"{date_format(start, 'D j M')}, {start:%H:%M}"
        is_other = people and people != self._named(slot_of(visit), "person")
        return f"{when} · {people}" if is_other else when

    def _moment(self, slot: Slot) -> datetime:
        return to_datetime(slot.start).astimezone(self.situation.cause.location.zone)

    def _named(self, slot: Slot, *kinds: str) -> str:
        """The names of those kinds that a slot holds."""
        return ", ".join(dict.fromkeys(self._names(slot, kinds)))

    def _names(self, slot: Slot, kinds: Sequence[str]) -> Iterator[str]:
        known = {one.id: one for one in self.situation.view.resources}
        for pk in slot.assignment:
            if pk in known and known[pk].kind in kinds:
                yield known[pk].name

    def _changes(self, before: Slot, after: Slot) -> Iterator[str]:
        """Who and what is another one: "Nurse Nora instead of Dr Cole"."""
        for kinds in (("person",), ("room",), ("device",)):
            was, now = self._named(before, *kinds), self._named(after, *kinds)
            if was != now and was and now:
                yield _("%(now)s instead of %(was)s") % {"now": now, "was": was}
            elif was != now and now:
                yield now

    def _gaps(self, visit: Appointment, day: date) -> Iterator[Gap]:
        """To the sessions before and after, at their new times if they move as well."""
        near = self.situation.neighbours(visit)
        spacing = near.course.protocol.spacing if near else None
        if near is None or spacing is None:
            return
        was = courses.session_day(near.session)
        for other in (near.before(self._stands), near.after(self._stands)):
            at = self._day(other) if other else None
            if other is None or at is None:
                continue
            apart = abs(other.number - near.session.number)
            days = abs((day - at).days)
            old = courses.session_day(other)
            yield Gap(
                other=other.number,
                is_before=other.number < near.session.number,
                was=abs((was - old).days) if was and old else None,
                days=days,
                verdict=spacing.times(apart).judge(days),
            )

    def _stands(self, session: Session) -> bool:
        return self._day(session) is not None

    def _day(self, session: Session) -> date | None:
        """The day that a session has once the plan is carried out; None without one."""
        outcome = self.situation.outcomes.get(session.appointment_id or 0)
        if outcome is not None:
            return self._moment(outcome.after).date() if outcome.after else None
        given_up = self.situation.choices.get(session.appointment_id or 0, Choice()).later
        return None if given_up else courses.session_day(session)

    def _reasons(self, outcome: Outcome) -> Iterator[str]:
        for reason in outcome.reasons:
            if isinstance(reason, Outnumbered):
                yield _("%(reason)s: %(names)s.") % {
                    "reason": reason,
                    "names": self._patients(reason.rivals),
                }
            else:
                yield f"{reason}."

    def _patients(self, visits: Sequence[int]) -> str:
        names = {visit.pk: visit.patient.full_name for visit in self.situation.visits}
        return listed(dict.fromkeys(names[pk] for pk in visits))
