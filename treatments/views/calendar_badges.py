"""How far each patient's course has come, for a whole calendar page in one answer."""

from typing import NamedTuple

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from clinic.accounts.access import StaffRequest, poll, requires
from treatments.queries import courses
from treatments.queries.courses import Dot

MOST = 200


class Badge(NamedTuple):
    """One appointment as the `number`-th of `total` sessions."""

    appointment: int
    number: int
    total: int
    dots: list[Dot]


@poll
@requires("treatments.view_plan")
@require_GET
def badges(request: StaffRequest) -> HttpResponse:
    """Badges to be put in place by htmx, wherever an element has the class `badge-<pk>`.

    Asked for with `?pk=1&pk=2` or `?pks=1,2`; visits without a course have none.
    """
    wanted = _wanted(request)
    context = {"badges": _badges(wanted) if wanted else []}
    return render(request, "treatments/badges.html", context)


def _wanted(request: StaffRequest) -> set[int]:
    texts = [*request.GET.getlist("pk"), *request.GET.get("pks", "").split(",")]
    numbers = [
        int(each) for each in texts if each.isascii() and each.isdecimal() and len(each) < 19
    ]
    return set(numbers[:MOST])


def _badges(wanted: set[int]) -> list[Badge]:
    found = []
    for course in courses.of_appointments(wanted):
        dots = courses.dots(course)
        found += [
            Badge(dot.session.appointment_id, dot.session.number, len(dots), dots)
            for dot in dots
            if dot.session.appointment_id in wanted
        ]
    return found
