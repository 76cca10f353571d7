"""The sentences of a re-plan, and the address that takes it back."""

import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.core import signing
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinic.models import Absence, RearrangedVisit, Rearrangement, Resource
from clinic.scheduling.refusals import listed
from patients.models import Patient
from treatments.actions.replan import Done
from treatments.queries.replan_causes import Cause

# how long a banner's button may take a plan back
UNDO_LASTS = timedelta(hours=2)
_SALT = "treatments.replan.undo"

What = RearrangedVisit.What


def cause_words(why: Cause) -> str:
    """What the history of a visit says: "Dr Cole is away"."""
    if why.resource is None:
        return _("%(location)s is closed") % {"location": why.location.name}
    name = {"name": why.resource.name}
    if why.resource.kind == Resource.Kind.PERSON:
        return _("%(name)s is away") % name
    return _("%(name)s cannot be used") % name


def kinds(why: Cause) -> list[tuple[str, str]]:
    """What an absence of the resource may be called; none for a closed location."""
    if why.resource is None:
        return []
    if why.resource.kind == Resource.Kind.PERSON:
        return [(kind.value, str(kind.label)) for kind in (Absence.Kind.SICK, Absence.Kind.LEAVE)]
    return [(Absence.Kind.MAINTENANCE.value, str(Absence.Kind.MAINTENANCE.label))]


def done(result: Done) -> str:
    """ "8 visits are moved. 7 patients are told by e-mail. Call Ben Okafor, 020 …" """
    rows = RearrangedVisit.objects.filter(rearrangement__in=result.rearrangements)
    moved = rows.filter(what=What.MOVED).count()
    given_up = rows.filter(what=What.CANCELLED).count()
    patients = [made.patient for made in result.rearrangements]
    told = sum(patient.may_be_emailed for patient in patients)
    parts = [
        _if(moved, ngettext("%(n)d visit is moved.", "%(n)d visits are moved.", moved)),
        _if(
            given_up,
            ngettext(
                "%(n)d is given up, to be booked.", "%(n)d are given up, to be booked.", given_up
            ),
        ),
        _if(
            told,
            ngettext(
                "%(n)d patient is told by e-mail.", "%(n)d patients are told by e-mail.", told
            ),
        ),
        _calls([patient for patient in patients if not patient.may_be_emailed]),
        _("The absence is on record.") if result.absence else "",
        _("The closed days are on record.") if result.closure else "",
    ]
    return " ".join(part for part in parts if part)


def _if(number: int, sentence: str) -> str:
    """The sentence with its number; nothing for none."""
    return sentence % {"n": number} if number else ""


def _calls(patients: list[Patient]) -> str:
    if not patients:
        return ""
    names = listed(
        f"{each.full_name}, {each.phone}" if each.phone else each.full_name for each in patients
    )
    return _("Call %(names)s.") % {"names": names}


def taken_back(together: list[Rearrangement]) -> str:
    text = ngettext(
        "Taken back: the visits of %(name)s stand as before.",
        "Taken back: the visits of %(n)d patients stand as before.",
        len(together),
    )
    return text % {"name": together[0].patient.full_name, "n": len(together)}


# The way back ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Undo:
    """What an address takes back, and the page to show afterwards."""

    made: Rearrangement
    absence: int | None
    closure: int | None
    page: str

    @property
    def key(self) -> uuid.UUID:
        """The same press twice is one request."""
        return uuid.uuid5(self.made.key, "undo")


def undo_url(result: Done, request: HttpRequest) -> str:
    absence = result.absence.pk if result.absence else None
    closure = result.closure.pk if result.closure else None
    parts = [result.rearrangements[0].pk, absence, closure, request.get_full_path()]
    return reverse("replan-undo", args=[signing.dumps(parts, salt=_SALT)])


def undo_from(token: str) -> Undo | None:
    """None for a token that is none of ours, or too old."""
    try:
        pk, absence, closure, page = signing.loads(token, salt=_SALT, max_age=UNDO_LASTS)
    except signing.BadSignature:
        return None
    made = Rearrangement.objects.filter(pk=pk).first()
    return Undo(made, absence, closure, page) if made else None
