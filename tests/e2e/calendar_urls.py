"""The clinic's addresses with a plain answer to what the calendar asks when something is dropped.

The calendar only names the address of a move; what is proposed there is another page's concern.
"""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.utils.html import format_html


def proposal(request: HttpRequest, pk: int) -> HttpResponse:
    """Tells what was asked for, and has a button that says the move was made."""
    asked = f"{request.GET.get('start', '')} at {request.GET.get('resource', '')}"
    made = request.GET.get("made")
    button = '<button class="btn btn-primary" hx-get="{}?made=1" hx-target="#panel">Move</button>'
    page = f'<div class="panel-head"><h2>Move visit {{}}</h2></div><p>{{}}</p>{button}'
    text = "Moved" if made else asked
    answer = HttpResponse(format_html(page, pk, text, request.path))
    if made:
        answer["HX-Trigger-After-Swap"] = "appointment-changed"
    return answer


def worklist(request: HttpRequest) -> HttpResponse:
    """One session without a date, as the list beside the calendar shows it."""
    return HttpResponse(
        '<section class="card-box" aria-labelledby="worklist-title">'
        '<div class="card-head"><h2 id="worklist-title">To be booked</h2></div>'
        '<ul class="rail-list"><li data-place-url="/appointments/7/move/?from=list"'
        ' data-place-name="Ben O." data-place-when="session 2 of 5" data-place-minutes="45">'
        '<div><a class="row-link" href="/patients/">Ben Okafor</a>'
        '<p class="muted small">Session 2 of 5, by 14 Dec</p></div></li></ul></section>'
    )


urlpatterns = [
    path("worklist/rail/", worklist, name="worklist-rail"),
    path("appointments/<int:pk>/move/", proposal, name="appointment-move"),
    path("", include("clinic.urls")),
]
