"""The letter that offers a time, written from the offer as it is at the moment of sending."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from clinic import letter_words, letters
from clinic.models import Appointment, WaitlistOffer
from patients import letter_kinds, subjects
from patients.actions import links
from patients.models import Message
from patients.subjects import Facts, Stop, subject_pk

LABELS = {"offer": "Free time offered"}


def register() -> None:
    letter_kinds.register(letter_words.ANSWERS, LABELS, letter_words.VISIT, letter_words.offer)
    subjects.register("offer", _look, LABELS, _describe)


def _describe(pks: Iterable[int]) -> dict[int, str]:
    offers = WaitlistOffer.objects.filter(pk__in=pks).select_related("entry__location")
    return {
        each.pk: f"{visit.service.name}, {visit.starts_at:%a %-d %b %H:%M}"
        for each in offers
        for visit in each.booking.appointments.select_related("service", "location")
    }


def _look(message: Message, now: datetime) -> Facts | Stop:
    offer = WaitlistOffer.objects.select_related("entry__appointment__location").get(
        pk=subject_pk(message)
    )
    token = links.token(links.OFFER, offer.seed)
    if not offer.is_open(now):
        return Stop("the offer is over")
    if links.hashed(links.OFFER, token) != offer.token_hash:
        return Stop("its link was made with another secret key")
    visits = list(
        Appointment.objects.with_details().filter(booking=offer.booking_id, status="held")
    )
    if not visits:
        return Stop("the time is not kept any more")
    later, zone = offer.entry.appointment, visits[0].location.zone
    context = letters.appointment_context(visits) | {
        "offer_url": settings.BASE_URL + reverse("offer-link", args=[token]),
        "until": offer.expires_at.astimezone(zone),
        "instead_of": later.starts_at if later else None,
    }
    return Facts(context, secrets=(token,))
