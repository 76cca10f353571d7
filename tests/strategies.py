"""Hypothesis strategies for the pure core: time, opening hours, visits, series, ripples, re-plans.

Everything is small on purpose: a snapshot covers days, not months, so that minute-by-minute and
brute-force answers stay affordable and closed, booked-up and competing cases turn up often.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from clinic.scheduling.availability import Resource, Snapshot
from clinic.scheduling.clock import local_minute_or_next, midnights
from clinic.scheduling.intervals import Interval, Timeline, merge
from clinic.scheduling.needs import Need, VisitShape
from clinic.scheduling.opening import Shift
from clinic.scheduling.replan_request import Link, ReplanRequest, Touched
from clinic.scheduling.request import SeriesRequest
from clinic.scheduling.ripple_request import Anchor, Later, RippleRequest
from clinic.scheduling.slots import Slot, on_grid
from clinic.scheduling.spacing import Spacing, Verdict

# half-hour changes, changes at midnight, quarter-hour offsets, none at all, both hemispheres
ZONES = [
    ZoneInfo(name)
    for name in (
        "Europe/London",
        "America/New_York",
        "Australia/Lord_Howe",
        "Asia/Kathmandu",
        "America/Havana",
        "America/Nuuk",
        "America/Santiago",
        "Pacific/Chatham",
        "UTC",
    )
]

CAPABILITIES = ("doctor", "room", "laser")


def zones() -> st.SearchStrategy[ZoneInfo]:
    return st.sampled_from(ZONES)


def days(
    first: date = date(2025, 1, 1), last: date = date(2030, 12, 31)
) -> st.SearchStrategy[date]:
    return st.dates(first, last)


@st.composite
def change_days(draw: st.DrawFn, zone: ZoneInfo) -> date:
    """A day on or next to a clock change of the zone; any day where the clocks never change."""
    year = draw(st.integers(2025, 2030))
    first = date(year, 1, 1)
    starts = midnights(first, date(year + 1, 1, 1), zone)
    changes = [
        first + timedelta(days=at)
        for at in range(len(starts) - 1)
        if starts[at + 1] - starts[at] != 24 * 60
    ]
    day = draw(st.sampled_from(changes or [first]))
    return day + timedelta(days=draw(st.integers(-1, 1)))


def wall_times(step: int = 5) -> st.SearchStrategy[time]:
    minutes = st.integers(0, 24 * 60 // step - 1)
    return minutes.map(lambda n: time(n * step // 60, n * step % 60))


@st.composite
def shifts(draw: st.DrawFn, day: date | None = None) -> Shift:
    opens, closes = draw(
        st.tuples(wall_times(), wall_times()).filter(lambda pair: pair[0] != pair[1])
    )
    if closes != time.min and closes < opens:
        opens, closes = closes, opens
    valid_from = valid_until = None
    if day is not None:
        valid_from = draw(st.none() | st.just(day))
        valid_until = draw(st.none() | st.just(day + timedelta(days=1)))
    return Shift(draw(st.integers(0, 6)), opens, closes, valid_from, valid_until)


@st.composite
def intervals(draw: st.DrawFn, first: int = 0, last: int = 200, step: int = 1) -> Interval:
    start = draw(st.integers(first // step, last // step - 1))
    end = draw(st.integers(start + 1, last // step))
    return Interval.of(start * step, end * step)


def timelines(first: int = 0, last: int = 200, most: int = 8) -> st.SearchStrategy[Timeline]:
    return st.lists(intervals(first, last), max_size=most).map(merge)


def to_minute(zone: ZoneInfo, day: date, hour: int) -> int:
    return local_minute_or_next(day, time(hour), zone)


@st.composite
def resources(draw: st.DrawFn) -> tuple[Resource, ...]:
    """A clinic of up to three people, one or two rooms and at most one device."""
    kinds = ["person"] * draw(st.sampled_from([2, 1, 3, 0]))
    kinds += ["room"] * draw(st.integers(1, 2)) + ["device"] * draw(st.integers(0, 1))
    provides = {"person": "doctor", "room": "room", "device": "laser"}
    extra = st.sampled_from([(), (), ("laser",), ("room",)])
    return tuple(
        Resource(at, f"{kind} {at}", kind, frozenset({provides[kind], *draw(extra)}))
        for at, kind in enumerate(kinds, 1)
    )


@st.composite
def shapes(draw: st.DrawFn, capabilities: tuple[str, ...] = CAPABILITIES) -> VisitShape:
    """A visit of up to three needs on a grid of five minutes, some before or after the patient."""
    segments = st.tuples(
        st.sampled_from(capabilities), st.sampled_from([0, 0, 1, 2, -1]), st.integers(1, 4)
    )
    needs = [
        Need(f"need {at}", capability, starts * 5, (starts + length) * 5)
        for at, (capability, starts, length) in enumerate(
            draw(st.lists(segments, min_size=1, max_size=3))
        )
    ]
    return VisitShape(tuple(needs), draw(st.integers(1, 5)) * 5)


def shapes_for(everybody: tuple[Resource, ...]) -> st.SearchStrategy[VisitShape]:
    """Visits that these resources could serve, one at a time at least; now and then any visit."""
    provided = sorted({capability for one in everybody for capability in one.capabilities})
    possible = shapes(tuple(provided))
    return st.one_of(possible, possible, possible, possible, possible, shapes())


@st.composite
def snapshots(draw: st.DrawFn, minutes: int = 240) -> Snapshot:
    """A short window, with opening and busy time drawn freely on a grid of five minutes."""
    first = draw(st.integers(0, 10)) * 5
    window = Interval(first, first + minutes)
    everybody = draw(resources())
    times = st.lists(intervals(first, first + minutes, step=5), max_size=4)
    return Snapshot.build(
        window,
        everybody,
        {one.id: draw(times) for one in everybody},
        {one.id: draw(times) for one in everybody},
    )


class Week(NamedTuple):
    """A clinic for a week or so from `first`, with about an hour from `hour` open on most days."""

    zone: ZoneInfo
    first: date
    starts: tuple[int, ...]
    hour: int
    everybody: tuple[Resource, ...]
    snapshot: Snapshot


@st.composite
def weeks(draw: st.DrawFn) -> Week:
    zone = draw(zones())
    first = draw(st.one_of(days(), change_days(zone)))
    length = draw(st.integers(5, 10))
    starts = midnights(first, first + timedelta(days=length), zone)
    hour = draw(st.sampled_from([9, 0, 1, 23]))
    everybody = draw(resources())
    open_ = {one.id: draw(_daily(starts, hour, 9, 6)) for one in everybody}
    busy = {one.id: draw(_daily(starts, hour, 3, 2)) for one in everybody}
    snapshot = Snapshot.build(Interval(starts[0], starts[-1]), everybody, open_, busy)
    return Week(zone, first, starts, hour, everybody, snapshot)


@st.composite
def series(draw: st.DrawFn) -> tuple[Snapshot, SeriesRequest]:
    """A series of up to three sessions in such a week."""
    zone, first, starts, hour, everybody, snapshot = draw(weeks())
    return snapshot, draw(requests(zone, first, starts, hour, everybody))


@st.composite
def requests(
    draw: st.DrawFn,
    zone: ZoneInfo,
    first: date,
    starts: tuple[int, ...],
    hour: int,
    everybody: tuple[Resource, ...],
) -> SeriesRequest:
    shortest = draw(st.integers(1, 3))
    longest = draw(st.none() | st.integers(shortest, shortest + 3))
    ideal = draw(st.integers(shortest, shortest + 3 if longest is None else longest))
    plain, other = draw(shapes_for(everybody)), draw(shapes_for(everybody))
    sessions = draw(st.sampled_from([2, 3, 1]))
    ids = st.sampled_from([one.id for one in everybody if one.kind == "person"] or [1])
    preferred = draw(st.frozensets(ids, max_size=2))
    spacing = Spacing(draw(st.integers(1, shortest)), shortest, ideal, longest)
    if longest is not None:
        spacing = replace(spacing, lapse=draw(st.none() | st.integers(longest, longest + 2)))
    wished = [None, None, (time(hour), time(hour, 40)), (time(hour), time((hour + 1) % 24))]
    weekdays = st.sampled_from([0, 1, 2, 3, 4, 5, 6])
    late = draw(st.sampled_from([0, 0, 0, hour * 60 + 20, 24 * 60 + 7]))
    visits = (draw(st.sampled_from([plain, other])), *[plain] * (sessions - 1))
    return SeriesRequest(
        shapes=visits,
        spacing=spacing,
        spacings=draw(spacings(spacing, sessions)),
        pinned=draw(pins(first, starts, hour, everybody, visits)),
        unusual=draw(st.sampled_from(UNUSUALLY)),
        zone=zone,
        earliest=starts[0] + late,
        horizon_until=starts[-1] - draw(st.sampled_from([0, 0, 0, 23 * 60 + 20])),
        weekdays=draw(st.just(frozenset()) | st.frozensets(weekdays, min_size=4)),
        hours=draw(st.sampled_from(wished)),
        preferred=preferred,
        only_preferred=bool(preferred) and draw(st.booleans()),
        previous=draw(st.none() | st.integers(1, 4).map(lambda n: first - timedelta(days=n))),
        following=draw(
            st.none() | st.none() | st.integers(2, 14).map(lambda n: first + timedelta(days=n))
        ),
        unplaced=draw(st.sampled_from([0, 0, 1])),
        blocked=tuple(draw(_daily(starts, hour, 1, 3))),
        patient_busy=tuple(draw(_daily(starts, hour, 1, 3))),
        step=draw(st.sampled_from([10, 15])),
    )


UNUSUALLY = [
    frozenset[Verdict](),
    frozenset[Verdict](),
    frozenset({Verdict.LATE}),
    frozenset({Verdict.NEEDS_REASON}),
    frozenset({Verdict.LATE, Verdict.NEEDS_REASON}),
]


@st.composite
def spacings(draw: st.DrawFn, usual: Spacing, sessions: int) -> tuple[Spacing, ...]:
    """The same for every gap, or for each a day shorter or longer than usual."""
    if draw(st.sampled_from([True, True, False])):
        return ()
    longer = draw(st.lists(st.integers(0, 1), min_size=sessions, max_size=sessions))
    return tuple(
        Spacing(
            usual.floor,
            usual.min + more,
            usual.ideal + more,
            usual.max and usual.max + more,
            usual.lapse and usual.lapse + more,
        )
        for more in longer
    )


@st.composite
def pins(
    draw: st.DrawFn,
    first: date,
    starts: tuple[int, ...],
    hour: int,
    everybody: tuple[Resource, ...],
    visits: tuple[VisitShape, ...],
) -> tuple[Slot | date | None, ...]:
    """Mostly none; else some sessions on a day, which may lie outside, or in a slot of anybody."""
    if draw(st.sampled_from([True, True, False])):
        return ()
    ids = st.sampled_from([one.id for one in everybody])
    found: list[Slot | date | None] = []
    for visit in visits:
        at = draw(st.integers(0, len(starts) - 2))
        start = starts[at] + hour * 60 + draw(st.integers(0, 8)) * 5
        day = first + timedelta(days=draw(st.integers(-1, len(starts))))
        slot = Slot(start, start + visit.minutes, tuple(draw(ids) for _ in visit.needs))
        found.append(draw(st.sampled_from([None, None, day, slot])))
    return tuple(found)


@st.composite
def ripples(draw: st.DrawFn) -> tuple[Snapshot, RippleRequest]:
    """Up to three sessions after one that has changed by some days, or after none."""
    week = draw(weeks())
    shortest = draw(st.integers(1, 3))
    longest = draw(st.integers(shortest, shortest + 2) | st.none())
    lapse = draw(st.integers(longest or shortest, shortest + 4) | st.none())
    was = week.first + timedelta(days=draw(st.integers(-2, 1)))
    now = was + timedelta(days=draw(st.sampled_from([2, 3, 1, -1, -2, 0, 4])))
    anchor = Anchor(2, now, draw(st.sampled_from([was, was, was, None])))
    return week.snapshot, RippleRequest(
        anchor=draw(st.sampled_from([anchor, anchor, anchor, None])),
        later=draw(later_sessions(week, was, st.integers(shortest, (longest or shortest) + 1))),
        spacing=Spacing(1, shortest, shortest, longest, lapse),
        zone=week.zone,
        earliest=week.starts[0] + draw(st.sampled_from([0, 0, 24 * 60 + 7])),
        horizon_until=week.starts[-1],
        accept_late=draw(st.booleans()),
        weekdays=draw(st.just(frozenset()) | st.frozensets(st.integers(0, 6), min_size=4)),
        hours=draw(st.sampled_from([None, None, (time(week.hour), time(week.hour, 40))])),
        blocked=tuple(draw(_daily(week.starts, week.hour, 1, 3))),
        patient_busy=tuple(draw(_daily(week.starts, week.hour, 1, 3))),
        step=draw(st.sampled_from([15, 10])),
    )


@st.composite
def later_sessions(
    draw: st.DrawFn, week: Week, was: date, gaps: st.SearchStrategy[int]
) -> tuple[Later, ...]:
    """Booked so many days apart: off the grid now and then, and with anybody."""
    plain, other = draw(shapes_for(week.everybody)), draw(shapes_for(week.everybody))
    ids = st.sampled_from([one.id for one in week.everybody])
    stances = st.sampled_from(["", "", "", "", "freed", "pinned"])
    number, day, found = 2, was, []
    for _ in range(draw(st.sampled_from([2, 3, 1]))):
        steps = draw(st.sampled_from([1, 1, 1, 1, 2]))
        number, day = number + steps, day + timedelta(days=steps * draw(gaps))
        shape, stance = draw(st.sampled_from([plain, plain, other])), draw(stances)
        start = to_minute(week.zone, day, week.hour) + draw(st.integers(0, 11)) * 5
        slot = Slot(start, start + shape.minutes, tuple(draw(ids) for _ in shape.needs))
        found.append(Later(number, slot, shape, stance == "pinned", stance == "freed"))
    return tuple(found)


@st.composite
def replans(draw: st.DrawFn) -> tuple[Snapshot, ReplanRequest]:
    """Up to three visits of such a week, two of them perhaps of one patient or of one course."""
    week = draw(weeks())
    visits = tuple(draw(touched(week, key)) for key in range(draw(st.sampled_from([2, 3, 1]))))
    links = []
    if len(visits) > 1 and draw(st.booleans()):
        shortest = draw(st.integers(0, 2))
        longest = draw(st.none() | st.integers(shortest, 3))
        links.append(Link(0, len(visits) - 1, shortest, longest))
    return week.snapshot, ReplanRequest(
        visits=visits,
        links=tuple(links),
        zone=week.zone,
        earliest=week.starts[0] + draw(st.sampled_from([0, 0, 24 * 60 + 7])),
        step=15,
    )


@st.composite
def touched(draw: st.DrawFn, week: Week, key: int) -> Touched:
    """A visit with two or three legal days near its own, or none; now and then pinned."""
    shape = draw(shapes_for(week.everybody))
    ids = st.sampled_from([one.id for one in week.everybody])
    day = week.first + timedelta(days=draw(st.integers(0, 3)))
    start = to_minute(week.zone, day, week.hour) + draw(st.integers(0, 11)) * 5
    slot = Slot(start, start + shape.minutes, tuple(draw(ids) for _ in shape.needs))
    first = day - timedelta(days=draw(st.integers(0, 1)))
    last = first + timedelta(days=draw(st.sampled_from([2, 1, 2, -1])))
    pin = on_grid(start, 15)
    pinned = Slot(pin, pin + shape.minutes, tuple(draw(ids) for _ in shape.needs))
    return Touched(
        key=key,
        patient=draw(st.sampled_from([key, key, 0])),
        shape=shape,
        slot=slot,
        days=(first, last),
        normal=draw(st.none() | st.just((day, last))),
        busy=tuple(draw(_daily(week.starts, week.hour, 1, 3))),
        blocked=tuple(draw(_daily(week.starts, week.hour, 1, 3))),
        priority=draw(st.sampled_from([0, 0, 2])),
        pinned=pinned if draw(st.integers(0, 9)) == 0 else None,
    )


@st.composite
def _daily(
    draw: st.DrawFn, starts: tuple[int, ...], hour: int, tenths: int, shortest: int
) -> list[Interval]:
    """On some tenths of the days a stretch within about an hour from `hour`; lengths in fives."""
    found = []
    for start in starts[:-1]:
        if draw(st.integers(0, 9)) < tenths:
            opens = start + hour * 60 + draw(st.integers(0, 4)) * 5
            found.append(Interval(opens, opens + draw(st.integers(shortest, 11)) * 5))
    return found


def moment(minute: int, zone: ZoneInfo) -> datetime:
    """What the wall shows at a minute; for the tests to read time without the core."""
    return datetime.fromtimestamp(minute * 60, UTC).astimezone(zone)
