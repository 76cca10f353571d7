"""A free time and those who wait: offer it by e-mail, give it at once, take an offer back."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from clinic.accounts.access import StaffRequest, requires
from clinic.actions import matching, offers
from clinic.actions.claims import BookingRefused
from clinic.actions.matching import Taking
from clinic.actions.offers import OfferOver, OtherwiseNow, Outcome
from clinic.actions.waitlist import Newcomer, WaitRefused, Wishes
from clinic.forms.visit import TimeLost
from clinic.forms.waitlist import Chosen, TimeForm, signed, wishes_words
from clinic.models import Appointment, Location, Service, WaitlistEntry, WaitlistOffer
from clinic.queries import waitlist as waits
from clinic.queries.waitlist import Gap
from clinic.views.location import back, current, led_to, no_location
from patients.actions.retry import TryAgain
from patients.models import Patient


class Candidate(NamedTuple):
    """Somebody for whom a time is legal, with the value of their buttons."""

    taking: Taking
    value: str
    wishes: str


@requires("clinic.view_appointment")
@require_GET
def times(request: StaffRequest) -> HttpResponse:
    """Who could come in a stretch of free time."""
    location, now = current(request), timezone.now()
    if location is None:
        return no_location(request)
    gap = _gap(request, location)
    found = matching.matches(gap, now) if gap and gap.end > now else None
    context = {
        "section": "waitlist",
        "location": location,
        "gap": gap,
        "start": gap.start.astimezone(location.zone) if gap else None,
        "candidates": [_candidate(each) for each in found.takings] if found else [],
        "more": found.more if found else 0,
        "is_past": gap is not None and gap.end <= now,
    }
    part = "#panel" if request.htmx else ""
    return render(request, f"clinic/waitlist_times.html{part}", context)


@requires("clinic.view_appointment")
@require_GET
def place(request: StaffRequest, pk: int) -> HttpResponse:
    """One entry put on one time, by hand: what speaks for and against it."""
    entry = get_object_or_404(waits.with_details().waiting(), pk=pk)
    gap = _gap(request, entry.location)
    taking = matching.judge(entry, gap, timezone.now()) if gap else None
    context = {
        "section": "waitlist",
        "entry": entry,
        "start": gap.start.astimezone(entry.location.zone) if gap else None,
        "candidates": [_candidate(taking)] if taking and not taking.objections else [],
        "objections": taking.objections if taking else (_("The time is not free for this."),),
    }
    part = "#panel" if request.htmx else ""
    return render(request, f"clinic/waitlist_place.html{part}", context)


@requires("clinic.view_appointment")
@require_GET
def freed(request: StaffRequest, pk: int) -> HttpResponse:
    """How many wait for the time that this visit gave up: a line in its panel, or nothing."""
    now = timezone.now()
    appointment = get_object_or_404(Appointment.objects.select_related("location"), pk=pk)
    gap = waits.freed_by(appointment, now)
    found = matching.matches(gap, now).takings if gap else ()
    context = {
        "gap": gap,
        "number": len(found),
        "query": gap and _query(gap),
        "start": gap and gap.start.astimezone(gap.location.zone),
    }
    return render(request, "clinic/_freed.html", context)


def _gap(request: StaffRequest, location: Location) -> Gap | None:
    """The stretch of time that the address names, on the clock of the location."""
    with timezone.override(location.zone):
        chosen = TimeForm(request.GET).chosen()
    return matching.gap_at(location, *chosen) if chosen else None


def _query(gap: Gap) -> str:
    start = gap.start.astimezone(gap.location.zone)
    minutes = (gap.end - gap.start).total_seconds() // 60
    return f"start={start:%Y-%m-%dT%H:%M}&minutes={minutes:.0f}"


def _candidate(taking: Taking) -> Candidate:
    entry = taking.waiting.entry
    return Candidate(taking, signed(taking), wishes_words(entry) if entry else "")


# What is done about it ---------------------------------------------------------------------------


@requires("clinic.change_appointment")
@require_POST
def give(request: StaffRequest) -> HttpResponse:
    """Offer a time to somebody by e-mail, or give it to them at once."""
    now = timezone.now()

    def act() -> str:
        chosen = Chosen(request.POST.get("time", ""))
        claim = chosen.claim(get_object_or_404(Service, pk=chosen.service))
        who, by = _who(chosen, claim.service), request.user
        if request.POST.get("how") == "offer":
            return _offered(offers.offer(who=who, claim=claim, by=by, now=now))
        entry = offers.take(who=who, claim=claim, seen=chosen.seen, by=by, now=now)
        return _given(entry, claim.start)

    return _done(request, act)


@requires("clinic.change_appointment")
@require_POST
def take(request: StaffRequest, pk: int) -> HttpResponse:
    """Answer an offer for the patient, who called: they take it."""
    offer, now = get_object_or_404(WaitlistOffer, pk=pk), timezone.now()

    def act() -> str:
        seen = request.POST.get("seen", "")
        offers.accept(offer=offer, seen=seen, now=now, by=request.user)
        entry = waits.with_details().get(offers=offer)
        return _given(entry, offer.booking.appointments.values_list("during", flat=True)[0].lower)

    return _done(request, act, offer)


@requires("clinic.change_appointment")
@require_POST
def withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    """Take an offer back, or note that the patient declined on the telephone."""
    offer, now = get_object_or_404(WaitlistOffer, pk=pk), timezone.now()

    def act() -> str:
        if request.POST.get("declined"):
            offers.decline(offer=offer, now=now, by=request.user)
        else:
            offers.withdraw(offer=offer, by=request.user, now=now)
        return _("The offer is over and its time is free again. The patient goes on waiting.")

    return _done(request, act, offer)


@requires("clinic.view_appointment")
@require_GET
def offer(request: StaffRequest, pk: int) -> HttpResponse:
    """One open offer as the patient sees it, to answer it with them on the telephone."""
    found = get_object_or_404(offers.with_details(), pk=pk)
    now = timezone.now()
    try:
        taking = offers.preview(found, now)
    except OfferOver:
        messages.warning(request, _("This offer is over."))
        return redirect("waitlist")
    context = {
        "section": "waitlist",
        "offer": found,
        "letter": waits.letter_of(found),
        "taking": taking,
        "entry": found.entry,
    }
    return render(request, "clinic/waitlist_offer.html", context)


def _done(
    request: StaffRequest, act: Callable[[], str], offer: WaitlistOffer | None = None
) -> HttpResponse:
    """Do it and say what was done, or why not; either way on the wait list."""
    try:
        messages.success(request, act())
    except OtherwiseNow:
        text = _("Later visits would move to other times by now. Nothing was changed: look again.")
        messages.error(request, text)
    except OfferOver:
        messages.error(request, _over(offer))
    except (TimeLost, BookingRefused, WaitRefused, TryAgain) as refused:
        messages.error(request, _("%(why)s Nothing was changed.") % {"why": refused})
    return led_to(request, back(request, reverse("waitlist")).url)


def _over(offer: WaitlistOffer | None) -> str:
    if offer and WaitlistOffer.objects.filter(pk=offer.pk, outcome=Outcome.ACCEPTED).exists():
        return _("The offer was taken by now, its time is booked. Nothing was changed.")
    return _("This offer is over. Nothing was changed.")


def _who(chosen: Chosen, service: Service) -> WaitlistEntry | Newcomer:
    """The entry that waits, or whoever has a session without a date."""
    if chosen.entry is not None:
        return get_object_or_404(WaitlistEntry.objects.select_related("patient"), pk=chosen.entry)
    location = get_object_or_404(Location, pk=chosen.location)
    patient = get_object_or_404(Patient, pk=chosen.patient)
    return Newcomer(patient, Wishes(service, location))


def _offered(made: WaitlistOffer) -> str:
    until = made.expires_at.astimezone(made.entry.location.zone)
    words = {"name": made.entry.patient.full_name, "until": _moment(until)}
    return _("Offered to %(name)s. The time is kept for them until %(until)s.") % words


def _given(entry: WaitlistEntry, start: datetime) -> str:
    local = start.astimezone(entry.location.zone)
    words = {"name": entry.patient.full_name, "when": _moment(local)}
    return _("%(name)s comes on %(when)s now. A letter says so.") % words


def _moment(local: Any) -> str:
    return f"{date_format(local, 'D j M')}, {local:%H:%M}"
