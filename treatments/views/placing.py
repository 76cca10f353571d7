"""A waiting session dropped onto the calendar: what that would mean, and booking it there."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clinic.accounts.access import StaffRequest, note_access, requires
from clinic.accounts.models import RecordAccess
from clinic.actions.claims import BookingRefused, KeyReused
from clinic.forms.appointment import DayForm
from clinic.forms.years import can_be_meant
from clinic.scheduling.clock import NoSuchLocalTime
from clinic.views.words import skipped
from patients.actions.retry import TryAgain
from treatments.actions import plans
from treatments.forms.offers import Offer, ProposalLost, offer_from
from treatments.models import Course, Session
from treatments.queries import courses
from treatments.queries.placing import Placing, place
from treatments.views.course_lines import COURSE


@requires("clinic.add_appointment")
@require_http_methods(["GET", "POST"])
def session_place(request: StaffRequest, pk: int) -> HttpResponse:
    """`?start=2027-01-12T15:30&resource=12`, local wall time: what it would mean; POST books."""
    session = get_object_or_404(Session, pk=pk)
    course = courses.with_sessions().get(pk=session.course_id)
    if request.method == "GET":
        return _panel(request, course, session, [])
    try:
        offer = offer_from(request.POST.get("offer", ""), course)
        _book(request, course, session, offer)
    except ProposalLost as lost:
        return _panel(request, course, session, [str(lost)])
    except BookingRefused as refused:
        return _panel(request, course, session, [each.text for each in refused.objections])
    except (KeyReused, TryAgain) as refused:
        return _panel(request, course, session, [str(refused)])
    note_access(request, COURSE, course.pk, RecordAccess.Action.CHANGE)
    return _booked(request, course, session)


def _book(request: StaffRequest, course: Course, session: Session, offer: Offer) -> None:
    plans.book_session(
        session=session,
        slot=offer.slots[0],
        by=request.user,
        now=timezone.now(),
        key=offer.key,
        override_reason=request.POST.get("reason", "")[:300],
    )


def _booked(request: StaffRequest, course: Course, session: Session) -> HttpResponse:
    name = course.plan.patient.full_name
    text = _("Session %(number)d of %(name)s is booked.") % {"number": session.number, "name": name}
    if not request.htmx:
        messages.success(request, text)
        return redirect("patient-detail", course.plan.patient_id)
    context = {"course": course, "session": session, "said": text}
    response = render(request, "treatments/place.html#panel", context)
    response["HX-Trigger-After-Swap"] = "appointment-changed"
    return response


def _panel(
    request: StaffRequest, course: Course, session: Session, reasons: list[str]
) -> HttpResponse:
    context: dict[str, Any] = {
        "section": "calendar",
        "course": course,
        "session": session,
        "patient": course.plan.patient,
        "dots": courses.dots(course),
        "reasons": reasons,
        "resource": DayForm(request.GET).chosen("resource", ""),
        "may_override": request.user.has_perm("treatments.override_spacing"),
    }
    context |= _judged(request, course, session)
    template = "treatments/place.html#panel" if request.htmx else "treatments/place.html"
    return render(request, template, context, status=409 if reasons and not request.htmx else 200)


def _judged(request: StaffRequest, course: Course, session: Session) -> dict[str, Any]:
    """The placing with its offer, or a sentence that says why there is none."""
    wall = _wall(request.GET.get("start", ""))
    if course.status != Course.Status.ACTIVE or course.plan.patient.deceased:
        return {"closed": _("Nothing more is booked for this course.")}
    if courses.session_day(session) is not None:
        return {"closed": _("This session has a date by now.")}
    if wall is None:
        return {"closed": _("Choose a time on the calendar.")}
    resource = DayForm(request.GET).chosen("resource", None)
    try:
        placing = place(course, session, wall, resource, timezone.now())
    except NoSuchLocalTime:
        return {"closed": skipped(wall)}
    return {"placing": placing, "offer": _offer(placing, course)}


def _offer(placing: Placing, course: Course) -> str:
    return Offer.of([placing.slot]).signed(course) if placing.slot else ""


def _wall(text: str) -> datetime | None:
    """A wall-clock time without a zone, of a year that can be meant."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    sane = found.tzinfo is None and can_be_meant(found)
    return found.replace(second=0, microsecond=0) if sane else None
