"""What keeps a saved draft from being signed by this person, and what is unusual about it."""

from typing import Any

from django.utils.translation import gettext as _

from clinic.accounts.models import User
from patients.models import Patient
from treatments.models import Visit
from treatments.queries import deciders
from treatments.queries.visits import Log, columns_of, record_of
from treatments.visit_needs import Said, missing
from treatments.visit_ranges import Unusual, unusual
from treatments.visit_rights import Needed, most_percent, needed

_OF_THE_VISIT = ("pain", "broken_off", "broken_off_why", "note", "next_note", "range_reason")


def values_of(visit: Visit) -> dict[str, Any]:
    """The columns of the visit itself that are typed."""
    return {name: getattr(visit, name) for name in _OF_THE_VISIT}


def ticks_of(visit: Visit) -> dict[int, str]:
    return {each.lesion_id: each.result for each in visit.lesion_treatments.all()}


def found_unusual(log: Log, visit: Visit) -> tuple[Unusual, ...]:
    """What the protocol does not expect, of what is saved."""
    patient: Patient = visit.patient
    facts = log.facts(columns_of(record_of(visit)), ticks_of(visit), patient.skin_type)
    return unusual(facts)


def not_allowed(log: Log, visit: Visit, user: User) -> list[Needed]:
    """What of this record takes a permission that this person has not."""
    sites = log.sites(ticks_of(visit))
    record = columns_of(record_of(visit))
    most = most_percent(log.protocol.max_percent_assistant)
    wanted = needed(log.modality, record, log.last_record, sites, most)
    return [each for each in wanted if not user.has_perm(each.permission)]


def who_may(permission: str) -> str:
    """ "Dr Cole, Dr Nwosu" ."""
    return ", ".join(each.name for each in deciders.with_permission(permission))


def obstacles(log: Log, user: User) -> dict[str, str]:
    """By field, why this draft is not signed now; empty when nothing is in the way."""
    visit = log.visit
    if visit is None:
        return {}
    found: dict[str, str] = {}
    for limit in not_allowed(log, visit, user):
        names = who_may(limit.permission)
        words = {"text": _(limit.text), "names": names}
        who = _("%(text)s Who may sign this: %(names)s.") if names else _("%(text)s")
        found.setdefault(limit.field, who % words)
    said = _said(log, visit)
    for each in missing(said):
        found.setdefault(each.field, _(each.text))
    _ask_reason(log, visit, found)
    _refuse_expired(log, visit, found)
    return found


def _said(log: Log, visit: Visit) -> Said:
    record, ticks = columns_of(record_of(visit)), ticks_of(visit)
    facts = log.facts(record, ticks, None)
    return Said(log.modality, values_of(visit), record, facts.treated, facts.near_eye)


def _ask_reason(log: Log, visit: Visit, found: dict[str, str]) -> None:
    reasons = [each for each in found_unusual(log, visit) if each.level == "reason"]
    if reasons and not visit.range_reason.strip():
        texts = " ".join(_(each.text) for each in reasons)
        found.setdefault("range_reason", _("%(texts)s Say why.") % {"texts": texts})


def _refuse_expired(log: Log, visit: Visit, found: dict[str, str]) -> None:
    """Typed values are refused as they come in; this holds for a draft of an earlier day."""
    for number, each in enumerate(visit.products.all()):
        if each.expires_on and each.expires_on < log.day:
            text = _("%(name)s had expired on the day of the visit. It is not to be used.")
            found.setdefault(f"product_{number}_expires_on", text % {"name": each.name})
