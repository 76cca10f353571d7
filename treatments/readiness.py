"""What must be right before a treatment begins: the health answers, and consent.

Registered into the desk at start-up: as lights beside each visit, as a rule when the patient
arrives, and as one when the treatment begins. Visits that are no treatment need neither, but
something to check is shown at all of them.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clinic.actions.arrivals import register_arrival_rule, register_start_rule
from clinic.actions.claims import Objection
from clinic.models import Appointment
from clinic.queries import consents
from clinic.queries.lights import Light, register_source
from patients.models import Screening
from patients.queries import readiness
from patients.queries.readiness import Readiness
from treatments.models import Protocol
from treatments.queries import protocols

SIGNING_PAGE = "visit-consent-sign"
"""Where the consent that a visit needs is signed, with the number of the visit."""


def register() -> None:
    register_source(lights)
    register_arrival_rule(screening)
    register_start_rule(consent)
    consents.register_source(consents_needed)


def consents_needed(appointments: Sequence[Appointment]) -> Mapping[int, str]:
    """A treatment needs the consent to its modality. One query."""
    treats = protocols.modalities({each.service_id for each in appointments})
    return {each.pk: treats[each.service_id] for each in appointments if each.service_id in treats}


def consent(appointment: Appointment, now: datetime) -> Iterator[Objection]:
    """No treatment begins without consent to it that stands and counts. A visit of an earlier day
    is only closed in the books: what took place is recorded as it was."""
    if appointment.starts_at.date() < now.astimezone(appointment.location.zone).date():
        return
    ready = readiness.of_patients([appointment.patient_id])[appointment.patient_id]
    for scope in consents_needed([appointment]).values():
        if not ready.has_agreed(scope):
            text = _("Sign the consent for %(what)s first.") % {"what": _name(scope)}
            yield Objection(text, settled_at=SIGNING_PAGE, settle_label=_("Sign the consent"))


def _name(scope: str) -> str:
    return str(Protocol.Modality(scope).label)


def screening(appointment: Appointment, _now: datetime) -> Iterator[Objection]:
    """Nobody is received for a treatment while something in the answers is to be checked. Answers
    that are missing or too old are asked for at the desk: that only warns."""
    found = readiness.newest_screening(appointment.patient_id)
    if found and found.stops and protocols.treating([appointment.service_id]):
        # neither whose nor what: the sentence stands large on a screen that others can see
        yield Objection(
            "Something in the health answers is to be checked. A clinician clears it first."
        )


def lights(appointments: Sequence[Appointment]) -> Mapping[int, tuple[Light, ...]]:
    """Screening and consent of each visit, in three queries."""
    needed = consents_needed(appointments)
    ready = readiness.of_patients(each.patient_id for each in appointments)
    return {
        each.pk: tuple(_lights(each, ready[each.patient_id], needed.get(each.pk, "")))
        for each in appointments
    }


def _lights(appointment: Appointment, ready: Readiness, scope: str) -> Iterator[Light]:
    if scope or (ready.screening and ready.screening.stops):
        yield screening_light(ready.screening, appointment.starts_at.date())
    if scope:
        yield consent_light(ready, scope, appointment.status == Appointment.Status.ARRIVED)


def screening_light(found: Screening | None, on: date) -> Light:
    """The health answers as they stand on the day of the visit."""
    if found is None or found.valid_until is None:
        return Light("warn", _("No screening"), _("The health questions were not asked yet."))
    if found.stops:
        return Light("missing", _("Screening: to check"), found.note)
    until = {"until": date_format(found.valid_until, "D j M")}
    if not found.holds_on(on):
        detail = _("The health answers held until %(until)s: ask again.") % until
        return Light("warn", _("Screening too old"), detail)
    if found.cleared_by:
        text = _("Cleared by %(name)s") % {"name": found.cleared_by}
        return Light("ok", text, found.clear_reason)
    return Light("ok", _("Screening clear"), _("Holds until %(until)s.") % until)


def consent_light(ready: Readiness, scope: str, waits: bool = False) -> Light:
    """The consent to this modality. What stops the start of a treatment is only seen to before;
    once the patient `waits` for it, it stands in the way."""
    found = ready.consents.get(scope)
    name, level = {"what": _name(scope)}, "missing" if waits else "warn"
    if found is None:
        detail = _("The consent for %(what)s is signed before the session starts.") % name
        return Light(level, _("No consent"), detail)
    if found.text is None:
        return Light("ok", _("Consent on paper"), _("Signed on paper for %(what)s.") % name)
    versions = name | {"signed": found.text.version, "newest": found.newest_version}
    if not found.counts:
        detail = _(
            "Signed version %(signed)d for %(what)s; version %(newest)d is current, and earlier "
            "signatures no longer count."
        )
        return Light(level, _("Consent to renew"), detail % versions)
    if found.is_of_older_version:
        text = _("Consent signed, version %(signed)d of %(newest)d") % versions
        detail = _("Signed version %(signed)d for %(what)s; version %(newest)d is current.")
        return Light("ok", text, detail % versions)
    return Light("ok", _("Consent signed"), _("For %(what)s.") % name)
