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


urlpatterns = [
    path("appointments/<int:pk>/move/", proposal, name="appointment-move"),
    path("", include("clinic.urls")),
]
