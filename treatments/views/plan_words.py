"""A plan put into the rows and words of its page: what happens when, what is reviewed, what stops
it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import cast

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from treatments.models import Course, Plan, Regimen, Session
from treatments.progress import review_points
from treatments.protocol_data.model import Modality
from treatments.queries import courses, protocols, regimens
from treatments.queries.regimens import LaidOut
from treatments.regimen import Pause, Week
from treatments.stops import RISE, STOPS, TARGET, Stop
from treatments.views.course_lines import CourseLine, course_line
from treatments.views.series_words import day_words


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One session: its visit, or about when it should be. `gap` says how long after the one before
    it; `review` that the course is looked at after it."""

    session: Session
    state: str
    visit: datetime | None
    about: date | None
    gap: str
    review: bool


@dataclass(frozen=True, slots=True)
class EveningsRow:
    """One week at home, or several alike."""

    weeks: str
    starts_on: date
    evenings: str
    note: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class HomeUse:
    """The regimen of a course, laid out."""

    laid: LaidOut
    rows: list[EveningsRow]
    pauses: list[str]
    reviews: tuple[date, ...]

    @property
    def regimen(self) -> Regimen:
        return self.laid.regimen

    @property
    def may_rise(self) -> bool:
        return self.laid.current is not None and self.laid.current.rung < len(self.laid.rungs)

    @property
    def may_fall(self) -> bool:
        return self.laid.current is not None and self.laid.current.rung > 1


@dataclass(frozen=True, slots=True)
class PlannedCourse:
    """One course of the page."""

    line: CourseLine
    rows: list[SessionRow]
    home: HomeUse | None
    reviews: list[str]
    stops: list[Stop]

    @property
    def course(self) -> Course:
        return self.line.course


def planned(plan: Plan, now: datetime) -> list[PlannedCourse]:
    """Every course of a plan from `queries.plans`; four more queries for one with a regimen."""
    return [_course(each, now) for each in plan.courses.all()]


def _course(course: Course, now: datetime) -> PlannedCourse:
    today = now.astimezone(course.location.zone).date()
    regimen = getattr(course, "regimen", None)
    home = _home(regimen, course, today) if regimen else None
    return PlannedCourse(
        line=course_line(course, now),
        rows=list(_sessions(course)),
        home=home,
        reviews=list(_reviews(course, home)),
        stops=_stops(course),
    )


def _sessions(course: Course) -> Iterator[SessionRow]:
    """Booked and done ones with their day, the others with the day that would be best."""
    after = protocols.numbers(course.protocol).review_after_session
    dots, spacing = courses.dots(course), course.protocol.spacing
    before: date | None = None
    for dot in dots:
        visit = dot.session.appointment
        stands = visit is not None and dot.state != "open"
        day = visit.starts_at.date() if visit is not None and stands else None
        about = before + timedelta(days=spacing.ideal) if before and spacing and not day else None
        yield SessionRow(
            session=dot.session,
            state=dot.state,
            visit=visit.starts_at if visit is not None and stands else None,
            about=about,
            gap=_gap(dot.gap, dot.after, course, dot.session.number),
            review=dot.session.number == after and after < len(dots),
        )
        before = day or about


def _gap(gap: int | None, after: int | None, course: Course, number: int) -> str:
    """ "21 days after session 1", or what the protocol asks for."""
    if gap is not None and after is not None:
        words = ngettext("%(n)d day after session %(k)d", "%(n)d days after session %(k)d", gap)
        return words % {"n": gap, "k": after}
    spacing = course.protocol.spacing
    if number == 1 or spacing is None:
        return ""
    days = {"ideal": spacing.ideal, "min": spacing.min, "max": spacing.max, "k": number - 1}
    if spacing.max is None:
        return _("%(ideal)d days after session %(k)d (%(min)d or more)") % days
    return _("%(ideal)d days after session %(k)d (%(min)d–%(max)d)") % days


def _reviews(course: Course, home: HomeUse | None) -> Iterator[str]:
    numbers = protocols.numbers(course.protocol)
    points = review_points(
        total=len(course.sessions.all()),
        review_after_session=numbers.review_after_session,
        review_days=() if home else numbers.review_days,
    )
    for kind, n in points:
        if kind == "session":
            yield _("After session %(n)d: go on, change or stop.") % {"n": n}
        else:
            yield _("%(n)d days after the first visit.") % {"n": n}
    for day in home.reviews if home else ():
        yield _("On %(day)s or soon after: %(n)d weeks at home.") % {
            "day": date_format(day, "D j M Y"),
            "n": (day - home.regimen.starts_on).days // 7 if home else 0,
        }


def _stops(course: Course) -> list[Stop]:
    own = list(STOPS[cast(Modality, course.protocol.modality)])
    total, lapse = len(course.sessions.all()), course.protocol.gap_lapse
    if total > 1 and lapse:
        text = _("More than %(days)d days between two sessions: a new assessment first.")
        own.append(Stop(text % {"days": lapse}, course.protocol.name))
    return [*own, TARGET, RISE] if total > 1 else own


# At home ----------------------------------------------------------------------------------------


def _home(regimen: Regimen, course: Course, today: date) -> HomeUse:
    regimen.course = course
    laid = regimens.laid_out(regimen, today)
    over = course.status in (Course.Status.STOPPED, Course.Status.COMPLETED)
    return HomeUse(
        laid=laid,
        rows=list(_evenings(laid)),
        pauses=[_pause(each) for each in laid.around],
        reviews=() if over else laid.review_on,
    )


def _evenings(laid: LaidOut) -> Iterator[EveningsRow]:
    """Weeks alike stand in one row, each pause in the week in which it begins."""
    run: list[Week] = []
    for week in laid.weeks:
        if run and not _alike(run[-1], week):
            yield _row(run, laid)
            run = []
        run.append(week)
    if run:
        yield _row(run, laid)


def _alike(one: Week, other: Week) -> bool:
    return one.nights == other.nights and one.pauses == other.pauses


def _row(run: Sequence[Week], laid: LaidOut) -> EveningsRow:
    first, last = run[0], run[-1]
    same = first.number == last.number
    return EveningsRow(
        weeks=str(first.number) if same else f"{first.number}–{last.number}",
        starts_on=first.starts_on,
        evenings=_count(first.nights),
        note="; ".join(_why(pause) for pause in first.pauses),
        is_current=laid.current in run,
    )


def _count(nights: int) -> str:
    if nights == 7:
        return _("every evening")
    if nights == 0:
        return _("none")
    return ngettext("%(n)d evening", "%(n)d evenings", nights) % {"n": nights}


def _pause(pause: Pause) -> str:
    words = {"first": day_words(pause.first), "again": day_words(pause.again)}
    if pause.why == "series":
        return _("None from %(first)s to the end of the series, again from %(again)s.") % words
    return _("None from %(first)s, again from %(again)s if the skin is calm.") % words


def _why(pause: Pause) -> str:
    if pause.again == date.max:
        return _("paused since %(day)s") % {"day": day_words(pause.first)}
    words = {"first": day_words(pause.first), "again": day_words(pause.again)}
    if pause.why == "decided":
        return _("paused %(first)s, again from %(again)s") % words
    if pause.why == "series":
        return _("left out for the series, again from %(again)s") % words
    return _("left out from %(first)s, again from %(again)s") % words
