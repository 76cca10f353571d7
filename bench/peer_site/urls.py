"""One address: /?people=3&first=2026-12-07&days=30, answered by the package's own function.

Its pages ask for a day of a person at a time; here one request loops over them, which is kinder.
"""

import json
from datetime import date, timedelta
from typing import Any

from appointment.models import Service, StaffMember
from appointment.services import get_available_slots_for_staff
from appointment.utils.db_helpers import get_weekday_num_from_date
from django.http import HttpRequest, HttpResponse
from django.urls import path


def free_starts(request: HttpRequest) -> HttpResponse:
    asked, service = request.GET, Service.objects.get()
    staff = list(StaffMember.objects.order_by("pk")[: int(asked["people"])])
    days = (
        date.fromisoformat(asked["first"]) + timedelta(days=n) for n in range(int(asked["days"]))
    )
    answer = {day.isoformat(): sorted(_starts(staff, day, service)) for day in days}
    found = {day: starts for day, starts in answer.items() if starts}
    return HttpResponse(json.dumps(found), content_type="application/json")


def _starts(staff: list[Any], day: date, service: Any) -> set[str]:
    weekday = get_weekday_num_from_date(day)
    return {
        f"{slot:%H:%M}"
        for one in staff
        for slot in get_available_slots_for_staff(day, one, weekday, service)
    }


urlpatterns = [path("", free_starts)]
