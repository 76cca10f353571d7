"""What every page's frame shows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse


def clinic(request: HttpRequest) -> dict[str, Any]:
    """The clinic's name; for staff also the locations and the one that this browser works at."""
    return {
        "clinic_name": settings.CLINIC_NAME,
        "locations": getattr(request, "locations", []),
        "current_location": getattr(request, "location", None),
        "location_url": reverse("choose-location"),
    }
