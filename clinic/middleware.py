"""Where this browser works: its location, and that location's clock for every time on a page."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from clinic.models import Location
from clinic.queries import locations

View = Callable[[HttpRequest], HttpResponse]


class PlacedRequest(HttpRequest):
    """A request of staff, with the known locations and the chosen one."""

    locations: list[Location]
    location: Location | None


class LocationMiddleware:
    """Reads the locations once per page and shows times on the chosen one's clock."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.get_response(request)
        known = locations.all_known()
        chosen = locations.chosen(known, request.session.get(locations.SESSION_KEY))
        request.locations, request.location = known, chosen  # type: ignore[attr-defined]
        with timezone.override(chosen.zone if chosen else None):
            return self.get_response(request)
