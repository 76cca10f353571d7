"""Booking the open sessions of a course in one go: search, proposals, and the booking itself."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from clinic.accounts.access import StaffRequest, note_access, requires
from clinic.accounts.models import RecordAccess
from clinic.actions.claims import BookingRefused, KeyReused
from clinic.models import Booking
from clinic.queries import holds as clinic_holds
from clinic.scheduling.refusals import listed
from patients.actions.retry import TryAgain
from patients.models import Patient
from patients.queries.header import header_of
from patients.queries.record import RECORD
from treatments.actions import plans
from treatments.booking_rules import OVERRIDE
from treatments.forms.offers import Offer, ProposalLost, offer_from
from treatments.forms.series import SeriesForm
from treatments.models import Course
from treatments.queries import courses, holds
from treatments.queries import series as fitting
from treatments.views.course_lines import COURSE
from treatments.views.obstacles import obstacles
from treatments.views.proposals import cards
from treatments.views.series_words import Asked, day_words
from treatments.views.ways_out import clinicians_way, ways_out

# as the column that keeps it
LONGEST_REASON = 300


@requires("treatments.view_plan")
@require_safe
def search(request: StaffRequest, pk: int) -> HttpResponse:
    """The wishes and, below them, whole series that keep them; htmx asks for the lower part."""
    course = get_object_or_404(courses.with_dates(), pk=pk)
    template = "treatments/series.html#answer" if request.htmx else "treatments/series.html"
    if not request.htmx:
        note_access(request, RECORD, course.plan.patient_id, RecordAccess.Action.READ)
    return render(request, template, _page(request, course))


@requires("clinic.add_appointment")
@require_http_methods(["GET", "POST"])
def confirm(request: StaffRequest, pk: int) -> HttpResponse:
    """Book one proposal: all of it, or nothing and why.

    Whoever had to sign in again on the way arrives by GET, and is led back to the search.
    """
    if request.method == "GET":
        return redirect(f"{reverse('series', args=[pk])}?{request.GET.urlencode()}")
    course = get_object_or_404(courses.with_sessions(), pk=pk)
    try:
        offer = offer_from(request.POST.get("offer", ""), course)
        booked = _book(request, course, offer)
    except ProposalLost as lost:
        return _again(request, pk, [str(lost)], status=400)
    except BookingRefused as refused:
        return _again(request, pk, _objections(refused, course, offer), status=409)
    except (KeyReused, TryAgain) as refused:
        return _again(request, pk, [str(refused)], status=409)
    patient = course.plan.patient
    note_access(request, COURSE, course.pk, RecordAccess.Action.CHANGE)
    messages.success(request, _booked(booked, patient))
    return redirect("patient-detail", patient.pk)


def _book(request: StaffRequest, course: Course, offer: Offer) -> Booking:
    return plans.book_series(
        course=course,
        slots=offer.slots,
        by=request.user,
        now=timezone.now(),
        key=offer.key,
        override_reason=_reason(request),
    )


def _reason(request: StaffRequest) -> str:
    """A clinician's reason for what is unusual about the dates; of anybody else none is kept."""
    given = request.POST.get("reason", "").strip()[:LONGEST_REASON]
    return given if request.user.has_perm(OVERRIDE) else ""


def _again(request: StaffRequest, pk: int, reasons: Sequence[str], status: int) -> HttpResponse:
    """The page once more, with what was said against the booking; it asks for fresh proposals
    itself, so that in a rush for one date nobody waits for a search."""
    course = get_object_or_404(courses.with_dates(), pk=pk)
    context = _page(request, course, search=bool(_reason(request))) | {"reasons": reasons}
    return render(request, "treatments/series.html", context, status=status)


def _page(request: StaffRequest, course: Course, search: bool = True) -> dict[str, Any]:
    """All of the page; to htmx only what is below the wishes. Without `search` no proposals, but
    where they are to be had."""
    now = timezone.now()
    kept = holds.booking_of(course, now)
    context: dict[str, Any] = {
        "course": course,
        "patient": course.plan.patient,
        "run": courses.open_run(course),
        "closed": _why_closed(course),
        "kept": kept and clinic_holds.of_booking(kept, now),
        "hold_minutes": settings.HOLD_MINUTES,
    }
    if not request.htmx:
        context["section"] = "patients"
        context["header"] = header_of(course.plan.patient, now)
        context["dots"] = courses.dots(course)
    if context["closed"] or context["kept"]:
        return context
    return context | _answer(request, course, now, search)


def _why_closed(course: Course) -> str:
    """Why no search is offered, empty when there is one. The booking door decides for itself."""
    if course.plan.patient.deceased:
        return _("%(name)s is recorded as deceased.") % {"name": course.plan.patient.full_name}
    if course.status != Course.Status.ACTIVE:
        status = str(course.get_status_display()).lower()
        return _("This course is %(status)s. Nothing more is booked for it.") % {"status": status}
    if not courses.open_run(course):
        return _("Every session of this course has its date.")
    return ""


def _answer(request: StaffRequest, course: Course, now: datetime, search: bool) -> dict[str, Any]:
    """The form, and what it finds when it can be understood."""
    run = courses.open_run(course)
    form = SeriesForm(
        request.GET,
        course=course,
        run=run,
        people=fitting.people(course),
        today=now.astimezone(course.location.zone).date(),
        may_overrule=request.user.has_perm(OVERRIDE),
    )
    if not form.is_valid():
        return {"form": form}
    if not search:
        address = reverse("series", args=[course.pk])
        return {"form": form, "search_again": f"{address}{form.query()}"}
    wishes = form.wishes()
    found = fitting.search(course, form.wanted(run), wishes, now)
    asked = Asked(course, found, wishes, form, request.user.has_perm(OVERRIDE))
    return {
        "form": form,
        "cards": cards(asked),
        "obstacles": obstacles(asked),
        "ways_out": ways_out(asked),
        "clinicians_way": clinicians_way(asked),
        "given_reason": request.POST.get("reason", ""),
        "query": form.query(),
        "weeks": settings.SERIES_HORIZON_WEEKS,
    }


# Sentences ----------------------------------------------------------------------------------------


def _objections(refused: BookingRefused, course: Course, offer: Offer) -> list[str]:
    """Every objection, those to one date together, with the session it is about."""
    if holds.booking_of(course, timezone.now()):
        return [_("Dates of this course are kept already: book these, or give them back first.")]
    numbers = [each.number for each in courses.open_run(course)]
    found: dict[str, list[str]] = {}
    for each in refused.objections:
        about = ""
        if each.position is not None and each.position < len(numbers):
            about = f"{_session(numbers[each.position], offer, each.position, course)}: "
        found.setdefault(about, []).append(each.text)
    return [f"{about}{' '.join(texts)}" for about, texts in found.items()]


def _session(number: int, offer: Offer, position: int, course: Course) -> str:
    start = offer.start(position, course.location.zone)
    words = {"number": number, "day": day_words(start), "time": f"{start:%H:%M}"}
    return _("Session %(number)d, %(day)s, %(time)s") % words


def _booked(booked: Booking, patient: Patient) -> str:
    """ "2 sessions are booked: Tue 1 Dec 15:30 and … The confirmation goes to ada@…" """
    starts = [
        each.starts_at for each in booked.appointments.select_related("location").order_by("during")
    ]
    dates = listed(f"{day_words(start)} {start:%H:%M}" for start in starts)
    text = ngettext("Booked: %(dates)s.", "%(n)d sessions are booked: %(dates)s.", len(starts))
    return f"{text % {'n': len(starts), 'dates': dates}} {_told(patient)}"


def _told(patient: Patient) -> str:
    if patient.may_be_emailed:
        return _("The confirmation goes to %(email)s.") % {"email": patient.email}
    words = {"why": patient.why_not_emailed, "phone": patient.phone}
    text = _("No confirmation is e-mailed: %(why)s.") % words
    return (
        f"{text} {_('Tell the dates by telephone, %(phone)s.') % words}" if patient.phone else text
    )
