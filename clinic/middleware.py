"""Where this browser works: its location, and that location's clock for every time on a page."""

from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo
from functools import cached_property

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from clinic.models import Location
from clinic.queries import locations

View = Callable[[HttpRequest], HttpResponse]


class Place:
    """The known locations and the chosen one, read when somebody asks for them, once."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @property
    def asked_for(self) -> int | None:
        """The location that this browser has chosen, by its number; None for the first one."""
        chosen: int | None = self._request.session.get(locations.SESSION_KEY)
        return chosen

    @cached_property
    def known(self) -> list[Location]:
        return locations.all_known()

    @cached_property
    def chosen(self) -> Location | None:
        return locations.chosen(self.known, self.asked_for)


class PlaceClock(tzinfo):
    """The wall clock of the chosen location, that of the settings where there is none.

    The location is looked up when the first time is shown: most answers to programs show none.
    """

    def __init__(self, place: Place) -> None:
        self._place = place

    @cached_property
    def _zone(self) -> tzinfo:
        chosen = self._place.chosen
        return chosen.zone if chosen else timezone.get_default_timezone()

    def utcoffset(self, moment: datetime | None) -> timedelta | None:
        return self._zone.utcoffset(moment)

    def dst(self, moment: datetime | None) -> timedelta | None:
        return self._zone.dst(moment)

    def tzname(self, moment: datetime | None) -> str | None:
        return self._zone.tzname(moment)

    def fromutc(self, moment: datetime) -> datetime:
        return self._zone.fromutc(moment.replace(tzinfo=self._zone)).replace(tzinfo=self)

    def __str__(self) -> str:
        return str(self._zone)


class PlacedRequest(HttpRequest):
    """A request of staff, with the place it works at."""

    place: Place


class LocationMiddleware:
    """Shows times on the clock of the location that this browser has chosen."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.get_response(request)
        place = Place(request)
        request.place = place  # type: ignore[attr-defined]
        with timezone.override(PlaceClock(place)):
            return self.get_response(request)
