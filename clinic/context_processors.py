"""What every page's frame shows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from clinic.queries import locations


def clinic(request: HttpRequest) -> dict[str, Any]:
    """The clinic's name, its locations and the one that this browser works at."""
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return {"clinic_name": settings.CLINIC_NAME}
    known = locations.all_known()
    return {
        "clinic_name": settings.CLINIC_NAME,
        "locations": known,
        "current_location": locations.chosen(known, request.session.get(locations.SESSION_KEY)),
    }
