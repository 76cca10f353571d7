"""What came of courses: counts of a patient over time, what sessions were like, what was recorded.

Counts are summed by the database, one row per assessment, however many lesions it saw.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, F, Q, Sum, Value
from django.db.models.functions import Coalesce

from patients.models import Patient
from treatments.models import AdverseEvent, Assessment, Course, Outcome, Session, Visit
from treatments.outcomes import UNMEASURED_MM, Count, Series, series_of
from treatments.progress import Review
from treatments.queries.assessments import THERE

_THERE = Q(findings__state__in=sorted(THERE))
_DONE = Session.State.DONE
_OVER = (Course.Status.STOPPED, Course.Status.COMPLETED)
# what is counted within this time of the last session still speaks of the course (practice)
SETTLED = timedelta(days=182)


def counts_of(patients: Iterable[int]) -> dict[int, list[Count]]:
    """The counts of every signed assessment by patient, the oldest first. One query."""
    rows = Assessment.objects.signed().filter(patient__in=list(patients)).annotate(**_sums())
    found: defaultdict[int, list[Count]] = defaultdict(list)
    for each in rows.order_by("signed_at").only("patient_id", "signed_at"):
        found[each.patient_id].append(_count(each))
    return found


def _count(row: Any) -> Count:
    """From an assessment annotated with the sums."""
    return Count(row.signed_at, row.total, row.weighted)


@dataclass(frozen=True, slots=True)
class Counts:
    """What was counted on one face: `all` milia by assessment, the oldest first; `by_site` how many
    at each site, both sides together, zeros and sites where nothing ever was left out."""

    all: list[Count]
    by_site: dict[str, dict[datetime, int]]


def counted(patient: Patient) -> Counts:
    """One query: a row for each site of each signed assessment."""
    rows = Assessment.objects.signed().filter(patient=patient)
    keys = rows.values("signed_at", "findings__lesion__site")
    sums: Any = keys.annotate(**_sums()).order_by("signed_at")
    by_site: defaultdict[str, dict[datetime, int]] = defaultdict(dict)
    found: dict[datetime, Count] = {}
    for row in sums:
        at, site, total = row["signed_at"], row["findings__lesion__site"], row["total"]
        before = found.get(at, Count(at, 0))
        found[at] = Count(at, before.total + total, before.weighted + row["weighted"])
        if total:
            by_site[site][at] = total
    return Counts(list(found.values()), dict(by_site))


def _sums() -> dict[str, Any]:
    """How many are there, and the sum of their sizes."""
    size = Coalesce("findings__size_mm", Value(UNMEASURED_MM), output_field=DecimalField())
    weight = Sum(F("findings__count") * size, filter=_THERE)
    return {
        "total": Coalesce(Sum("findings__count", filter=_THERE), 0),
        "weighted": Coalesce(weight, Decimal(0), output_field=DecimalField()),
    }


def series_for(course: Course, counts: Sequence[Count], until: datetime | None = None) -> Series:
    """The counts of a course whose sessions are loaded; `until` as of `followed_until`."""
    return series_of(counts, [each.upper for each in _done(course)], until)


def followed_until(found: Sequence[Course]) -> dict[int, datetime]:
    """Of these courses of one patient, those that are over: the last instant of which the counts
    are theirs, by course. Then the skin has settled, or another course began."""
    spans = {each.pk: _done(each) for each in found}
    until: dict[int, datetime] = {}
    for course in found:
        done = spans[course.pk]
        if course.status in _OVER and done:
            ends = [each[0].upper for each in spans.values() if each and each[0] > done[-1]]
            # nobody writes down when what is used at home was used last
            ends += [] if course.protocol.review_days else [done[-1].upper + SETTLED]
            until |= {course.pk: min(ends)} if ends else {}
    return until


def _done(course: Course) -> list[Any]:
    """When its sessions were done, as ranges in order of time."""
    visits = [each.appointment for each in course.sessions.all() if each.state == _DONE]
    return sorted(each.during for each in visits if each)


def open_reviews(course: Course, series: Series) -> tuple[Review, ...]:
    """What a clinician is asked to look at in a course annotated with `looked_at`, also after its
    last session. An outcome recorded since answers it, and so does who stopped the course."""
    if course.status == Course.Status.STOPPED:
        return ()
    found = series.reviews(
        total=len(course.sessions.all()),
        review_after_session=course.protocol.review_after_session,
    )
    return tuple(each for each in found if not _is_answered(each, course, series))


def _is_answered(review: Review, course: Course, series: Series) -> bool:
    """A review that is due by an outcome since its session, another one since the count. What is
    used at home is not judged before the last review that its protocol sets."""
    looked_at: datetime | None = course.looked_at  # type: ignore[attr-defined] # annotated
    last, days = series.last, course.protocol.review_days
    if review.prompt == "review" or last is None:
        return looked_at is not None and looked_at >= _done(course)[-1].lower
    if review.prompt == "not_responding" and days:
        is_early = last.at < series.sessions[0] + timedelta(days=days[-1])
        return is_early or (looked_at is not None and looked_at >= last.at)
    return looked_at is not None and looked_at >= last.at


def of_patient(patient: Patient) -> list[Outcome]:
    """Everything recorded, the newest first. One query."""
    rows = Outcome.objects.filter(course__plan__patient=patient)
    return list(
        rows.select_related("course__protocol", "recorded_by", "assessment").order_by(
            "-recorded_at", "-pk"
        )
    )


@dataclass(frozen=True, slots=True)
class Tolerated:
    """How one session was borne; `number` is empty for a visit of no course."""

    visit: Visit
    number: int | None
    events: list[AdverseEvent]


def tolerability(patient: Patient) -> dict[int, list[Tolerated]]:
    """Signed visits by course, in order of their sessions. Two queries."""
    rows = (
        Visit.objects.signed()
        .filter(patient=patient, appointment__session__isnull=False)
        .select_related("appointment__session", "appointment__location")
        .prefetch_related("adverse_events")
        .order_by("appointment__session__number")
    )
    found: defaultdict[int, list[Tolerated]] = defaultdict(list)
    for visit in rows:
        session = visit.appointment.session
        found[session.course_id].append(
            Tolerated(visit, session.number, list(visit.adverse_events.all()))
        )
    return found
