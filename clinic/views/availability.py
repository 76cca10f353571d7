"""The free times of a service as JSON, for the calendar and for other programs.

docs/availability.md describes the question and the answer.
"""

from typing import cast

from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from clinic.accounts.access import StaffRequest, requires
from clinic.forms.availability import Nonsense, question
from clinic.middleware import PlacedRequest
from clinic.models import Location
from clinic.queries import free_starts


@requires("clinic.view_appointment")
@require_GET
def availability(request: StaffRequest) -> HttpResponse:
    """Day by day when a visit could start; 400 with a sentence for a question without sense."""
    now, place = timezone.now(), cast(PlacedRequest, request).place
    try:
        asked = question(request.GET, place.asked_for, now.date())
        found = free_starts.find(asked, now)
    except (Nonsense, free_starts.NotAsked) as wrong:
        return JsonResponse({"error": str(wrong)}, status=400)
    except Location.DoesNotExist:
        return JsonResponse({"error": _("This clinic has no location yet.")}, status=400)
    return JsonResponse(
        {
            "location": found.place.location,
            "zone": found.place.zone.key,
            "service": asked.service,
            "minutes": found.shape.minutes,
            "step": found.place.step,
            "first": asked.first.isoformat(),
            "days": asked.days,
            "free": {day.isoformat(): times for day, times in found.free.items()},
        }
    )
