"""The course of one visit for its panel: how far it is, what lies around it, what to do next."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from clinic.accounts.access import StaffRequest, requires
from clinic.models import Appointment
from treatments.models import Course, Session
from treatments.queries import courses, follow_ups, rebindings
from treatments.queries.courses import Dot
from treatments.views import ripple_words as words
from treatments.views.follow_up_words import prompt


@dataclass(frozen=True, slots=True)
class Around:
    """The gap to a neighbour of a session, in words; `level` is ok, warn or danger."""

    text: str
    word: str
    level: str


@requires("treatments.view_plan")
@require_safe
def fragment(request: StaffRequest, pk: int) -> HttpResponse:
    """Dots, place in the course, gaps and what follows; empty for a visit outside a course."""
    visit = get_object_or_404(Appointment, pk=pk)
    session = rebindings.session_of(visit)
    context = _context(session, visit) if session else {}
    return render(request, "treatments/visit_course.html", context)


def _context(session: Session, visit: Appointment) -> dict[str, Any]:
    course = courses.with_sessions().get(pk=session.course_id)
    dots = courses.dots(course)
    own = session.appointment_id == visit.pk
    found = follow_ups.follow_up(course, timezone.now())
    return {
        "course": course,
        "dots": dots,
        "number": session.number,
        "total": len(dots),
        "around": _around(course, dots, session.number) if own and visit.blocks_time else [],
        "aftercare_url": reverse("visit-aftercare", args=[visit.pk]) if visit.blocks_time else "",
        "instead": None if own else _standing(session),
        "prompt": prompt(course, found) if found else None,
    }


def _standing(session: Session) -> Appointment | None:
    """The visit that stands for it now; one that was given up or missed as well does not."""
    visit = session.appointment
    return visit if visit and visit.blocks_time else None


def _around(course: Course, dots: list[Dot], number: int) -> list[Around]:
    """The gaps before and after the session, where it has neighbours with a day."""
    spacing = course.protocol.spacing
    found = []
    for dot in dots:
        is_next = dot.after == number
        if dot.gap is None or dot.after is None or not (is_next or dot.session.number == number):
            continue
        rule = spacing and spacing.times(dot.session.number - dot.after)
        judged = words.Judged.of(dot.gap, rule)
        text = (
            ngettext("%(n)d day to session %(k)d", "%(n)d days to session %(k)d", dot.gap)
            if is_next
            else ngettext(
                "%(n)d day after session %(k)d", "%(n)d days after session %(k)d", dot.gap
            )
        )
        text %= {"n": dot.gap, "k": dot.session.number if is_next else dot.after}
        found.append(Around(text, judged.word if judged else "", judged.level if judged else "ok"))
    return found
