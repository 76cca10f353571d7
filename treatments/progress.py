"""What the next session of a course should be, and when a course is to be looked at again.

Pure. The ladder of strengths and the range of contact times are the protocol's. One variable is
changed per visit, strength or time (clinical fact base 1.2); something untoward goes one step down;
so does a course that lapsed (0). Nothing here is carried out: it is proposed, with a sentence and
its source.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from patients.marked_text import gettext_noop as _
from treatments.protocol_data.spine import BASE

PRACTICE: Final = "practice, unsourced"
TIME_STEP: Final = 30
"""Seconds by which a contact time is changed at once."""
HURTS: Final = 7
"""From this pain on, of 10, nothing is raised."""
RISE_PERCENT: Final = 20
RISE_FROM_SESSION: Final = 3
TARGET_PERCENT: Final = 90
HALF: Final = 50

Change = Literal["start", "same", "stronger", "longer", "weaker", "shorter"]
_OVER: Final = ("frost", "patchy_frost")
_REACHED: Final = "erythema"
_LOOK_FIRST: Final = frozenset({"allergy", "eye", "scar"})


@dataclass(frozen=True, slots=True)
class Ladder:
    """What a protocol offers: strengths in percent, rising; contact time in seconds, least and
    most. `max_percent` is the most that whoever treats may apply, None for no limit."""

    strengths: tuple[Decimal, ...] = ()
    contact_seconds: tuple[int, int] | None = None
    max_percent: Decimal | None = None

    @property
    def allowed(self) -> tuple[Decimal, ...]:
        """The rungs within the limit of whoever treats."""
        top = self.max_percent
        return tuple(each for each in self.strengths if top is None or each <= top)

    def above(self, strength: Decimal) -> Decimal | None:
        return next((each for each in self.allowed if each > strength), None)

    def below(self, strength: Decimal) -> Decimal | None:
        return next((each for each in reversed(self.allowed) if each < strength), None)

    def forbids(self, strength: Decimal | None) -> bool:
        return strength is not None and self.max_percent is not None and strength > self.max_percent


@dataclass(frozen=True, slots=True)
class Event:
    """An adverse event: `kind` and `severity` as `treatments.models.AdverseEvent` names them."""

    kind: str
    severity: str


@dataclass(frozen=True, slots=True)
class Last:
    """The last signed visit of the course. `endpoint` as in `PeelRecord.Endpoint`, pain 0 to 10.
    `healed_badly`: the patient's report or the next look at the skin says so. `days_ago` counts
    from that visit to the next one."""

    strength: Decimal | None = None
    contact_seconds: int | None = None
    endpoint: str = ""
    pain: int | None = None
    events: tuple[Event, ...] = ()
    broken_off: bool = False
    healed_badly: bool = False
    days_ago: int | None = None


@dataclass(frozen=True, slots=True)
class NextStep:
    """The proposal. `sentence` is for clinicians; `look_first`: a clinician looks at the skin
    before anything is done."""

    change: Change
    strength: Decimal | None
    contact_seconds: int | None
    sentence: str
    source: str
    look_first: bool = False


def next_step(last: Last | None, ladder: Ladder, *, lapse_days: int | None = None) -> NextStep:
    """What to do in the next session: the same, one step up in strength or time (never both), or
    one step down. `last` is None before the first session."""
    if last is None:
        return _start(ladder)
    if last.events or last.broken_off or last.endpoint in _OVER:
        return _down(last, ladder, *_why_down(last))
    if lapse_days is not None and last.days_ago is not None and last.days_ago > lapse_days:
        why = _("The course lapsed: assess again and begin one step lower.")
        return _down(last, ladder, why, f"{BASE} 0: {PRACTICE}", look_first=True)
    if ladder.forbids(last.strength):
        why = _("Whoever treats may not apply as much as last time: the strongest allowed.")
        return _down(last, ladder, why, f"{BASE} 1.2: strength by role")
    held = _why_same(last)
    return _same(last, *held) if held else _up(last, ladder)


def _start(ladder: Ladder) -> NextStep:
    first = ladder.strengths[0] if ladder.strengths else None
    seconds = ladder.contact_seconds[0] if ladder.contact_seconds else None
    source = f"{BASE} 1.2, 1.3: the lowest strength first, to see how the skin reacts"
    return NextStep("start", first, seconds, _("First session: begin low and short."), source)


def _why_down(last: Last) -> tuple[str, str, bool]:
    look = any(each.severity == "severe" or each.kind in _LOOK_FIRST for each in last.events)
    if last.endpoint in _OVER and not last.events:
        return _("It frosted last time: one step down."), f"{BASE} 1.2: frost, {PRACTICE}", False
    if last.broken_off and not last.events:
        return _("Broken off last time: one step down."), f"{BASE} 1.2: {PRACTICE}", False
    why = _("Something untoward last time: one step down.")
    return why, f"{BASE} 1.2: {PRACTICE}", look


def _down(last: Last, ladder: Ladder, why: str, source: str, look_first: bool = False) -> NextStep:
    lower = ladder.below(last.strength) if last.strength is not None else None
    if lower is not None:
        return NextStep("weaker", lower, last.contact_seconds, why, source, look_first)
    shorter = _shorter(last, ladder)
    if shorter is not None:
        return NextStep("shorter", last.strength, shorter, why, source, look_first)
    return NextStep("same", last.strength, last.contact_seconds, why, source, look_first=True)


def _shorter(last: Last, ladder: Ladder) -> int | None:
    if (
        ladder.forbids(last.strength)
        or ladder.contact_seconds is None
        or last.contact_seconds is None
    ):
        return None
    least = max(ladder.contact_seconds[0], last.contact_seconds - TIME_STEP)
    return least if least < last.contact_seconds else None


def _why_same(last: Last) -> tuple[str, str] | None:
    """What keeps a good session from being raised: a reason and its source."""
    if last.healed_badly:
        return _("The skin took long to calm down: the same again."), f"{BASE} 1.2: {PRACTICE}"
    if last.pain is not None and last.pain >= HURTS:
        return _("It hurt a good deal last time: the same again."), f"{BASE} 1.2: {PRACTICE}"
    if last.endpoint == _REACHED:
        return _("The endpoint was reached: the same again."), f"{BASE} 1.2: {PRACTICE}"
    return None


def _same(last: Last, why: str, source: str) -> NextStep:
    return NextStep("same", last.strength, last.contact_seconds, why, source)


def _up(last: Last, ladder: Ladder) -> NextStep:
    """The next strength with the time as it was; at the top, a longer time instead."""
    source = f"{BASE} 1.2: one variable per visit, strength or time; {PRACTICE}"
    stronger = ladder.above(last.strength) if last.strength is not None else None
    if stronger is not None:
        why = _("Well borne: the next strength, the time as it was.")
        return NextStep("stronger", stronger, last.contact_seconds, why, source)
    longer = _longer(last, ladder)
    if longer is not None:
        why = _("Well borne, no stronger one to go to: a little longer.")
        return NextStep("longer", last.strength, longer, why, source)
    return _same(last, _("Well borne, and nothing higher to go to: the same again."), source)


def _longer(last: Last, ladder: Ladder) -> int | None:
    if ladder.contact_seconds is None or last.contact_seconds is None:
        return None
    most = min(ladder.contact_seconds[1], last.contact_seconds + TIME_STEP)
    return most if most > last.contact_seconds else None


# When a course is to be looked at again --------------------------------------------------------

Prompt = Literal["rising", "target_met", "review", "not_responding"]


@dataclass(frozen=True, slots=True)
class Review:
    """A clinician is asked to look at the course as a whole."""

    prompt: Prompt
    sentence: str
    source: str


def percent_change(baseline: int, count: int) -> int | None:
    """By how many percent the count changed: below zero is fewer. None without a baseline.

    Whole percents, the rest cut off: 89.6 % fewer is 89, so that it says the same as the category
    and reaches a bound only where the exact share does."""
    if baseline == 0:
        return None
    whole = abs(count - baseline) * 100 // baseline
    return whole if count > baseline else -whole


def reviews(
    *,
    done: int,
    total: int,
    baseline: int | None,
    count: int | None,
    review_after_session: int | None = None,
    clear_percent: int = TARGET_PERCENT,
    response_percent: int = HALF,
) -> tuple[Review, ...]:
    """What to look at after so many sessions, the most pressing first.

    `baseline` and `count` are the milia before the course and now; None when not counted.
    `clear_percent` fewer means that the target is met, less than `response_percent` fewer after the
    whole series that the milia did not respond.
    """
    change = None
    if baseline is not None and count is not None:
        change = percent_change(baseline, count)
    found = (
        _rising(done, change, is_new=baseline == 0 and bool(count)),
        _target(done, total, change, clear_percent),
        _unresponsive(done, total, change, response_percent),
        _due(done, total, review_after_session),
    )
    return tuple(each for each in found if each)


def _rising(done: int, change: int | None, is_new: bool) -> Review | None:
    """`is_new`: there were none at the start, of which no percent can be taken."""
    rose = is_new or (change is not None and change >= RISE_PERCENT)
    if done < RISE_FROM_SESSION or not rose:
        return None
    return Review(
        "rising",
        _("There are more milia than at the start. Peels can cause new ones: look again."),
        f"{BASE} 8 row 3: a rise of {RISE_PERCENT} % after session {RISE_FROM_SESSION}; {PRACTICE}",
    )


def _target(done: int, total: int, change: int | None, clear: int) -> Review | None:
    if change is None or not done or -change < clear or done >= total:
        return None
    return Review(
        "target_met",
        _("The target is met: the course can end here."),
        f"{BASE} 1.2: stop when the target is met; 4.6: clear from {clear} %; {PRACTICE}",
    )


def _unresponsive(done: int, total: int, change: int | None, least: int) -> Review | None:
    if change is None or done < total or -change >= least:
        return None
    return Review(
        "not_responding",
        _("Fewer than half are gone after the whole series: choose anew."),
        f"{BASE} 2B: not responding below {least} %; {PRACTICE}",
    )


def _due(done: int, total: int, after: int | None) -> Review | None:
    if after is None or done != after or done >= total:
        return None
    return Review(
        "review",
        _("Review with the patient: go on, change or stop."),
        f"{BASE} 1.2: review after session {after}; {PRACTICE}",
    )


def review_points(
    *, total: int, review_after_session: int | None, review_days: Sequence[int]
) -> Iterator[tuple[Literal["session", "day"], int]]:
    """When a course is reviewed by its protocol: after a session, and on days after its start."""
    if review_after_session is not None and review_after_session < total:
        yield "session", review_after_session
    yield from (("day", day) for day in review_days)
