"""Sessions that end when nobody works in them, and headers that keep records out of caches."""

import time
from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url

View = Callable[[HttpRequest], HttpResponse]

_SEEN = "seen"
# how stale the mark of last activity may be: saves a write on most requests
_RESOLUTION_SECONDS = 60


class IdleSessionMiddleware:
    """Signs out a session that was idle for SESSION_IDLE_SECONDS."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            self._end_or_mark(request, time.time())
        return self.get_response(request)

    def _end_or_mark(self, request: HttpRequest, now: float) -> None:
        seen = request.session.get(_SEEN, now)
        if now - seen > settings.SESSION_IDLE_SECONDS:
            logout(request)
        elif now - seen > _RESOLUTION_SECONDS or _SEEN not in request.session:
            request.session[_SEEN] = now


class PrivacyHeadersMiddleware:
    """Nothing about a patient stays in a cache, and no page may use the machine's sensors."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store, private")
        response.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
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
            page = urlsplit(request.headers.get("HX-Current-URL", "/"))
            here = page.path + (f"?{page.query}" if page.query else "")
            return HttpResponse(
                status=204, headers={"HX-Redirect": f"{sign_in}?{urlencode({'next': here})}"}
            )
        return response
