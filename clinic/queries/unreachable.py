"""Patients whom no letter reaches although one will be due: their address was refused for good."""

from datetime import datetime

from django.db.models import Exists, F, OuterRef, QuerySet

from clinic.models import Appointment, Location
from patients.models import Patient


def with_visits(location: Location, now: datetime) -> QuerySet[Patient]:
    """Those with a visit to come at this location, the latest refusal first."""
    coming = Appointment.objects.standing().filter(
        patient=OuterRef("pk"), location=location, during__startswith__gt=now
    )
    refused = Patient.objects.exclude(email_refused="").filter(email=F("email_refused"))
    return refused.filter(Exists(coming), deceased=False).order_by("-email_refused_at")
