"""How a link of a letter is opened.

Its token goes into a cookie of the one page that it is for, and the browser is sent on to an
address without it, so that no history, log or next page gets to see it. Opening changes nothing,
however often a mail scanner does it; only the buttons of the page act. A link that is over, was
revoked, or never was one is answered alike.
"""

from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_vary_headers

from patients.actions import links
from patients.models import Link

# as long as one may take to decide on the open page
COOKIE_SECONDS = 2 * 3600


def cookie(purpose: str) -> str:
    return f"link-{purpose}" if settings.LOCAL else f"__Secure-link-{purpose}"


def arrive(*, purpose: str, page: str, token: str) -> HttpResponse:
    """Any link is sent on alike; whether it opens something is said by `page` (a route)."""
    response = redirect(page)
    response.set_cookie(
        cookie(purpose),
        token,
        max_age=COOKIE_SECONDS,
        path=reverse(page),
        secure=not settings.LOCAL,
        httponly=True,
        samesite="Lax",
    )
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def found(request: HttpRequest, purpose: str, now: datetime) -> Link | None:
    """The link by which this browser came to the page."""
    token = request.COOKIES.get(cookie(purpose), "")
    return links.opened(purpose=purpose, text=token, now=now) if token else None


def over(request: HttpRequest, *, reads: bool = False) -> HttpResponse:
    """What every link says that opens nothing, in the browser's language: whose link it was is
    not told. `reads`: of links to a page that is read, not answered."""
    with translation.override(translation.get_language_from_request(request)):
        response = render(request, "portal/over.html", {"reads": reads}, status=410)
    patch_vary_headers(response, ["Accept-Language"])
    return response
