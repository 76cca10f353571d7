"""The page behind the link of a letter after a visit: the care for it, day by day."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from clinic.models import Appointment
from patients.models import Link
from patients.portal import doors
from treatments import aftercare
from treatments.actions import aftercare_sheet
from treatments.actions.aftercare_links import ATTENDED
from treatments.actions.aftercare_sheet import Visited
from treatments.aftercare import Done
from treatments.queries import done

PURPOSE = Link.Purpose.AFTERCARE


@login_not_required
@require_safe
def open_link(request: HttpRequest, token: str) -> HttpResponse:
    return doors.arrive(purpose=PURPOSE, page="my-aftercare", token=token)


@login_not_required
@require_safe
def care(request: HttpRequest) -> HttpResponse:
    """What was done, what to do today and on the coming days, and when to call."""
    now = timezone.now()
    link = doors.found(request, PURPOSE, now)
    visit = _visit_of(link) if link else None
    found = done.of_appointment(visit) if visit else None
    if link is None or visit is None or found is None:
        return doors.over(request, reads=True)
    today = now.astimezone(visit.location.zone).date()
    with translation.override(visit.patient.letter_language):
        context = {"visit": visit, "until": link.expires_at, **page(visit, found, today)}
        return render(request, "portal/aftercare.html", context)


def _visit_of(link: Link) -> Appointment | None:
    """The visit that the link is about, once somebody came to it."""
    rows = Appointment.objects.select_related("patient", "location")
    return rows.filter(pk=link.subject_key.partition(":")[2], status__in=ATTENDED).first()


def page(visit: Appointment, found: Done, today: date) -> dict[str, Any]:
    """The words of the sheet, with the stretch of days that it is now. What a record says that
    nobody has signed yet is not told; the care that follows from it is."""
    # the next visit stands on the page by itself, with its hour
    told = replace(found, next_on=None)
    if not found.signed:
        told = replace(told, what="", broken_off=False)
    sheet = aftercare_sheet.page(Visited(visit.patient, visit.location), told)
    return {
        "sheet": sheet | {"stretches": list(_stretches(sheet, found, today))},
        "day": (today - found.on).days,
        "signed": found.signed,
        "next_at": found.next_at,
    }


def _stretches(sheet: dict[str, Any], found: Done, today: date) -> Iterator[dict[str, Any]]:
    for each, shown in zip(aftercare.sheet(found).stretches, sheet["stretches"], strict=True):
        over = each.until is not None and each.until < today
        yield shown | {"is_over": over, "is_now": each.first <= today and not over}
