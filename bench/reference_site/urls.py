"""One address: /?people=1,2&rooms=3,4&first=2026-12-07&days=30."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path

from bench.reference_site.sweep import midnight, sweep

BUSY = """
SELECT resource_id, floor(date_part('epoch', lower(during)) / 60)::bigint,
       ceil(date_part('epoch', upper(during)) / 60)::bigint
FROM clinic_reservation WHERE resource_id = ANY(%s) AND during && tstzrange(%s, %s)
"""


def busy(resources: list[int], first: date, days: int) -> list[tuple[Any, ...]]:
    """The rows of all that holds these resources on these days."""
    marks = midnight(first), midnight(first + timedelta(days=days))
    start, end = (datetime.fromtimestamp(60 * mark, UTC) for mark in marks)
    with connection.cursor() as cursor:
        cursor.execute(BUSY, [resources, start, end])
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def free_starts(request: HttpRequest) -> HttpResponse:
    asked = request.GET
    people, rooms = ([int(one) for one in asked[each].split(",")] for each in ("people", "rooms"))
    first, days = date.fromisoformat(asked["first"]), int(asked["days"])
    answer = sweep(people, rooms, busy(people + rooms, first, days), first, days)
    return HttpResponse(json.dumps(answer), content_type="application/json")


urlpatterns = [path("", free_starts)]
