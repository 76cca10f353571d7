"""The page on which a patient answers an offered time, without signing in (see `doors`)."""

from typing import Any, NamedTuple

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clinic.actions import offers
from clinic.actions.claims import BookingRefused
from clinic.actions.matching import Taking
from clinic.actions.offers import OfferOver, OtherwiseNow
from clinic.models import WaitlistOffer
from patients.actions import links
from patients.actions.retry import TryAgain
from patients.portal import doors

COOKIE = doors.cookie(links.OFFER)


class Shown(NamedTuple):
    """An open offer and what taking it comes to."""

    offer: WaitlistOffer
    taking: Taking


@login_not_required
@require_safe
def open_link(request: HttpRequest, token: str) -> HttpResponse:
    return doors.arrive(purpose=links.OFFER, page="offer", token=token)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest) -> HttpResponse:
    """The offer with its two buttons; what came of pressing one."""
    token = request.COOKIES.get(COOKIE, "")
    offer = offers.by_token(token) if token else None
    if offer is None:
        return doors.over(request)
    try:
        with translation.override(offer.entry.patient.letter_language):
            if request.method == "POST":
                return _answered(request, offer)
            return _page(request, _shown(offer))
    except OfferOver:
        return doors.over(request)


def _answered(request: HttpRequest, offer: WaitlistOffer) -> HttpResponse:
    now = timezone.now()
    try:
        if request.POST.get("answer") == "decline":
            offers.decline(offer=offer, now=now)
            return render(request, "offers/declined.html", {"entry": offer.entry})
        offers.accept(offer=offer, seen=request.POST.get("seen", ""), now=now)
    except OtherwiseNow:
        text = _(
            "The times of your later visits are others by now. Nothing was changed: look again."
        )
        return _page(request, _shown(offer), text)
    except TryAgain as busy:
        return _page(request, _shown(offer), str(busy))
    except BookingRefused:
        text = _("This time cannot be taken any more. Nothing was changed: please call us.")
        return _page(request, _shown(offer), text)
    visits = offer.booking.appointments.select_related("location")
    context = {"entry": offer.entry, "start": visits[0].starts_at, "location": visits[0].location}
    return render(request, "offers/accepted.html", context)


def _shown(offer: WaitlistOffer) -> Shown:
    return Shown(offer, offers.preview(offer, timezone.now()))


def _page(request: HttpRequest, shown: Shown, problem: str = "") -> HttpResponse:
    offer, taking = shown
    if taking.objections and not problem:
        raise OfferOver
    visit = offer.booking.appointments.select_related("location", "service")[0]
    context: dict[str, Any] = {
        "offer": offer,
        "visit": visit,
        "until": offer.expires_at.astimezone(visit.location.zone),
        "taking": taking,
        "later": offer.entry.appointment,
        "problem": problem,
    }
    return render(request, "offers/offer.html", context, status=409 if problem else 200)
