"""What the desk has to see to: the page, and the short list beside the calendar."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from clinic.accounts.access import StaffRequest, requires
from clinic.forms.appointment import DayForm
from clinic.queries import answers, free_times, unreachable
from clinic.views.location import current, names_hidden, no_location
from treatments.queries import courses
from treatments.queries.worklist import Item, Kind, is_too_close, to_place, worklist
from treatments.views.course_lines import booking_verb

# how many of a kind the page, and how many in all the short list, shows
MOST, MOST_IN_RAIL = 100, 30


@dataclass(frozen=True, slots=True)
class Row:
    """An item with its one action; `in_panel` opens it beside the list."""

    item: Item
    verb: str
    url: str
    in_panel: bool = False
    is_too_close: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """One kind of things to see to; `hint` says what they have in common."""

    kind: Kind
    title: Promise
    hint: Promise
    rows: list[Row]
    total: int

    @property
    def more(self) -> int:
        return self.total - len(self.rows)


_TITLES = {
    Kind.PASSING: (
        gettext_lazy("Will pass the longest gap"),
        gettext_lazy("nothing booked, and the last day is within a week or behind us"),
    ),
    Kind.MISSED: (
        gettext_lazy("Missed and not rebooked"),
        gettext_lazy("nobody has spoken to them since, as far as the book knows"),
    ),
    Kind.OUT: (
        gettext_lazy("Booked out of window"),
        gettext_lazy("too soon or too long after the session before"),
    ),
    Kind.TO_BOOK: (
        gettext_lazy("Sessions to be booked"),
        gettext_lazy("the next session of a running course has no date"),
    ),
    Kind.REVIEW: (
        gettext_lazy("More milia than before"),
        gettext_lazy("a clinician looks whether the treatment is the right one"),
    ),
    Kind.UNCLOSED: (
        gettext_lazy("Never closed"),
        gettext_lazy("the time is over, but nobody said whether the visit took place"),
    ),
}


@requires("treatments.view_plan")
@require_safe
def page(request: StaffRequest) -> HttpResponse:
    """Everything to see to at this location, of all practitioners or with `resource` of one."""
    location = current(request)
    if location is None:
        return no_location(request)
    person = DayForm(request.GET).chosen("resource", None)
    now = timezone.now()
    found = worklist(location, now, person)
    cannot_come, unreached = (
        list(answers.waiting(location)),
        list(unreachable.with_visits(location, now)),
    )
    context = {
        "answers": cannot_come,
        "unreachable": unreached,
        "section": "worklist",
        "location": location,
        "people": free_times.bookable(location, ())["person"],
        "person": person,
        "sections": [_section(kind, items) for kind, items in found.items()],
        "total": sum(map(len, found.values())) + len(cannot_come) + len(unreached),
    }
    return render(request, "treatments/worklist.html", context)


@requires("treatments.view_plan")
@require_safe
def rail(request: StaffRequest) -> HttpResponse:
    """The sessions that wait for a date, for the side of the calendar."""
    location = current(request)
    items = to_place(location, timezone.now()) if location else []
    context = {
        "items": items[:MOST_IN_RAIL],
        "more": max(0, len(items) - MOST_IN_RAIL),
        "total": len(items),
        "names_hidden": names_hidden(request),
    }
    return render(request, "treatments/worklist_rail.html", context)


def _section(kind: Kind, items: list[Item]) -> Section:
    title, hint = _TITLES[kind]
    return Section(kind, title, hint, [_row(item) for item in items[:MOST]], len(items))


def _row(item: Item) -> Row:
    visit, course = item.appointment, item.course
    if item.kind is Kind.OUT and course is not None:
        url, in_panel = _ripple_or_visit(item)
        return Row(item, _("Look at the rest"), url, in_panel, is_too_close(item))
    if item.kind is Kind.UNCLOSED and visit is not None:
        return Row(item, _("Close it"), reverse("appointment-detail", args=[visit.pk]), True)
    if item.is_lapsed or item.kind is Kind.REVIEW:
        return Row(item, _("Open the record"), reverse("patient-detail", args=[item.patient.pk]))
    if course is None:
        return Row(item, _("Book a visit"), reverse("visit-book", args=[item.patient.pk]))
    verb = booking_verb(courses.open_run(course), len(item.dots))
    return Row(item, verb, reverse("series", args=[course.pk]))


def _ripple_or_visit(item: Item) -> tuple[str, bool]:
    """Where the rest of the course is put right, else the visit itself in the panel."""
    try:
        return reverse("course-ripple", args=[item.course.pk if item.course else 0]), False
    except NoReverseMatch:
        visit = item.appointment.pk if item.appointment else 0
        return reverse("appointment-detail", args=[visit]), True
