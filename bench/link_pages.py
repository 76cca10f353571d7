"""The pages that patients open by a link in a letter, with nobody signed in."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from bench.page import Page
from clinic.letters import visit_links
from clinic.models import Appointment, WaitlistOffer
from patients.actions import links
from patients.models import Link, Patient
from patients.subjects import LinkWanted
from treatments.actions import aftercare_links
from treatments.models import Visit


def link_pages() -> list[Page]:
    """Answering about a visit, the care after one, an offered time, and what to hear about."""
    ahead = Appointment.objects.filter(status="booked", during__startswith__gt=timezone.now())
    visit = ahead.select_related("patient", "location").in_order()[0]
    seen = Visit.objects.signed().filter(peelrecord__isnull=False).latest("signed_at")
    care = aftercare_links.of_visit(seen.appointment, seen.protocol.modality)
    offer = WaitlistOffer.objects.unanswered()[0]
    return [
        Page("link-visit", _address(visit.patient, visit_links(visit)["confirm_url"])),
        Page("link-care", _address(seen.patient, care["aftercare_url"])),
        Page("link-offer", reverse("offer-link", args=[links.token(links.OFFER, offer.seed)])),
        Page("link-preferences", _address(visit.patient, _preferences(visit.patient))),
    ]


def _preferences(patient: Patient) -> LinkWanted:
    return LinkWanted(
        route="link-preferences",
        purpose=Link.Purpose.PREFERENCES,
        subject_key=f"patient:{patient.pk}",
        expires_at=timezone.now() + timedelta(days=1),
    )


def _address(patient: Patient, want: LinkWanted) -> str:
    wish = links.Wanted(patient.pk, want.purpose, want.subject_key, want.expires_at, want.version)
    return reverse(want.route, args=[links.make(wanted=[wish], now=timezone.now())[wish]])
