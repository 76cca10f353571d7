"""The days on which one session of a course is legal, between those that stand around it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from clinic.scheduling.spacing import Spacing
from treatments.models import Course, Session
from treatments.queries import courses

# as far as anybody looks where a protocol sets no longest gap
EVER = timedelta(days=2 * 366)


class Window(NamedTuple):
    """First and last legal day, and those of them that nobody has to be warned of."""

    days: tuple[date, date]
    normal: tuple[date, date]


@dataclass(frozen=True, slots=True)
class Neighbours:
    """A booked session and the sessions of its course."""

    course: Course
    session: Session

    def before(self, stands: Callable[[Session], bool]) -> Session | None:
        """The nearest session before it that stands."""
        earlier = [one for one in self._standing(stands) if one.number < self.session.number]
        return earlier[-1] if earlier else None

    def after(self, stands: Callable[[Session], bool]) -> Session | None:
        later = [one for one in self._standing(stands) if one.number > self.session.number]
        return later[0] if later else None

    def window(self, stands: Callable[[Session], bool]) -> Window:
        """Between those that stand; two years to a side where nothing limits it."""
        day = courses.session_day(self.session) or date.max
        first, last = [day - EVER], [day + EVER]
        soon, late = list(first), list(last)
        for side, rule in self._rules(stands):
            at = courses.session_day(side) or date.max
            longest = EVER if rule.lapse is None else timedelta(days=rule.lapse)
            usual = longest if rule.max is None else timedelta(days=rule.max)
            shortest = timedelta(days=rule.min)
            if side.number < self.session.number:
                first.append(at + shortest)
                last.append(at + longest)
                late.append(at + usual)
            else:
                first.append(at - longest)
                soon.append(at - usual)
                last.append(at - shortest)
        days = max(first), min(last)
        return Window(days, (max(*first, *soon), min(*last, *late)))

    def _rules(self, stands: Callable[[Session], bool]) -> Iterator[tuple[Session, Spacing]]:
        spacing = self.course.protocol.spacing or Spacing(1, 1, 1)
        for side in (self.before(stands), self.after(stands)):
            if side is not None:
                yield side, spacing.times(abs(self.session.number - side.number))

    def _standing(self, stands: Callable[[Session], bool]) -> list[Session]:
        return [one for one in self.course.sessions.all() if stands(one) and one != self.session]
