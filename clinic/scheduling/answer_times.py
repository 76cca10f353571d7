"""By when somebody has to answer who was offered a time by e-mail."""

from clinic.scheduling.clock import Minute
from clinic.scheduling.intervals import Timeline, contains, intersect

# fewer minutes than this are no offer: the desk calls instead
LEAST = 15
# who takes a time must still be able to come
ON_THE_WAY = 30


def answer_by(
    sent: Minute, start: Minute, *, awake: Timeline, working: Timeline, minutes: int, longest: int
) -> Minute | None:
    """The minute until which a visit at `start` is kept; None when too little time is left.

    `minutes` are counted while the patient is `awake` and the clinic is `working`, so that a call
    can answer too; no more than `longest` minutes pass in all, and the time never runs out at
    night: it ends the evening before.
    """
    ends = [sent + longest, start - ON_THE_WAY]
    if (counted := _after(intersect(awake, working), sent, minutes)) is not None:
        ends.append(counted)
    end = min(ends)
    if not contains(awake, end - 1):
        evenings = [until for _, until in awake if until <= end]
        end = max(evenings, default=sent)
    return end if end - sent >= LEAST else None


def _after(timeline: Timeline, sent: Minute, minutes: int) -> Minute | None:
    """When so many minutes of the timeline have passed since `sent`; None when it ends before."""
    for begin, until in timeline:
        begin = max(begin, sent)
        if until - begin >= minutes:
            return begin + minutes
        minutes -= max(0, until - begin)
    return None
