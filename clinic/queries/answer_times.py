"""By when an offered time has to be answered, from the opening hours and the patient's nights."""

from datetime import datetime, time, timedelta

from django.conf import settings

from clinic.models import Location
from clinic.queries.availability import snapshot
from clinic.scheduling import answer_times
from clinic.scheduling.clock import to_datetime, to_minute_up
from clinic.scheduling.intervals import Timeline, merge
from clinic.scheduling.opening import Shift, opening
from patients.models import Patient

# days looked at: the longest an offer may last, and the night after it
DAYS = timedelta(days=3)


def answer_by(
    patient: Patient, location: Location, sent: datetime, start: datetime
) -> datetime | None:
    """Until when a visit at `start`, offered in a letter that leaves at `sent`, is kept; None when
    that is too soon for a letter."""
    first = sent.astimezone(location.zone).date()
    view = snapshot(location, first, first + DAYS)
    people = [one.id for one in view.resources if one.kind == "person"]
    until = answer_times.answer_by(
        to_minute_up(sent),
        to_minute_up(start),
        awake=_awake(patient, sent),
        working=merge(span for one in people for span in view.open[one]),
        minutes=settings.OFFER_MINUTES,
        longest=settings.OFFER_HOURS * 60,
    )
    return None if until is None else to_datetime(until)


def _awake(patient: Patient, sent: datetime) -> Timeline:
    """The hours that are not quiet, on the patient's clock."""
    starts, ends = settings.QUIET_HOURS
    if starts > ends:
        hours = [(ends, starts)]
    else:
        # quiet in the middle of a day, or never
        hours = [(time.min, starts), (ends, time.min)] if starts != ends else [(time.min, time.min)]
    shifts = [
        Shift(day, opens, closes)
        for day in range(7)
        for opens, closes in hours
        if opens != closes or starts == ends
    ]
    today = sent.astimezone(patient.zone).date()
    return opening(shifts, patient.zone, today, today + DAYS)
