"""The plan as a document: what was agreed, when, what happens, and what to do at home."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, Final

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinic.letters import practitioner_name
from clinic.models import Location
from patients import documents
from patients.documents import Document
from patients.models import Patient
from treatments import plan_words as words
from treatments.models import Course, Protocol, Session
from treatments.protocol_data import PROTOCOLS
from treatments.queries import courses

FILE_NAME: Final = "your-plan"
State = Session.State


def make(course: Course, *, made_at: datetime) -> Document:
    """The plan of the patient whose course this is; raises patients.documents.DocumentFailed."""
    return documents.make("plan", page(course, made_at), made_at=made_at)


def page(course: Course, now: datetime) -> dict[str, Any]:
    """The data of templates/documents/plan.typ: this course first, then what else runs."""
    patient, where = course.plan.patient, course.location
    shown = [course, *(each for each in _running(patient) if each.pk != course.pk)]
    with translation.override(settings.LANGUAGE_CODE):
        today = now.astimezone(where.zone).date()
        return {
            "language": "en",
            "title": _("Your plan"),
            "clinic": settings.CLINIC_NAME,
            "place": where.address,
            "about": _("Plan of %(name)s, as of %(day)s")
            % {"name": patient.full_name, "day": _day(today)},
            "facts": _facts(patient, shown),
            "courses": [_course(each, patient) for each in shown],
            "session_label": _("Session"),
            "when_label": _("When"),
            "where_label": _("Where, with whom"),
            "before_title": _("Before each session"),
            "care": _(words.NO_BLOOD_THINNERS),
            "call": _call(where),
        }


def _running(patient: Patient) -> list[Course]:
    rows = courses.with_sessions().filter(plan__patient=patient)
    wanted = rows.filter(status__in=[Course.Status.ACTIVE, Course.Status.PAUSED])
    return list(wanted.order_by("pk"))


def _facts(patient: Patient, shown: Sequence[Course]) -> list[list[str]]:
    born = [[_("Born"), date_format(patient.birth_date, "j F Y")]] if patient.birth_date else []
    agreed = [
        _("%(day)s with %(name)s") % {"day": _day(each.plan.agreed_at.date()), "name": by}
        for each in shown[:1]
        if (by := each.plan.agreed_by)
    ]
    return [[_("For"), patient.full_name], *born, [_("Agreed"), agreed[0]]]


def _course(course: Course, patient: Patient) -> dict[str, Any]:
    modality = course.protocol.modality
    return {
        "name": course.protocol.name,
        "summary": _summary(course),
        "happens": _(words.HAPPENS[modality]),  # type: ignore[index] # checked by the column
        "sessions": list(_sessions(course)),
        "ladder": _ladder() if modality == Protocol.Modality.RETINOID else None,
        "before": list(_before(course, patient)),
    }


def _summary(course: Course) -> str:
    total, spacing = len(course.sessions.all()), course.protocol.spacing
    said = [ngettext("%(n)d session", "%(n)d sessions", total) % {"n": total}]
    if spacing and total > 1 and spacing.max is not None:
        said.append(
            _("%(min)d to %(max)d days apart, best %(ideal)d")
            % {"min": spacing.min, "max": spacing.max, "ideal": spacing.ideal}
        )
    if course.status != Course.Status.ACTIVE:
        said.append(str(course.get_status_display()).lower())
    return ", ".join(said)


def _sessions(course: Course) -> Iterator[dict[str, str]]:
    for dot in courses.dots(course):
        session = dot.session
        yield {
            "number": str(session.number),
            "state": session.state,
            "when": _when(session),
            "note": {State.DONE: _("done"), State.MISSED: _("missed")}.get(
                State(session.state), ""
            ),
            "where": _where(session),
        }


def _when(session: Session) -> str:
    visit = session.appointment
    if visit is None or session.state == State.OPEN:
        return _("still to be booked")
    starts = visit.starts_at
    return f"{_day(starts.date())}, {starts:%H:%M}"


def _where(session: Session) -> str:
    """ "Harbour Street, Dr Helen Cole", for what is still to come."""
    visit = session.appointment
    if visit is None or session.state != State.BOOKED:
        return ""
    return ", ".join(part for part in (visit.location.name, practitioner_name(visit)) if part)


def _ladder() -> dict[str, Any]:
    """The nights of a retinoid, week by week, and when it is looked at."""
    shipped = next(each for each in PROTOCOLS if each.modality == "retinoid")
    weeks = [[str(week), str(nights)] for week, nights in enumerate(shipped.nights_per_week, 1)]
    return {
        "title": _("At home: nights with the cream"),
        "week_label": _("Week"),
        "nights_label": _("Nights"),
        "weeks": weeks,
        "more": [
            _("A pea-sized amount for the whole face, on dry skin 20 to 30 minutes after washing."),
            _("Too dry or too red? Stay at the same number of nights, or go one step back."),
            _("Sunscreen, SPF 30 or higher, every morning."),
            _("We look at it together after %(weeks)s weeks.")
            % {"weeks": _listed(str(day // 7) for day in shipped.review_days)},
        ],
    }


def _listed(parts: Iterable[str]) -> str:
    """ "6, 12 and 24"."""
    *first, last = parts
    return _("%(first)s and %(last)s") % {"first": ", ".join(first), "last": last}


def _before(course: Course, patient: Patient) -> Iterator[str]:
    protocol = course.protocol
    days = protocol.retinoid_stop_days(patient.skin_type)
    if days and course.uses_retinoid is not False:
        yield _(words.RETINOID_RESTS) % {"days": days}
    for text in words.BEFORE[protocol.modality]:  # type: ignore[index] # checked by the column
        yield _(text)


def _call(where: Location) -> str:
    if not where.phone:
        return _("Something does not suit you? Tell us: every date can be moved.")
    return _("Something does not suit you? Call %(phone)s: every date can be moved.") % {
        "phone": where.phone
    }


def _day(day: date) -> str:
    return date_format(day, "D j M Y")
