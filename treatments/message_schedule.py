"""When the letters around a visit are due, and the one about the skin.

Pure: the clock is never read. A protocol carries its timeline as `Step` rows, which are data that a
clinic may edit; this module turns them and the facts of one visit into `Wanted` messages. Offsets,
hours and expiry follow the clinical fact base 5.1-5.7. Courses as a whole: `course_schedule`; a
retinoid at home: `home_schedule`.

Day 0 is the date of the visit in the zone of the clinic's location. The time of day at which a
letter goes out is the patient's own.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

from patients.message_rules import QuietHours, Wanted, at_local
from treatments.message_timing import QUIET, Window, in_order, message, occurrence, offsets, on_day
from treatments.performed import Performed
from treatments.protocol_data.step import MORNING, Condition, Step, skin_group

SessionState = Literal["booked", "done", "cancelled", "no_show"]

EDUCATION = "education"
EDUCATION_LASTS = timedelta(days=14)
"""What a milium is stays true, but who hears it weeks later has been told in the room [practice,
unsourced]."""
ECHO: Final = timedelta(days=3)
"""Two letters that ask for the same thing are this far apart [practice, unsourced]."""
ABOUT_GOING_ON: Final = frozenset({"progress"})
"""Letters after a session that ask how to go on."""
MARGIN = timedelta(minutes=15)
"""The distance a first-night letter keeps from the quiet hours and from the end of the session."""


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """What is known about one session of a course.

    All instants are aware. `zone` is the patient's, `location_zone` the clinic's. `previous_` and
    `next_starts_at` are the neighbours that are booked or done. `skin_type` is Fitzpatrick 1-6;
    unknown counts as 4-6, the longer precautions. `uses_retinoid` is None when nobody asked, and
    then the patient is told. `screened` means: the answers given still hold on the day.
    `done_at` is when the visit was closed in the records; None means at its end. `performed` is
    what its signed record says. `gone_at` is when a cancelled or missed visit was known not to take
    place, given only while nothing is booked in its stead.
    """

    number: int
    total: int
    starts_at: datetime
    ends_at: datetime
    state: SessionState
    zone: ZoneInfo
    location_zone: ZoneInfo
    skin_type: int | None = None
    previous_starts_at: datetime | None = None
    next_starts_at: datetime | None = None
    uses_retinoid: bool | None = None
    antiviral_ordered: bool = False
    priming_ordered: bool = False
    screened: bool = False
    done_at: datetime | None = None
    performed: Performed | None = None
    gone_at: datetime | None = None

    @property
    def day0(self) -> date:
        return self.starts_at.astimezone(self.location_zone).date()

    @property
    def ended_at(self) -> datetime:
        """The end of the treatment: the real one where it is known."""
        return self.performed.ended_at if self.performed else self.ends_at

    @property
    def known_done_at(self) -> datetime:
        return self.done_at or self.ended_at

    @property
    def days_to_next(self) -> int | None:
        return self._days_between(self.starts_at, self.next_starts_at)

    @property
    def days_since_previous(self) -> int | None:
        return self._days_between(self.previous_starts_at, self.starts_at)

    def _days_between(self, first: datetime | None, second: datetime | None) -> int | None:
        if first is None or second is None:
            return None
        zone = self.location_zone
        return (second.astimezone(zone).date() - first.astimezone(zone).date()).days


CONDITIONS: Mapping[Condition, Callable[[SessionFacts], bool]] = {
    "first": lambda facts: facts.number == 1,
    "not_first": lambda facts: facts.number > 1,
    "last": lambda facts: facts.number >= facts.total,
    "not_last": lambda facts: facts.number < facts.total,
    "after_session_4": lambda facts: facts.number == 4,
    "priming": lambda facts: facts.priming_ordered,
    "antiviral": lambda facts: facts.antiviral_ordered,
    "retinoid": lambda facts: facts.uses_retinoid is not False,
    "unscreened": lambda facts: not facts.screened,
    "missed": lambda facts: facts.state == "no_show",
    "cancelled": lambda facts: facts.state == "cancelled",
    # asked of a retinoid at home alone (`home_schedule`)
    "conceives": lambda facts: False,
}


def session_timeline(
    steps: Iterable[Step], facts: SessionFacts, booked_at: datetime, quiet: QuietHours = QUIET
) -> tuple[Wanted, ...]:
    """The messages one session should have, in order of their time.

    `booked_at` is when the session got its present time (booked, or last moved): a letter whose
    moment lay before it is due at once while it is still useful, and left out afterwards.
    Of a cancelled or missed session only the letter that asks to book again is left, while nothing
    is booked in its stead. Preparation is planned from the day after the session before it and
    expires when the session starts; aftercare is planned once the session is done, by the end and
    the steps of what was done (`performed.steps_after`).
    """
    if facts.state in ("cancelled", "no_show"):
        return _rebook(steps, facts, quiet)
    chosen = [step for step in steps if step.anchor == "session" and _applies(step, facts)]
    days = [(step, day) for step in chosen for day in _session_days(step, facts)]
    covered = {(kind, day) for step, day in days for kind in step.covers}
    return in_order(
        message(step, occurrence(step, facts.day0, day), window, facts.zone, quiet)
        for step, day in days
        if (step.kind, day) not in covered
        for window in [_session_window(step, day, facts, booked_at, quiet)]
    )


def _rebook(steps: Iterable[Step], facts: SessionFacts, quiet: QuietHours) -> tuple[Wanted, ...]:
    """Counted from the day on which it was known that the visit does not take place."""
    if facts.gone_at is None:
        return ()
    day = facts.gone_at.astimezone(facts.location_zone).date()
    return in_order(
        message(step, occurrence(step, facts.day0, step.day), window, facts.zone, quiet)
        for step in steps
        if step.anchor == "gone" and all(CONDITIONS[name](facts) for name in step.only)
        for window in [on_day(step, day + timedelta(days=step.day), facts.zone, facts.gone_at)]
    )


def without_echo(
    asked: Sequence[Wanted], chain: Sequence[Wanted], state: SessionState
) -> tuple[Wanted, ...]:
    """Those of `asked` to book again that the course's own `chain` (due, late, lapsed) does not say
    as well. Whoever cancelled has been told how to book again: the chain is enough. Whoever did not
    come hears from us (fact base 5.7), unless the chain writes at about the same time."""
    if state == "cancelled" and chain:
        return ()
    return tuple(
        each for each in asked if all(abs(other.due_at - each.due_at) > ECHO for other in chain)
    )


def care_only(steps: Iterable[Step]) -> tuple[Step, ...]:
    """Of a course that was stopped or interrupted: care for what was done goes on, above all when
    it was stopped because of it; nothing prepares or asks for a next session."""
    return tuple(
        step for step in steps if step.needs_attendance and step.kind not in ABOUT_GOING_ON
    )


def education_timeline(
    since: datetime | None, zone: ZoneInfo, quiet: QuietHours = QUIET
) -> tuple[Wanted, ...]:
    """The letter on why milia are not squeezed (the guide, "Why DIY Fails"; fact base 3, S7), once
    for each patient: the morning after milia were found or a course was agreed, with the other
    advice of that day. `since` is that moment (aware), None while there was none."""
    if since is None:
        return ()
    due = at_local(since.astimezone(zone).date() + timedelta(days=1), MORNING, zone)
    allowed = quiet.next_allowed(due, zone)
    return (Wanted(EDUCATION, "", allowed, allowed + EDUCATION_LASTS),)


def _applies(step: Step, facts: SessionFacts) -> bool:
    attended = facts.state == "done" or not step.needs_attendance
    met = all(CONDITIONS[name](facts) for name in step.only)
    return attended and met and step.skin in ("all", skin_group(facts.skin_type))


def _session_days(step: Step, facts: SessionFacts) -> list[int]:
    """The day offsets of a step that fall between the sessions before and after this one."""
    days = offsets(step, _last_day(step, facts))
    gap = facts.days_since_previous
    return [day for day in days if gap is None or day > -gap]


def _last_day(step: Step, facts: SessionFacts) -> int:
    gap = facts.days_to_next
    if gap is None:
        return step.last_day
    # The eve of a session has a letter of its own; a repeat on that day would be a second e-mail.
    before_next = gap - 2 if step.every else gap - 1
    return before_next if step.to_next else min(step.last_day, before_next)


def _session_window(
    step: Step, day: int, facts: SessionFacts, booked_at: datetime, quiet: QuietHours
) -> Window:
    lasts = timedelta(hours=step.expires_hours)
    if step.after_minutes is not None:
        wished = facts.ended_at + timedelta(minutes=step.after_minutes)
        due = _first_night(wished, facts.known_done_at, facts.zone, quiet)
        return Window(due, facts.known_done_at, max(wished, due) + lasts, facts.starts_at)
    due = _wall_clock(step, day, facts)
    if step.needs_attendance:
        return Window(due, facts.known_done_at, due + lasts, facts.starts_at)
    return Window(due, booked_at, min(due + lasts, facts.starts_at), facts.starts_at)


def _first_night(
    wished: datetime, known_at: datetime, zone: ZoneInfo, quiet: QuietHours
) -> datetime:
    """A letter about the first night helps little after it: one that would fall into the quiet
    hours goes shortly before them, or else with the letter of the next morning."""
    if not quiet.contains(wished, zone):
        return wished
    evening = at_local(known_at.astimezone(zone).date(), quiet.starts, zone) - MARGIN
    if evening >= known_at + MARGIN:
        return evening
    allowed = quiet.next_allowed(wished, zone)
    return max(allowed, at_local(allowed.astimezone(zone).date(), MORNING, zone))


def _wall_clock(step: Step, day: int, facts: SessionFacts) -> datetime:
    due = at_local(facts.day0 + timedelta(days=day), step.at or MORNING, facts.zone)
    # Far from the clinic a patient's calendar may be a day ahead of the visit.
    ahead = day < 0 and due >= facts.starts_at
    return due - timedelta(days=1) if ahead else due
