"""What every page's frame shows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse


def clinic(request: HttpRequest) -> dict[str, Any]:
    """The clinic's name; for staff also the locations and the one that this browser works at,
    looked up by those pages that show them."""
    place = getattr(request, "place", None)
    return {
        "clinic_name": settings.CLINIC_NAME,
        "locations": (lambda: place.known) if place else [],
        "current_location": (lambda: place.chosen) if place else None,
        "location_url": reverse("choose-location"),
    }
