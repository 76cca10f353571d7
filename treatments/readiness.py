"""What must be right before a treatment begins: the health answers, and consent.

Registered into the desk at start-up: as lights beside each visit, as a rule when the patient
arrives, and as one when the treatment begins. Visits that are no treatment need neither, but
something to check is shown at all of them.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinic.actions.arrivals import (
    register_arrival_rule,
    register_start_rule,
    register_undo_rule,
)
from clinic.actions.claims import Objection
from clinic.models import Appointment
from clinic.queries import consents
from clinic.queries.lights import Light, register_source
from patients.queries import readiness
from patients.queries.readiness import Readiness
from treatments.models import Protocol, Visit
from treatments.queries import protocols, visit_checks
from treatments.queries.visit_checks import Check

QUESTIONS_PAGE = "visit-health"
"""The page that settles every objection to the health answers, with the number of the visit."""

# neither whose nor what: these stand large on a screen that others can see
_CLEAR_FIRST = "Something in the health answers is to be checked. A clinician clears it first."
_REFUSALS = {
    "noted": _CLEAR_FIRST,
    "blocked": _CLEAR_FIRST,
    "unasked": "The health questions were not asked yet. It takes about a minute.",
    "expired": "The health answers are too old. Ask whether anything has changed.",
}

SIGNING_PAGE = "visit-consent-sign"
"""Where the consent that a visit needs is signed, with the number of the visit."""


def register() -> None:
    register_source(lights)
    register_arrival_rule(screening)
    register_undo_rule(signed_stays_done)
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


def screening(appointment: Appointment, now: datetime) -> Iterator[Objection]:
    """Nobody is received for a treatment without answers that hold, nor while something in them is
    to be checked. A visit of an earlier day is only closed in the books: nobody is asked for it."""
    if appointment.starts_at.date() < now.astimezone(appointment.location.zone).date():
        return
    check = visit_checks.of_visits([appointment])[appointment.pk]
    if check.modality and check.state in _REFUSALS:
        yield Objection(
            _REFUSALS[check.state], settled_at=QUESTIONS_PAGE, settle_label=_("Health questions")
        )


def signed_stays_done(appointment: Appointment, _now: datetime) -> Iterator[Objection]:
    """What was signed was done."""
    signed = Visit.objects.signed().filter(appointment=appointment).select_related("signed_by")
    if found := signed.first():
        yield Objection(
            f"{found.signed_by} signed the record of this visit: it stays done. "
            "A mistake in it is put right by an addendum."
        )


def lights(appointments: Sequence[Appointment]) -> Mapping[int, tuple[Light, ...]]:
    """Screening and consent of each visit, in a fixed number of queries."""
    ready = readiness.of_patients(each.patient_id for each in appointments)
    checks = visit_checks.of_visits(appointments, ready)
    now = timezone.now()
    return {
        each.pk: tuple(_lights(each, checks[each.pk], ready[each.patient_id], now))
        for each in appointments
    }


def _lights(
    appointment: Appointment, check: Check, ready: Readiness, now: datetime
) -> Iterator[Light]:
    if check.modality or check.state == "noted":
        yield screening_light(check, _can_be_answered(appointment, now))
    if check.modality:
        waits = appointment.status == Appointment.Status.ARRIVED
        yield consent_light(ready, check.modality, waits)


def _can_be_answered(appointment: Appointment, now: datetime) -> bool:
    """Whether answers of today still hold on the day of the visit."""
    today = now.astimezone(appointment.location.zone).date()
    return appointment.starts_at.date() <= today + timedelta(days=settings.SCREENING_VALID_DAYS)


def screening_light(check: Check, can_be_answered: bool = True) -> Light:
    """The health answers as they stand on the day of the visit."""
    if check.state == "noted" and check.newest:
        return Light("missing", _("Screening: to check"), check.newest.note)
    if check.state in ("unasked", "expired"):
        return _unanswered(check, can_be_answered)
    if check.state == "blocked":
        return Light("missing", _("Screening: blocked"), _reasons(check))
    if check.state == "caution":
        open_ones = len(check.open)
        text = ngettext("%(n)d caution", "%(n)d cautions", open_ones) % {"n": open_ones}
        return Light("warn", text, _reasons(check))
    return _clear(check)


def _unanswered(check: Check, can_be_answered: bool) -> Light:
    level = "missing" if can_be_answered else "warn"
    if not can_be_answered:
        first = check.day - timedelta(days=settings.SCREENING_VALID_DAYS)
        day = date_format(first, "D j M")
        return Light(level, _("Screening due"), _("Asked from %(day)s on.") % {"day": day})
    if check.newest is None or check.newest.valid_until is None:
        return Light(level, _("No screening"), _("The health questions were not asked yet."))
    until = {"until": date_format(check.newest.valid_until, "D j M")}
    detail = _("The health answers held until %(until)s: ask again.") % until
    return Light(level, _("Screening too old"), detail)


def _reasons(check: Check) -> str:
    return " ".join(each.flag.text for each in check.open)


def _clear(check: Check) -> Light:
    """Nothing stands in the way: by itself, or because somebody said so."""
    newest = check.newest
    cleared = next((each.clearance for each in check.judged if each.clearance), None)
    if newest and newest.cleared_by:
        text = _("Cleared by %(name)s") % {"name": newest.cleared_by}
        return Light("ok", text, newest.clear_reason)
    if cleared:
        return Light("ok", _("Cleared by %(name)s") % {"name": cleared.cleared_by}, cleared.reason)
    until = date_format(newest.valid_until, "D j M") if newest and newest.valid_until else ""
    return Light("ok", _("Screening clear"), _("Holds until %(until)s.") % {"until": until})


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
