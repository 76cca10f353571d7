"""Why somebody or something is shut, for the words of a refusal: closures and absences."""

from collections import defaultdict
from datetime import timedelta

from clinic.models import Absence, Closure, Location
from clinic.queries.availability import range_of
from clinic.scheduling.availability import Snapshot
from clinic.scheduling.causes import Note
from clinic.scheduling.clock import local_date, midnights, to_minute, to_minute_up
from clinic.scheduling.intervals import Interval


def causes_of_closing(location: Location, view: Snapshot) -> dict[int, tuple[Note, ...]]:
    """By resource of the view what shuts it within the window. Two queries."""
    closures = _closures(location, view.window)
    found: defaultdict[int, list[Note]] = defaultdict(list)
    ids = [each.id for each in view.resources]
    absences = Absence.objects.filter(resource__in=ids, during__overlap=range_of(view.window))
    for absence in absences.order_by("during"):
        during = Interval(to_minute(absence.during.lower), to_minute_up(absence.during.upper))
        found[absence.resource_id].append(Note(during, str(absence.get_kind_display()).lower()))
    return {id_: (*closures, *found[id_]) for id_ in ids}


def _closures(location: Location, window: Interval) -> list[Note]:
    first = local_date(window.start, location.zone)
    until = local_date(window.end, location.zone)
    rows = Closure.objects.filter(location=location, starts_on__lt=until, ends_on__gte=first)
    notes = []
    for closure in rows.order_by("starts_on"):
        marks = midnights(closure.starts_on, closure.ends_on + timedelta(days=1), location.zone)
        notes.append(Note(Interval(marks[0], marks[-1]), closure.reason))
    return notes
