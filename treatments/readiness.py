"""What must be right before a treatment begins: the health answers, and consent.

Registered into the desk at start-up: as lights beside each visit, and as a rule when the patient
arrives. Visits that are no treatment need neither, but something to check is shown at all of them.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clinic.actions.arrivals import register_arrival_rule
from clinic.actions.claims import Objection
from clinic.models import Appointment
from clinic.queries.lights import Light, register_source
from patients.models import Consent, Screening
from patients.queries import readiness
from patients.queries.readiness import Readiness
from treatments.queries import protocols


def register() -> None:
    register_source(lights)
    register_arrival_rule(screening)


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
    treating = protocols.treating({each.service_id for each in appointments})
    ready = readiness.of_patients(each.patient_id for each in appointments)
    return {
        each.pk: tuple(_lights(each, ready[each.patient_id], each.service_id in treating))
        for each in appointments
    }


def _lights(appointment: Appointment, ready: Readiness, is_treatment: bool) -> Iterator[Light]:
    if is_treatment or (ready.screening and ready.screening.stops):
        yield screening_light(ready.screening, appointment.starts_at.date())
    if is_treatment:
        yield consent_light(ready)


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


def consent_light(ready: Readiness) -> Light:
    consent = ready.consents.get(Consent.Scope.TREATMENT)
    if consent is None:
        return Light("warn", _("No consent"), _("The consent to treatment is not signed."))
    return Light("ok", _("Consent signed"))
