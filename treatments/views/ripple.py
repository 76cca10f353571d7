"""Moving a visit with the rest of its course, and mending a course that lost one."""

from collections.abc import Callable, Sequence
from functools import partial

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clinic.accounts.access import StaffRequest, note_access, requires
from clinic.accounts.models import RecordAccess
from clinic.actions.claims import BookingRefused, KeyReused
from clinic.models import Appointment
from clinic.views.appointment import answer
from clinic.views.today import Outcome
from patients.actions.retry import TryAgain
from treatments.actions import ripple as action
from treatments.actions.ripple import Change
from treatments.forms.ripple import MoveForm, OfferLost, offer_from
from treatments.models import Course
from treatments.queries import courses, follow_ups, ripple_loading
from treatments.queries.follow_ups import Displaced, FollowUp, Lost
from treatments.queries.ripple_loading import Asked, Loading
from treatments.views.course_lines import COURSE
from treatments.views.ripple_outcome import said, visit_of
from treatments.views.ripple_pages import InOrder, RipplePage

APPOINTMENT = "clinic.appointment"

# reads the question anew: after a refusal the visits are not what they were
Ask = Callable[[], RipplePage | InOrder]


@requires("clinic.change_appointment")
@require_http_methods(["GET", "POST"])
def move(request: StaffRequest, pk: int) -> HttpResponse:
    """Another time for one visit: free times, or what the chosen one does to its course."""
    ask = partial(_move_page, request, pk)
    if request.method == "POST":
        return _apply(request, ask, f"appointment:{pk}")
    page = ask()
    note_access(request, APPOINTMENT, pk, RecordAccess.Action.READ)
    lost = page.scene.focus and page.scene.focus.is_lost and page.scene.focus.session
    if lost:
        url = reverse("course-ripple", args=[lost.course_id])
        return redirect(f"{url}?session={lost.number}")
    return _shown(request, page)


@requires("clinic.add_appointment")
@requires("clinic.change_appointment")
@require_http_methods(["GET", "POST"])
def mend(request: StaffRequest, pk: int) -> HttpResponse:
    """A new date for a session that lost its visit, or for those that lost their distance."""
    ask = partial(_mend_page, request, pk)
    if request.method == "POST":
        return _apply(request, ask, f"course:{pk}")
    page = ask()
    note_access(request, COURSE, pk, RecordAccess.Action.READ)
    return _shown(request, page)


def _move_page(request: StaffRequest, pk: int) -> RipplePage:
    form = MoveForm(request.GET)
    try:
        loading = ripple_loading.of_appointment(pk, _asked(form))
    except Appointment.DoesNotExist as missing:
        raise Http404 from missing
    path = reverse("appointment-move", args=[pk])
    return RipplePage(loading, form, request.user, path, f"appointment:{pk}")


def _mend_page(request: StaffRequest, pk: int) -> RipplePage | InOrder:
    form, now = MoveForm(request.GET), timezone.now()
    course = get_object_or_404(courses.with_sessions(), pk=pk)
    found = follow_ups.follow_up(course, now, form.chosen("session"))
    if found is None:
        return InOrder(course)
    path = reverse("course-ripple", args=[pk])
    return RipplePage(_loading(course, found, form), form, request.user, path, f"course:{pk}")


def _loading(course: Course, found: FollowUp, form: MoveForm) -> Loading:
    match found:
        case Lost():
            return ripple_loading.of_session(course, found.session, _asked(form))
        case Displaced():
            return ripple_loading.after_session(course, found.after, _asked(form))


def _asked(form: MoveForm) -> Asked:
    return Asked(timezone.now(), form.pins(), form.reach())


def _apply(request: StaffRequest, ask: Ask, subject: str) -> HttpResponse:
    """Do what was offered, or show why not and what can be had by now."""
    try:
        offer = offer_from(request.POST.get("offer", ""), subject)
    except OfferLost as lost:
        return _shown(request, ask(), [str(lost)], status=400)
    change = action.change_of(offer.moves, offer.books)
    notify = request.POST.get("notify", "1") != "0"
    try:
        made = action.apply(
            change=change,
            by=request.user,
            now=timezone.now(),
            key=offer.key,
            notify=notify,
            override_reason=request.POST.get("reason", "").strip()[:300],
        )
    except BookingRefused as refused:
        return _shown(request, ask(), _reasons(refused, change), status=409)
    except (KeyReused, TryAgain) as refused:
        return _shown(request, ask(), [str(refused)], status=409)
    undo_url = reverse("rearrangement-undo", args=[made.pk])
    outcome = Outcome(said(change, notify), refused=False, undo_url=undo_url)
    return answer(request, visit_of(made, change), outcome)


def _reasons(refused: BookingRefused, change: Change) -> list[str]:
    """Every objection; with the session it is about when there is more than one."""
    labels = [*_labels(change)]
    several = len(labels) > 1
    return [
        f"{labels[each.position]}: {each.text}"
        if several and each.position is not None and each.position < len(labels)
        else each.text
        for each in refused.objections
    ]


def _labels(change: Change) -> Sequence[str]:
    """The visits in the order in which objections count them: those that move, then new ones."""
    known = courses.details_of([visit for visit, _to in change.moves])
    numbers = [known[visit.pk].number if visit.pk in known else 0 for visit, _to in change.moves]
    numbers += [session.number for session, _to in change.books]
    return [_("Session %(number)d") % {"number": number} for number in numbers]


def _shown(
    request: StaffRequest,
    page: RipplePage | InOrder,
    reasons: Sequence[str] = (),
    status: int = 200,
) -> HttpResponse:
    template = "treatments/move.html#panel" if request.htmx else "treatments/move.html"
    context = page.context() | {"reasons": reasons}
    return render(request, template, context, status=status)
