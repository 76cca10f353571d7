"""The protocols: which there are, and one version with its numbers, letters and differences."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from clinic.accounts.access import StaffRequest, requires
from treatments.actions.protocol_versions import unsourced
from treatments.models import Protocol
from treatments.queries import protocol_versions as queries
from treatments.views.protocol_words import clash_words, differences, facts_of, letters_of
from treatments.views.window_strip import window_of


@requires("treatments.view_protocol")
@require_safe
def index(request: StaffRequest) -> HttpResponse:
    lines = [(line, window_of(line.current)) for line in queries.overview()]
    context = {"section": "clinic", "lines": lines}
    return render(request, "treatments/protocols/index.html", context)


@requires("treatments.view_protocol")
@require_safe
def version(request: StaffRequest, pk: int) -> HttpResponse:
    """One version; a draft is compared with what is published, a version with what it followed."""
    modality = get_object_or_404(Protocol, pk=pk).modality
    versions = queries.versions_of(modality)
    shown = next((each for each in versions if each.pk == pk), None)
    if shown is None:
        raise Http404
    return render(request, "treatments/protocols/version.html", _context(shown, versions))


def _context(shown: Protocol, versions: list[Protocol]) -> dict[str, Any]:
    current = queries.current_of(versions)
    by_pk = {each.pk: each for each in versions}
    is_draft = not shown.published
    other = current if is_draft else by_pk.get(shown.based_on_id or 0)
    running = queries.running_courses()
    return {
        "section": "clinic",
        "protocol": shown,
        "is_draft": is_draft,
        "is_current": shown == current,
        "current": current,
        "draft": next((v for v in versions if not v.published and v.discarded_at is None), None),
        "other": other,
        "differences": differences(other, shown) if other else [],
        "unsourced": unsourced(shown, by_pk.get(shown.based_on_id or 0)) if is_draft else [],
        "clashes": [clash_words(each) for each in queries.clashes_in(shown)],
        "facts": facts_of(shown),
        "letters": letters_of(shown),
        "window": window_of(shown),
        "versions": [(each, running[each.pk]) for each in versions],
        "running": [(v.version, running[v.pk]) for v in versions if v.published and running[v.pk]],
    }
