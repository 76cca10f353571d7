"""How each treatment does at the clinic."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clinic.accounts.access import StaffRequest, requires
from clinic.queries import locations
from clinic.views.location import current, no_location
from patients.message_rules import at_local
from treatments.forms.outcomes import WindowForm
from treatments.models import AdverseEvent, Outcome
from treatments.outcomes import CATEGORIES
from treatments.queries.reports import Report, reports
from treatments.views.outcome_words import signed_percent

# below this many courses or sessions a share says little; it is shown, with this said
FEW = 5


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of a distribution: `width` in percent of the whole for the drawn bar."""

    name: str
    n: int
    share: str
    width: str


@dataclass(frozen=True, slots=True)
class Part:
    """One treatment in words: distributions as bars, changes and events as rows."""

    report: Report
    changes: list[tuple[int, int, str, str]]
    categories: list[Bar]
    gais: list[tuple[str, int, int]]
    events: list[tuple[str, int, int, str]]
    all_events: str
    is_few: bool


@requires("treatments.view_outcome")
@require_safe
def page(request: StaffRequest) -> HttpResponse:
    """Courses begun in a window, by treatment."""
    here = current(request)
    if here is None:
        return no_location(request)
    now = timezone.now()
    places = [(each.pk, each.name) for each in locations.all_known()]
    form = WindowForm(request.GET, today=now.astimezone(here.zone).date(), places=places)
    context = {"section": "reports", "form": form, "parts": [], "few": FEW}
    if form.is_valid():
        start, end = _window(form.cleaned_data["first"], form.cleaned_data["last"], here.zone)
        found = reports(start=start, end=end, locations=form.locations, now=now)
        context["parts"] = [_part(each) for each in found]
    status = 200 if form.is_valid() else 422
    return render(request, "treatments/reports.html", context, status=status)


def _window(first: date, last: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Whole days, the last one too."""
    return at_local(first, time(0), zone), at_local(last + timedelta(days=1), time(0), zone)


def _part(report: Report) -> Part:
    gais = [
        (str(step.label), report.gais_clinician.get(step, 0), report.gais_patient.get(step, 0))
        for step in Outcome.Gais
    ]
    said = {key: _(words) for key, words in CATEGORIES}
    names = dict(AdverseEvent.Kind.choices)
    total = sum(n for _kind, n, _severe in report.events)
    return Part(
        report,
        [(c.number, c.n, signed_percent(c.median), _fall(c.median)) for c in report.changes],
        [_bar(said[key], n, report.counted) for key, n in report.categories.items()],
        gais if report.gais_clinician or report.gais_patient else [],
        [
            (str(names[kind]), n, severe, _rate(report.per_hundred(n)))
            for kind, n, severe in report.events
        ],
        _rate(report.per_hundred(total)),
        report.begun < FEW,
    )


def _bar(name: str, n: int, of: int) -> Bar:
    share = 100 * n / of if of else 0
    return Bar(name, n, f"{share:.0f} %", f"{share:.1f}%")


def _fall(change: int) -> str:
    """How much of a full bar a fall takes; a rise has none."""
    return f"{min(100, max(0, -change))}%"


def _rate(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f}"
