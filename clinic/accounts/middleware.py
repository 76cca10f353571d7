"""Sessions that end when nobody works in them, and headers that keep records out of caches."""

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

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
