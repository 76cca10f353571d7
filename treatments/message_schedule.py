"""When the letters around a session, and around a whole course, are due.

Pure: the clock is never read. A protocol carries its timeline as `Step` rows, which are data that a
clinic may edit; this module turns them and the facts of one session or course into `Wanted`
messages. Offsets, hours and expiry follow the clinical fact base 5.1-5.7.

Day 0 is the date of the session in the zone of the clinic's location. The time of day at which a
letter goes out is the patient's own.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from patients.message_rules import QuietHours, Wanted, at_local
from treatments.protocol_data.step import (
    EVENING,
    MORNING,
    Anchor,
    Condition,
    Step,
    skin_group,
)

__all__ = [
    "CONDITIONS",
    "EVENING",
    "MORNING",
    "CourseFacts",
    "SessionFacts",
    "Step",
    "course_timeline",
    "education_timeline",
    "session_timeline",
]

SessionState = Literal["booked", "done", "cancelled", "no_show"]
CourseState = Literal["open", "complete", "stopped"]

QUIET = QuietHours()
EDUCATION = "education"
EDUCATION_LASTS = timedelta(days=14)
"""What a milium is stays true, but who hears it weeks later has been told in the room [practice,
unsourced]."""
MARGIN = timedelta(minutes=15)
"""The distance a first-night letter keeps from the quiet hours and from the end of the session."""


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """What is known about one session of a course.

    All instants are aware. `zone` is the patient's, `location_zone` the clinic's. `previous_` and
    `next_starts_at` are the neighbours that are booked or done. `skin_type` is Fitzpatrick 1-6;
    unknown counts as 4-6, the longer precautions. `uses_retinoid` is None when nobody asked, and
    then the patient is told. `screened` means: the answers given still hold on the day.
    `done_at` is when the visit was closed in the records; None means at its end.
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

    @property
    def day0(self) -> date:
        return self.starts_at.astimezone(self.location_zone).date()

    @property
    def known_done_at(self) -> datetime:
        return self.done_at or self.ends_at

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


@dataclass(frozen=True, slots=True)
class CourseFacts:
    """What is known about a course: sessions done of those planned, the start of the last one
    done, the start of the next one booked. `since` is the moment from which it has stood like
    this (visit signed, next session cancelled): letters that expired earlier are not planned."""

    done: int
    total: int
    last_done_at: datetime | None
    next_starts_at: datetime | None
    state: CourseState
    zone: ZoneInfo
    location_zone: ZoneInfo
    since: datetime | None = None

    @property
    def anchor(self) -> Anchor | None:
        """Which steps apply now; None for none."""
        if self.state == "stopped" or self.done == 0:
            return None
        if self.state == "complete" or self.done >= self.total:
            return "course_end"
        return "unbooked" if self.next_starts_at is None else None


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
}


def session_timeline(
    steps: Iterable[Step], facts: SessionFacts, booked_at: datetime, quiet: QuietHours = QUIET
) -> tuple[Wanted, ...]:
    """The messages one session should have, in order of their time.

    `booked_at` is when the session got its present time (booked, or last moved): a letter whose
    moment lay before it is due at once while it is still useful, and left out afterwards.
    Cancelled and missed sessions have none. Preparation is planned from the day after the session
    before it and expires when the session starts; aftercare is planned once the session is done.
    """
    if facts.state in ("cancelled", "no_show"):
        return ()
    chosen = [step for step in steps if step.anchor == "session" and _applies(step, facts)]
    days = [(step, day) for step in chosen for day in _session_days(step, facts)]
    covered = {(kind, day) for step, day in days for kind in step.covers}
    return _in_order(
        _message(step, facts.day0, day, window, facts.zone, quiet)
        for step, day in days
        if (step.kind, day) not in covered
        for window in [_session_window(step, day, facts, booked_at, quiet)]
    )


def course_timeline(
    steps: Iterable[Step], facts: CourseFacts, quiet: QuietHours = QUIET
) -> tuple[Wanted, ...]:
    """The messages a course should have as a whole: while its next session is not booked, and
    after its end. Empty before the first session, and for a course that was stopped."""
    anchor, last = facts.anchor, facts.last_done_at
    if anchor is None or last is None:
        return ()
    day0 = last.astimezone(facts.location_zone).date()
    return _in_order(
        _message(step, day0, day, _course_window(step, day0, day, facts, last), facts.zone, quiet)
        for step in steps
        if step.anchor == anchor
        for day in _offsets(step, step.last_day)
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


class _Window(NamedTuple):
    """When a letter is due, when we first knew that it was wanted, and when it is useless."""

    due: datetime
    known_at: datetime
    expires: datetime
    about_at: datetime | None = None


def _applies(step: Step, facts: SessionFacts) -> bool:
    attended = facts.state == "done" or not step.needs_attendance
    met = all(CONDITIONS[name](facts) for name in step.only)
    return attended and met and step.skin in ("all", skin_group(facts.skin_type))


def _offsets(step: Step, last: int) -> Iterable[int]:
    return range(step.day, last + 1, step.every or max(1, last - step.day + 1))


def _session_days(step: Step, facts: SessionFacts) -> list[int]:
    """The day offsets of a step that fall between the sessions before and after this one."""
    days = _offsets(step, _last_day(step, facts))
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
) -> _Window:
    lasts = timedelta(hours=step.expires_hours)
    if step.after_minutes is not None:
        wished = facts.ends_at + timedelta(minutes=step.after_minutes)
        due = _first_night(wished, facts.known_done_at, facts.zone, quiet)
        return _Window(due, facts.known_done_at, max(wished, due) + lasts, facts.starts_at)
    due = _wall_clock(step, day, facts)
    if step.needs_attendance:
        return _Window(due, facts.known_done_at, due + lasts, facts.starts_at)
    return _Window(due, booked_at, min(due + lasts, facts.starts_at), facts.starts_at)


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


def _course_window(step: Step, day0: date, day: int, facts: CourseFacts, last: datetime) -> _Window:
    due = at_local(day0 + timedelta(days=day), step.at or MORNING, facts.zone)
    return _Window(due, facts.since or last, due + timedelta(hours=step.expires_hours))


def _message(
    step: Step, day0: date, day: int, window: _Window, zone: ZoneInfo, quiet: QuietHours
) -> Wanted | None:
    """The message of a step on one of its days, or None when it can no longer be of use."""
    if window.due < window.known_at and not step.catch_up:
        return None
    due = quiet.next_allowed(max(window.due, window.known_at), zone)
    if due >= window.expires:
        return None
    occurrence = f"{day0}/{day:+d}" if step.per_date else f"{day:+d}"
    return Wanted(step.kind, occurrence, due, window.expires, about_at=window.about_at)


def _in_order(planned: Iterable[Wanted | None]) -> tuple[Wanted, ...]:
    wanted = [message for message in planned if message is not None]
    return tuple(sorted(wanted, key=lambda message: message.due_at))
