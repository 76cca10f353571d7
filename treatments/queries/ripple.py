"""What follows when a visit gets another time: the smallest change to the rest of its course.

Everything here is worked out from one scene, without further queries.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

from clinic.scheduling.clock import Minute, to_minute_up
from clinic.scheduling.intervals import Interval
from clinic.scheduling.one_visit import Visit, held_by, why_not, with_changes
from clinic.scheduling.refusals import Refusal, short_day
from clinic.scheduling.ripple import Anchor, Later, Ripple, RippleRequest, ripple
from clinic.scheduling.slots import Slot
from clinic.scheduling.spacing import Spacing, Verdict
from treatments.queries.ripple_scene import ROOM, Scene, Seat

# of a course without a window any later day will do
ANY_DAY = Spacing(1, 1, 1)


@dataclass(frozen=True, slots=True)
class Row:
    """What becomes of one visit.

    Gaps are days since session `counted_from`, judged by `rule`, None where nothing comes before;
    `had_it_stayed` is the gap that a session which moves would have otherwise. `fresh` are the
    people, rooms and devices that it gets and did not have.
    """

    seat: Seat
    after: Slot
    moved: bool
    fresh: tuple[str, ...] = ()
    gap_before: int | None = None
    gap: int | None = None
    rule: Spacing | None = None
    counted_from: int = 0
    had_it_stayed: int | None = None

    @property
    def verdict(self) -> Verdict | None:
        return None if self.gap is None or self.rule is None else self.rule.judge(self.gap)

    @property
    def otherwise(self) -> Verdict | None:
        """What the gap would be if the session stayed."""
        gap = self.had_it_stayed
        return None if gap is None or self.rule is None else self.rule.judge(gap)


@dataclass(frozen=True, slots=True)
class Preview:
    """What would become of each visit, the one in question first.

    `against` are sentences about its own start. A `refusal` is about the sessions after it, which
    then stand in the rows as they are booked: to leave them there takes a reason, if it can be.
    Unless `is_certain` the whole scene may know a better answer.
    """

    rows: tuple[Row, ...] = ()
    against: tuple[str, ...] = ()
    refusal: Refusal | None = None
    is_certain: bool = True

    @property
    def changed(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.moved)


@dataclass(frozen=True)
class Question:
    """One scene, and how its answers are wanted.

    `resource` must have a part in the visit, `accept_late` as in `RippleRequest`.
    """

    scene: Scene
    resource: int | None = None
    accept_late: bool = False

    @property
    def focus(self) -> Seat:
        """The visit that is to get a time; asked only where there is one."""
        return cast("Seat", self.scene.focus)

    def ways(self) -> tuple[Visit, ...]:
        """The visit with the resource insisted on in each part that it can have."""
        visit = self.scene.visit_of(self.focus)
        return (visit,) if self.resource is None else visit.insisting_on(self.resource)

    def gap_to(self, day: int) -> int | None:
        """From the session before to the visit in question on this day."""
        before = self.scene.before
        return None if before is None else day - self.scene.day(before.slot)

    @property
    def rule_before(self) -> Spacing | None:
        """The window of the gap before the visit in question."""
        return self.rule_between(self.scene.before, self.focus)

    def rule_between(self, earlier: Seat | None, later: Seat) -> Spacing | None:
        """The window of the gap between two sessions; None where there is no gap, or no rule."""
        spacing = self.scene.spacing
        if spacing is None or earlier is None:
            return None
        return spacing.times(max(1, later.number - earlier.number))

    def ripple_from(self, slot: Slot) -> Ripple | Refusal:
        """What becomes of the later sessions with the visit in this slot."""
        seat, scene = self.focus, self.scene
        was = None if seat.is_lost else date.fromordinal(scene.day(seat.slot))
        anchor = Anchor(seat.number, date.fromordinal(scene.day(slot)), was)
        view = with_changes(scene.snapshot, {}, held_by(seat.shape, slot))
        return ripple(view, self.request(anchor, self.laters(), Interval(slot.start, slot.end)))

    def request(
        self, anchor: Anchor | None, later: tuple[Later, ...], *busy: Interval
    ) -> RippleRequest:
        scene = self.scene
        return RippleRequest(
            anchor=anchor,
            later=later,
            spacing=scene.spacing or ANY_DAY,
            zone=scene.zone,
            earliest=max(to_minute_up(scene.now), scene.snapshot.window.start),
            horizon_until=scene.snapshot.window.end,
            accept_late=self.accept_late,
            blocked=scene.blocked,
            patient_busy=(*scene.busy, *busy),
            step=scene.location.grid_minutes,
        )

    def is_certain(self, answer: Ripple | Refusal) -> bool:
        """Whether no more of the calendar could lead to another answer: a session that moved out of
        what was read would be displaced by more than all of these together."""
        if self.scene.is_whole:
            return True
        if isinstance(answer, Refusal) or answer.days >= ROOM.days:
            return False
        return not any(change.verdict is Verdict.LATE for change in answer.changes)

    def laters(self) -> tuple[Later, ...]:
        scene = self.scene
        return tuple(
            Later(each.number, each.slot, each.shape, pinned=scene.stays(each))
            for each in scene.later
        )


def placed(asked: Question, start: Minute) -> Preview:
    """The visit at this start, and what that does to the sessions after it."""
    ways = asked.ways()
    if not ways:
        return Preview(against=(_useless(asked),))
    is_past = start < to_minute_up(asked.scene.now)
    if not is_past and (too_early := out_of_order(asked, asked.scene.day_of(start))):
        return Preview(against=(too_early,))
    against = why_not(ways[0], start, asked.scene.patient.full_name)
    slot = next(filter(None, (way.slot_at(start) for way in ways)), None)
    if slot is None or against:
        return Preview(against=against)
    if slot == asked.focus.slot and not asked.focus.is_lost:
        return Preview(against=("It is there already.",))
    own, answer = _own_row(asked, slot), asked.ripple_from(slot)
    if isinstance(answer, Refusal):
        as_booked = [(seat.slot, False) for seat in asked.scene.later]
        rows = (own, *_rows(asked, as_booked, own))
        return Preview(rows, refusal=answer, is_certain=asked.is_certain(answer))
    rows = (own, *_rows(asked, _outcome(answer), own))
    return Preview(rows, is_certain=asked.is_certain(answer))


def proposed(asked: Question) -> Preview:
    """The smallest change of all: the lost visit near its old time with as few others as possible,
    or the later sessions back into their windows."""
    scene, before = asked.scene, asked.scene.before
    day = before and date.fromordinal(scene.day(before.slot))
    if scene.focus is None:
        anchor = before and day and Anchor(before.number, day)
        answer = ripple(scene.snapshot, asked.request(anchor or None, asked.laters()))
        certain = asked.is_certain(answer)
        if isinstance(answer, Refusal):
            return Preview(refusal=answer, is_certain=certain)
        return Preview(tuple(_rows(asked, _outcome(answer), None)), is_certain=certain)
    lost = Later(scene.focus.number, scene.focus.slot, scene.focus.shape, freed=True)
    anchor = before and day and Anchor(before.number, day, day)
    answer = ripple(scene.snapshot, asked.request(anchor or None, (lost, *asked.laters())))
    if isinstance(answer, Refusal) or not asked.is_certain(answer):
        refusal = answer if isinstance(answer, Refusal) else None
        return Preview(refusal=refusal, is_certain=asked.is_certain(answer))
    return placed(asked, answer.changes[0].after.start)


def _useless(asked: Question) -> str:
    known = {one.id: one.name for one in asked.scene.snapshot.resources}
    if asked.resource not in known:
        return "There is no such person, room or device here."
    return f"{known[asked.resource]} has no part in this visit."


def out_of_order(asked: Question, day: int) -> str:
    """Why a day is too early for this session, whatever its gap; empty when it is not."""
    scene, before = asked.scene, asked.scene.before
    if before is None or day > scene.day(before.slot):
        return ""
    stands = short_day(date.fromordinal(scene.day(before.slot)))
    return f"Session {asked.focus.number} comes after session {before.number}, on {stands}."


def _own_row(asked: Question, slot: Slot) -> Row:
    scene, seat = asked.scene, asked.focus
    before = scene.before
    return Row(
        seat=seat,
        after=slot,
        moved=True,
        fresh=_fresh(scene, seat, slot),
        gap_before=asked.gap_to(scene.day(seat.slot)),
        gap=asked.gap_to(scene.day(slot)),
        rule=asked.rule_before,
        counted_from=before.number if before else 0,
    )


def _outcome(answer: Ripple) -> list[tuple[Slot, bool]]:
    return [(change.after, change.moved) for change in answer.changes]


def _rows(asked: Question, outcome: Sequence[tuple[Slot, bool]], own: Row | None) -> Iterator[Row]:
    """The later sessions in these slots, each counted from the one before it as it will be."""
    scene = asked.scene
    last = (own.seat, own.after) if own else scene.before and (scene.before, scene.before.slot)
    for seat, (slot, moved) in zip(scene.later, outcome, strict=True):
        since = scene.day(last[1]) if last else None
        yield Row(
            seat=seat,
            after=slot,
            moved=moved,
            fresh=_fresh(scene, seat, slot),
            gap_before=_gap_before(asked, seat),
            gap=None if since is None else scene.day(slot) - since,
            rule=asked.rule_between(last[0] if last else None, seat),
            counted_from=last[0].number if last else 0,
            had_it_stayed=scene.day(seat.slot) - since if moved and since is not None else None,
        )
        last = seat, slot


def _fresh(scene: Scene, seat: Seat, slot: Slot) -> tuple[str, ...]:
    added = tuple(id_ for id_ in slot.assignment if id_ not in seat.slot.assignment)
    return scene.names(Slot(slot.start, slot.end, added))


def _gap_before(asked: Question, seat: Seat) -> int | None:
    """As it is now, from the session that stands before this one."""
    scene = asked.scene
    focus = [scene.focus] if scene.focus and not scene.focus.is_lost else []
    stands = [*([scene.before] if scene.before else []), *focus, *scene.later]
    at = stands.index(seat)
    return scene.day(seat.slot) - scene.day(stands[at - 1].slot) if at else None
