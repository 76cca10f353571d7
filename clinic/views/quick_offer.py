"""Puts what was found for a start into the words of the booking panel."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from clinic.actions import offering
from clinic.actions.claim_checks import FURTHEST
from clinic.actions.claims import Claim, Proposal
from clinic.forms.quick_visit import QuickVisitForm
from clinic.forms.visit import signed
from clinic.models import Appointment, Location, Resource, Service
from clinic.queries import one_start
from clinic.queries.one_start import OneStart, OtherTime
from clinic.scheduling.clock import NoSuchLocalTime, to_datetime
from clinic.views import words
from patients.models import Patient


@dataclass(frozen=True, slots=True)
class Offer:
    """A visit that can be booked (`value` is what the button sends), or why not; and other times.

    `note` tells when the resource that was pointed at has no part in it.
    """

    service: Service | None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    names: tuple[str, ...] = ()
    value: str = ""
    note: str = ""
    objections: tuple[str, ...] = ()
    others: tuple[OtherTime, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """What the panel asks about; `service` is None in a clinic that offers none by itself."""

    form: QuickVisitForm
    patient: Patient
    location: Location
    now: datetime

    def offer(self) -> Offer:
        """What can be said of the service and the start."""
        service = self.form.chosen_service
        if service is None:
            return Offer(None, objections=(_("No service may be booked by itself here."),))
        if self.form.wall is None:
            return self._first_free(service)
        try:
            start = self.form.minute()
        except NoSuchLocalTime:
            return Offer(service, objections=(words.skipped(self.form.wall),))
        found = one_start.look(
            patient=self.patient,
            location=self.location,
            service=service,
            start=start,
            prefer=self.form.resource_pk,
            now=self.now,
        )
        return self._worded(found, Claim(service, to_datetime(start), found.wanted or ()))

    def _worded(self, found: OneStart, claim: Claim) -> Offer:
        starts_at = claim.start.astimezone(self.location.zone)
        objections = self._objections(found, claim)
        value = ""
        if found.slot and not objections:
            ids = self.patient.pk, self.location.pk, claim.service.pk
            value = signed(*ids, uuid.uuid4(), found.slot)
        return Offer(
            service=claim.service,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=claim.service.minutes),
            names=found.names,
            value=value,
            note=_note(self.form.resource_pk, claim, found.has_part) if value else "",
            objections=tuple(objections),
            others=() if value or claim.start > self.now + FURTHEST else found.others,
        )

    def _objections(self, found: OneStart, claim: Claim) -> list[str]:
        """What the door would say; a sentence in any case when the start is not free."""
        if found.wanted is None:
            return [_("Nobody here can do this: %(service)s.") % {"service": claim.service.name}]
        said = offering.objections(Proposal(self.patient, self.location, (claim,), self.now))
        if found.slot is None and not said:
            return [_("Not all who are needed are free for the whole visit.")]
        return said

    def _first_free(self, service: Service) -> Offer:
        """Without a time in mind: the first that are free from that day on."""
        if "start" in self.form.errors:
            return Offer(service, objections=tuple(map(str, self.form.errors["start"])))
        others = one_start.first_free(
            patient=self.patient,
            location=self.location,
            service=service,
            day=self.form.day(self.now.astimezone(self.location.zone).date()),
            now=self.now,
        )
        return Offer(service, others=others)


def pointed_at(pk: int | None) -> Resource | None:
    """The resource that the desk pointed at."""
    return Resource.objects.filter(pk=pk).first() if pk else None


def sentence(booked: Appointment, notify: bool) -> str:
    """What was booked, whether it still stands, and who hears of it."""
    names = {
        "what": booked.service.name,
        "when": f"{booked.starts_at:%a %-d %b, %H:%M}",
        "email": booked.patient.email,
        "why": booked.patient.why_not_emailed,
    }
    if not booked.blocks_time:
        return _("%(what)s, %(when)s was booked and given up again since.") % names
    if not notify and not names["why"]:
        text = _("%(what)s is booked for %(when)s. No e-mail goes out.")
    elif names["why"]:
        text = _("%(what)s is booked for %(when)s. No e-mail goes out: %(why)s.")
    else:
        text = _("%(what)s is booked for %(when)s. The confirmation goes to %(email)s.")
    return text % names


def _note(resource: int | None, claim: Claim, has_part: bool) -> str:
    """That somebody else does it than the one whose column was pressed, and why."""
    named = None if resource in claim.assignment else pointed_at(resource)
    if named is None:
        return ""
    if has_part:
        return _("%(name)s is not free then.") % {"name": named.name}
    names = {"name": named.name, "service": claim.service.name}
    return _("%(name)s is not needed for this or cannot do it: %(service)s.") % names
