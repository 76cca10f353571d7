"""Sessions that end when nobody works in them, the way back in, and what browsers may keep."""

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

View = Callable[[HttpRequest], HttpResponse]

_SEEN = "seen"
# how stale the mark of last activity may be: saves a write on most requests
_RESOLUTION_SECONDS = 60


class IdleSessionMiddleware:
    """Signs out a session that was idle for SESSION_IDLE_SECONDS.

    What a page asks for by itself (`clinic.accounts.access.poll`) ends an idle session like any
    request, but does not keep one alive: a board left open signs itself out.
    """

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            idle = time.time() - request.session.get(_SEEN, time.time())
            if idle > settings.SESSION_IDLE_SECONDS:
                logout(request)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, *_: Any) -> None:
        """Before the view and after the sign-out: note that somebody is there."""
        if not request.user.is_authenticated:
            return
        now, seen = time.time(), request.session.get(_SEEN)
        if seen is None or (_is_activity(request, view) and now - seen > _RESOLUTION_SECONDS):
            request.session[_SEEN] = now


def _is_activity(request: HttpRequest, view: Any) -> bool:
    return not getattr(view, "is_poll", False) or request.GET.get("active") == "1"


# what a page may use of the machine's sensors: nothing, but the camera where photos are taken
SENSORS = "camera=(%s), microphone=(), geolocation=()"


class PrivacyHeadersMiddleware:
    """Nothing about a patient stays in a cache, and no page may use the machine's sensors unless
    its view says so."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store, private")
        response.headers.setdefault("Permissions-Policy", SENSORS % "")
        return response


def _path_of(address: str) -> str:
    """The path and query of a page's address; "/" when the browser sent nonsense."""
    try:
        page = urlsplit(address)
    except ValueError:
        return "/"
    # one slash at the front: two would name a host
    return "/" + page.path.lstrip("/") + (f"?{page.query}" if page.query else "")


class SignInMiddleware(LoginRequiredMiddleware):
    """Sends whoever is signed out to sign in, and afterwards to a page that can be opened.

    A button pressed after the session ended is not pressed again: the page it stood on opens.
    """

    def handle_no_permission(
        self, request: HttpRequest, view_func: Callable[..., Any]
    ) -> HttpResponseRedirect:
        if request.method in {"GET", "HEAD"}:
            return super().handle_no_permission(request, view_func)
        messages.warning(
            request, _("You were signed out; nothing was changed. Sign in and do it again.")
        )
        return redirect_to_login(_page_of_button(request))


def _page_of_button(request: HttpRequest) -> str:
    """The path of our page that sent this request, else of the first page."""
    page = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(
        page, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return _path_of(page) if ours else resolve_url(settings.LOGIN_REDIRECT_URL)


class MethodNotAllowedMiddleware:
    """Puts words on the blank answer to an address that was opened but only takes a button."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not response.content:
            page = render(request, "405.html", status=405)
            page.headers["Allow"] = response.headers["Allow"]
            return page
        return response


class FragmentSignInMiddleware:
    """A part of a page asked for after the session ended sends the whole page to sign in.

    Without it the sign-in form would appear inside the panel or list that was to be refreshed.
    """

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        asked_by_htmx = request.headers.get("HX-Request") == "true"
        sign_in = resolve_url(settings.LOGIN_URL)
        to_sign_in = response.headers.get("Location", "").startswith(sign_in)
        if asked_by_htmx and to_sign_in:
            here = _path_of(request.headers.get("HX-Current-URL", "/"))
            answer = HttpResponse(
                status=204, headers={"HX-Redirect": f"{sign_in}?{urlencode({'next': here})}"}
            )
            # a message to the person may travel in them
            answer.cookies = response.cookies
            return answer
        return response
