"""Results of the demo clinic: what clinician and patient think of courses that came far, and one
face on which there are more milia than before."""

from dataclasses import replace
from math import ceil
from typing import Final

from treatments.actions import assessments as act
from treatments.actions import outcomes
from treatments.actions.outcomes import Judgement
from treatments.demo.desk import DAY, MINUTE, Desk
from treatments.demo.examined import _as_it_stands, _doctor, _save
from treatments.models import Assessment, Course, Session
from treatments.outcomes import Series
from treatments.queries import courses
from treatments.queries import outcomes as queries
from treatments.queries.assessments import marks

# how many more there are on one face after its fourth session: in milia for each place, and at
# least so many times those that were ever counted on it
RISING: Final = ("Adeyemi", 3, 1.3)
_JUDGED: Final = {
    "clear": Judgement(1, 1, 10, (), "Very happy; wants to keep it like this."),
    "good": Judgement(2, 2, 8),
    "partial": Judgement(3, 3, 6, ("redness",)),
    "poor": Judgement(4, 3, 5),
}


def play(desk: Desk) -> None:
    """Judge every course that was counted after its end, and let one count rise."""
    _rise(desk)
    for course in courses.with_sessions().order_by("pk"):
        series = queries.series_for(
            course, queries.counts_of([course.plan.patient_id]).get(course.plan.patient_id, [])
        )
        if course.status == Course.Status.COMPLETED:
            _judge(desk, course, series)


def _judge(desk: Desk, course: Course, series: Series) -> None:
    if series.last is None or series.category is None:
        return
    doctor = desk.house.users[_doctor(desk, course.plan.patient.family_name)]
    outcomes.record(
        course=course,
        judgement=_JUDGED[series.category],
        by=doctor,
        now=min(series.last.at + 5 * MINUTE, desk.now - MINUTE),
    )


def _rise(desk: Desk) -> None:
    """Drawn again after the last session: every lesion is there again, and more of each."""
    family, more, times = RISING
    done = Session.objects.filter(
        course__plan__patient=desk.patients[family], appointment__status="done"
    ).order_by("-appointment__during")
    last = done[0].appointment
    if last is None:
        return
    at = last.during.upper + 2 * DAY
    doctor = desk.house.users[_doctor(desk, family)]
    draft: Assessment = act.start(patient=desk.patients[family], by=doctor, now=at)
    known = marks(draft.findings.select_related("lesion").order_by("lesion__number"))
    counts = queries.counts_of([draft.patient_id])[draft.patient_id]
    wanted = times * max(each.total for each in counts) - sum(each.count for each in known)
    more = max(more, ceil(wanted / len(known)))
    entries = [
        replace(_as_it_stands(each), state="active", count=each.count + more) for each in known
    ]
    _save(draft, entries, doctor, at)
    act.sign(assessment=draft, by=doctor, now=at + 4 * MINUTE)
