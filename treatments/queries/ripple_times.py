"""Free times for a visit that is to be moved, and which later sessions each day would move too."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import islice

from clinic.queries.causes import causes_of_closing
from clinic.scheduling.causes import Causes
from clinic.scheduling.clock import Minute
from clinic.scheduling.diagnosis import why_on_no_day
from clinic.scheduling.one_visit import Visit
from clinic.scheduling.refusals import Refusal
from clinic.scheduling.slots import Slot
from clinic.scheduling.spacing import Spacing, Verdict
from treatments.queries.ripple import Question, out_of_order

# how many days are tried whose choice would move other sessions: each costs a search
MOST_RIPPLES = 4
# all free starts of one day
ALL = 200


@dataclass(frozen=True, slots=True)
class FreeDay:
    """Free times of the visit on one day; `others` are the sessions that would move with it.

    `gap` is counted in days since session `counted_from` and judged by `rule`.
    """

    day: date
    slots: tuple[Slot, ...]
    gap: int | None
    rule: Spacing | None
    counted_from: int
    others: tuple[int, ...]

    @property
    def verdict(self) -> Verdict | None:
        return None if self.gap is None or self.rule is None else self.rule.judge(self.gap)


@dataclass(frozen=True)
class Times:
    """The free times of one question."""

    asked: Question

    def on(self, day: int, near: Minute) -> FreeDay | None:
        """All free times of a day, whatever its gap; None when it has none."""
        slots = self._slots(day, near, ALL)
        return self._free_day(day, slots, self._others(day, slots[0]) or ()) if slots else None

    def obstacles(self, day: date) -> tuple[str, ...]:
        """What stands in the way on a day without free times, in sentences. Two queries."""
        if too_early := out_of_order(self.asked, day.toordinal()):
            return (too_early,)
        scene, ways = self.asked.scene, self.asked.ways()
        causes = Causes(causes_of_closing(scene.location, scene.snapshot))
        return tuple(
            f"{each}." for way in ways[:1] for each in why_on_no_day(way, day, day, causes)
        )

    def nearest(self, near: Minute, *, days: int, times: int) -> list[FreeDay]:
        """The days nearest to a moment that are legal for the whole course, in order, each with
        the times nearest to that time of day."""
        scene = self.asked.scene
        around = scene.day_of(near)
        legal = self._judged(Verdict.NORMAL) or self._judged(Verdict.LATE)
        legal.sort(key=lambda day: (abs(day - around), day))
        found = islice(self._legal_days(legal, near, times), days)
        return sorted(found, key=lambda each: each.day)

    def _legal_days(self, days: Iterable[int], near: Minute, limit: int) -> Iterator[FreeDay]:
        tried = 0
        for day in days:
            slots = self._slots(day, near, limit)
            if not slots:
                continue
            tried += not self._leaves_the_rest(day)
            others = self._others(day, slots[0]) if tried <= MOST_RIPPLES else None
            if others is not None:
                yield self._free_day(day, slots, others)

    def _free_day(self, day: int, slots: list[Slot], others: tuple[int, ...]) -> FreeDay:
        before = self.asked.scene.before
        return FreeDay(
            day=date.fromordinal(day),
            slots=tuple(slots),
            gap=self.asked.gap_to(day),
            rule=self.asked.rule_before,
            counted_from=before.number if before else 0,
            others=others,
        )

    @cached_property
    def _starts(self) -> list[tuple[Visit, dict[int, list[range]]]]:
        return [(way, way.starts()) for way in self.asked.ways()]

    def _slots(self, day: int, near: Minute, limit: int) -> list[Slot]:
        """Of a day, without the slot that the visit has."""
        found: dict[Minute, Slot] = {}
        for way, starts in self._starts:
            for slot in way.slots(starts.get(day, ()), near, limit):
                found.setdefault(slot.start, slot)
        focus = self.asked.focus
        if not focus.is_lost:
            found.pop(focus.slot.start, None)
        return [found[start] for start in sorted(found)]

    def _judged(self, verdict: Verdict) -> list[int]:
        """The days with a start whose gap is like this; all of them where there is no gap."""
        rule = self.asked.rule_before
        days = {day for _, starts in self._starts for day in starts}
        if self.asked.scene.before is None:
            return sorted(days)
        later = {day: gap for day in days if (gap := self.asked.gap_to(day) or 0) > 0}
        return sorted(day for day, gap in later.items() if not rule or rule.judge(gap) is verdict)

    def _leaves_the_rest(self, day: int) -> bool:
        """Whether nothing after the visit has to move, as the gap after it alone can tell."""
        scene, focus = self.asked.scene, self.asked.focus
        if not scene.later or (not focus.is_lost and day == scene.day(focus.slot)):
            return True
        rule = self.asked.rule_between(focus, scene.later[0])
        gap = scene.day(scene.later[0].slot) - day
        verdict = rule.judge(gap) if rule and gap > 0 else None
        return verdict is Verdict.NORMAL or (verdict is Verdict.LATE and self.asked.accept_late)

    def _others(self, day: int, slot: Slot) -> tuple[int, ...] | None:
        """The later sessions that would move; None when there is no way near by."""
        if self._leaves_the_rest(day):
            return ()
        answer = self.asked.ripple_from(slot)
        if isinstance(answer, Refusal) or not self.asked.is_certain(answer):
            return None
        return tuple(change.number for change in answer.moved)
