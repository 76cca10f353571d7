"""Finding a patient: the search page and the list under the search field of every page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clinic.accounts.access import StaffRequest, requires
from patients.models import Patient
from patients.queries import record, search
from patients.search_terms import LONGEST_TEXT

_ON_PAGE = 20
_IN_LIST = 8


@dataclass(frozen=True)
class Line:
    """One patient in a list: enough to be sure of the person before opening the record."""

    patient: Patient
    age: int
    born: str

    @property
    def name(self) -> str:
        return self.patient.full_name

    @property
    def url(self) -> str:
        return reverse("patient-detail", args=[self.patient.pk])

    @property
    def also_named(self) -> str:
        names = getattr(self.patient, "also_named", "")
        return _("also %(names)s") % {"names": names} if names else ""

    @property
    def facts(self) -> str:
        phone_end = self.patient.phone and f"…{self.patient.phone[-4:]}"
        deceased = _("deceased") if self.patient.deceased else ""
        return " · ".join(filter(None, (deceased, self.born, phone_end, self.also_named)))


def lines(patients: Iterable[Patient], today: date) -> list[Line]:
    return [
        Line(each, each.age_on(today), date_format(each.birth_date, "j M Y")) for each in patients
    ]


@requires("patients.view_patient")
@require_safe
def patient_list(request: StaffRequest) -> HttpResponse:
    """The search page, or only its results for a search while typing."""
    query = _query(request)
    template = "patients/_results.html" if request.htmx else "patients/search.html"
    return render(request, template, _found(request, query, _ON_PAGE) | {"section": "patients"})


@requires("patients.view_patient")
@require_safe
def patient_search(request: StaffRequest) -> HttpResponse:
    """The options under the search field."""
    found = _found(request, _query(request), _IN_LIST)
    return render(request, "components/patient_options.html", found)


def _query(request: StaffRequest) -> str:
    return request.GET.get("q", "").replace("\x00", " ").strip()[:LONGEST_TEXT]


def _found(request: StaffRequest, query: str, limit: int) -> dict[str, object]:
    """Context for a list of patients: those who fit, or those last opened if nothing was typed."""
    found = search.find(query, limit) if query else record.recently_read(request.user)
    return {
        "query": query,
        "patients": lines(found, timezone.localdate()),
        "is_cut": len(found) == limit and bool(query),
        "limit": limit,
        "add_url": _add_url(request, query),
    }


def _add_url(request: StaffRequest, query: str) -> str:
    """Where to register this person; nowhere for those who may not."""
    if not request.user.has_perm("patients.add_patient"):
        return ""
    return reverse("patient-create") + (f"?{urlencode({'q': query})}" if query else "")
