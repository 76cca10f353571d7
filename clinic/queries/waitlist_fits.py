"""Whom of those who wait a free time fits: the calendar and the wishes, not yet the rules."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db.models import F

from clinic.models import Appointment, WaitlistEntry, load_needs
from clinic.queries.availability import EndMinute, StartMinute, shape_of, snapshot
from clinic.queries.waitlist import Fit, Gap, Waiting
from clinic.scheduling.availability import Snapshot
from clinic.scheduling.clock import to_datetime, to_minute_up
from clinic.scheduling.intervals import Interval
from clinic.scheduling.needs import VisitShape
from clinic.scheduling.slots import Slot, assign, on_grid
from patients.models import Patient


def fits(
    gap: Gap, waiting: Sequence[Waiting], now: datetime, heed_wishes: bool = True
) -> list[Fit]:
    """Those of them who are free then, whose service fits into the calendar, and whose wishes it
    keeps; each with the first slot that begins in the gap. Eight queries, however many wait."""
    if not waiting:
        return []
    load_needs([each.service for each in waiting])
    view = snapshot(gap.location, gap.day, gap.day + timedelta(days=2), now=now)
    busy = _busy_of([each.patient for each in waiting], view.window)
    found = []
    for each in waiting:
        wishes = each.entry if heed_wishes else None
        slot = _slot(gap, each, wishes, view, busy[each.patient.pk], now)
        if slot is not None:
            found.append(Fit(each, slot))
    return found


def _busy_of(patients: Iterable[Patient], window: Interval) -> defaultdict[int, list[Interval]]:
    """The standing appointments of many patients in the window, by patient; one query."""
    rows = Appointment.objects.standing().filter(
        patient__in={each.pk for each in patients},
        during__overlap=(to_datetime(window.start), to_datetime(window.end)),
    )
    busy: defaultdict[int, list[Interval]] = defaultdict(list)
    columns = ("patient_id", StartMinute(F("during")), EndMinute(F("during")))
    for patient, start, end in rows.values_list(*columns):
        busy[patient].append(Interval(start, end))
    return busy


def _slot(
    gap: Gap,
    waiting: Waiting,
    wishes: WaitlistEntry | None,
    view: Snapshot,
    busy: Sequence[Interval],
    now: datetime,
) -> Slot | None:
    shape = _with_person(shape_of(waiting.service), view, wishes.person_id if wishes else None)
    if shape is None:
        return None
    for start in _starts(gap, now):
        end = start + shape.minutes
        if any(start < until and begin < end for begin, until in busy):
            continue
        if wishes and not _keeps_hours(wishes, _wall(gap, start), _wall(gap, end)):
            continue
        assignment = assign(view, shape, start, prefer=gap.only)
        if assignment and (not gap.only or gap.only.intersection(assignment)):
            return Slot(start, end, assignment)
    return None


def _starts(gap: Gap, now: datetime) -> range:
    first = max(to_minute_up(gap.start), to_minute_up(now))
    step = gap.location.grid_minutes
    return range(on_grid(first, step), to_minute_up(gap.end), step)


def _wall(gap: Gap, minute: int) -> datetime:
    return to_datetime(minute).astimezone(gap.location.zone)


def _with_person(shape: VisitShape, view: Snapshot, person: int | None) -> VisitShape | None:
    """The visit narrowed to one person; None when that person cannot serve any of its needs."""
    if person is None:
        return shape
    for position, need in enumerate(shape.needs):
        if any(each.id == person for each in view.pool(need)):
            return shape.served_by(position, person)
    return None


def _keeps_hours(entry: WaitlistEntry, start: datetime, end: datetime) -> bool:
    if entry.comes_from and start.time() < entry.comes_from:
        return False
    return not entry.leaves_by or (end.date() == start.date() and end.time() <= entry.leaves_by)
