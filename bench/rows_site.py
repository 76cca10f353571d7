"""What a booking costs in rows alone: the product's own tables, and not one of its rules.

One view without middleware, session or sign-in. In one transaction it writes the same rows as a
booking of one visit (request, appointment, one reservation for each need, the note of who touched
the record, the letters in the ledger), under the same constraints. It reads nothing, and what it
cannot know it is told.
"""

import os
import uuid
from datetime import datetime, timedelta

import django
from django.core.handlers.wsgi import WSGIHandler
from django.db import IntegrityError, transaction
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.utils import timezone

LASTS = timedelta(hours=48)


def book(request: HttpRequest) -> JsonResponse:
    """POST actor, patient, service, location, start, minutes, and as many needs as resources: 201,
    or 409 when a constraint objects."""
    try:
        with transaction.atomic():
            return JsonResponse({"id": _write(request)}, status=201)
    except IntegrityError:
        return JsonResponse({"refused": "taken"}, status=409)


def _write(request: HttpRequest) -> int:
    from clinic.accounts.models import RecordAccess  # noqa: PLC0415 - after setup
    from clinic.models import Appointment, Booking, Reservation  # noqa: PLC0415
    from patients.models import Message  # noqa: PLC0415

    form, now = request.POST, timezone.now()
    start = datetime.fromisoformat(form["start"])
    during = (start, start + timedelta(minutes=int(form["minutes"])))
    booking = Booking.objects.create(actor_id=form["actor"], content_hash="", created_at=now)
    visit = Appointment.objects.create(
        booking=booking,
        patient_id=form["patient"],
        service_id=form["service"],
        location_id=form["location"],
        during=during,
    )
    held = zip(form.getlist("need"), form.getlist("resource"), strict=True)
    Reservation.objects.bulk_create(
        Reservation(appointment=visit, need_id=need, resource_id=resource, during=during)
        for need, resource in held
    )
    RecordAccess.objects.create(
        user_id=form["actor"],
        record="clinic.appointment",
        record_id=visit.pk,
        action=RecordAccess.Action.CHANGE,
        at=now,
    )
    letters = (("booked", booking, now), ("tomorrow", visit, start))
    Message.objects.bulk_create(
        Message(
            patient_id=form["patient"],
            kind=kind,
            subject_key=f"{about._meta.model_name}:{about.pk}",
            transactional=kind == "booked",
            due_at=due,
            expires_at=due + LASTS,
            about_at=start,
            message_id=f"<{uuid.uuid4().hex}@bench.example>",
        )
        for kind, about, due in letters
    )
    return visit.pk


urlpatterns = [path("book", book)]


def application() -> WSGIHandler:
    """For gunicorn, which calls it once in each worker."""
    from django.conf import settings  # noqa: PLC0415 - only where this file is the application

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")
    django.setup()
    settings.MIDDLEWARE, settings.ROOT_URLCONF = [], "bench.rows_site"
    return WSGIHandler()
