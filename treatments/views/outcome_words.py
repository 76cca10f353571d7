"""Everything the page of a patient's results shows, from a fixed number of queries."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from patients.models import Patient
from treatments.face_map import BY_KEY
from treatments.models import Course, Outcome, Session
from treatments.outcomes import CATEGORIES, Count, Series
from treatments.progress import Review, percent_change
from treatments.queries import courses, outcomes
from treatments.queries.outcomes import Counts, Tolerated
from treatments.views.outcome_chart import Chart, Done, site_charts, total_chart

_CATEGORY_WORDS = dict(CATEGORIES)


@dataclass(frozen=True, slots=True)
class CourseResult:
    """One course with what its counts say; `change` is "−62 %"."""

    course: Course
    series: Series
    reviews: tuple[Review, ...]
    sessions: list[Tolerated]

    @property
    def baseline(self) -> Count | None:
        return self.series.baseline

    @property
    def last_session(self) -> datetime:
        return self.series.sessions[-1]

    @property
    def category(self) -> str:
        found = self.series.category
        return _(_CATEGORY_WORDS[found]) if found else ""

    @property
    def change(self) -> str:
        return signed_percent(self.series.change)

    @property
    def weighted_change(self) -> str:
        return signed_percent(self.series.weighted_change)


@dataclass(frozen=True, slots=True)
class Row:
    """One assessment of the table: counts by site in the order of the columns, total and change
    from the first one."""

    at: datetime
    counts: list[int]
    total: int
    change: str


@dataclass(frozen=True, slots=True)
class Milia:
    """One line of all, one of each site; `total` is None before anything was counted."""

    total: Chart | None
    sites: list[Chart]


@dataclass(frozen=True, slots=True)
class Results:
    courses: list[CourseResult]
    milia: Milia
    columns: list[str]
    rows: list[Row]
    recorded: list[Outcome]

    @property
    def to_judge(self) -> list[Course]:
        """Courses with a session done: only these have a result. The newest first."""
        return [each.course for each in self.courses if each.series.sessions]


def results_of(patient: Patient) -> Results:
    """Six queries, however long the history."""
    found = courses.of_patient(patient)
    counts = outcomes.counted(patient)
    borne = outcomes.tolerability(patient)
    milia = milia_of(found, counts)
    order = [chart.title for chart in milia.sites]
    until = outcomes.followed_until(found)
    return Results(
        [_result(each, counts, until, borne.get(each.pk, [])) for each in found],
        milia,
        order,
        _table(counts, order),
        outcomes.of_patient(patient),
    )


def _result(
    course: Course, counts: Counts, until: Mapping[int, datetime], sessions: list[Tolerated]
) -> CourseResult:
    series = outcomes.series_for(course, counts.all, until.get(course.pk))
    return CourseResult(course, series, outcomes.open_reviews(course, series), sessions)


def milia_of(found: Iterable[Course], counts: Counts) -> Milia:
    """The lines of a patient with these courses."""
    marks = session_marks(found)
    total = total_chart(_("All milia"), [(each.at, each.total) for each in counts.all], marks)
    days = [each.at for each in counts.all]
    names = {site: _(BY_KEY[site].name) for site in counts.by_site}
    return Milia(total, site_charts(counts.by_site, days, marks, names))


def reviews_of(found: Sequence[Course], counts: Counts) -> list[tuple[Course, str, Review]]:
    """What the counts ask a clinician to look at: course, change in words, and why."""
    until = outcomes.followed_until(found)
    results = [_result(course, counts, until, []) for course in found]
    return [(each.course, each.change, review) for each in results for review in each.reviews]


def session_marks(found: Iterable[Course]) -> list[Done]:
    """Every session done, in order of time."""
    return sorted(
        Done(session.appointment.during.lower, session.number, course.protocol.modality)
        for course in found
        for session in course.sessions.all()
        if session.state == Session.State.DONE and session.appointment
    )


def _table(counts: Counts, order: Sequence[str]) -> list[Row]:
    by_name = {_(BY_KEY[site].name): by_day for site, by_day in counts.by_site.items()}
    first = counts.all[0].total if counts.all else 0
    return [
        Row(
            each.at,
            [by_name[name].get(each.at, 0) for name in order],
            each.total,
            "" if each is counts.all[0] else signed_percent(percent_change(first, each.total)),
        )
        for each in counts.all
    ]


def signed_percent(change: int | None) -> str:
    """ "−62 %", "+20 %", "±0 %"; empty when there is nothing to compare with."""
    if change is None:
        return ""
    sign = "−" if change < 0 else "+" if change else "±"
    return f"{sign}{abs(change)} %"
