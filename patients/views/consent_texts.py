"""The manager's versions of what patients agree to: list, write, compare, publish."""

from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic.accounts.access import StaffRequest, requires
from patients import documents
from patients.actions import consent_texts as act
from patients.actions.consent_page import blank_page
from patients.actions.consent_texts import ConsentTextRefused
from patients.actions.retry import TryAgain
from patients.consent_words import blocks, changed, compare
from patients.forms.consent_texts import TextForm
from patients.models import ConsentText
from patients.queries import consent_texts
from patients.views.pdf import pdf_response

# what patients may prefer, by the two letters that a text is kept under
LANGUAGES: Final = {code.partition("-")[0]: name for code, name in settings.LANGUAGES}


@requires("patients.view_consenttext")
@require_safe
def text_list(request: StaffRequest) -> HttpResponse:
    context = {
        "section": "clinic",
        "chapters": consent_texts.chapters(),
    }
    return render(request, "patients/consents/texts.html", context)


@requires("patients.view_consenttext")
@require_safe
def text(request: StaffRequest, pk: int) -> HttpResponse:
    """One version as patients read it, and what it changes."""
    rows = ConsentText.objects.select_related("published_by", "saved_by")
    found = get_object_or_404(rows, pk=pk)
    earlier = consent_texts.before(found)
    context = {
        "section": "clinic",
        "text": found,
        "blocks": blocks(found.body),
        "earlier": earlier,
        "changes": changed(compare(earlier.body, found.body)) if earlier else (),
        "is_current": ConsentText.objects.current().filter(pk=pk).exists(),
        "others": [(code, name) for code, name in LANGUAGES.items() if code != found.language],
    }
    return render(request, "patients/consents/text.html", context)


@requires("patients.change_consenttext")
@require_http_methods(["GET", "POST"])
def edit(request: StaffRequest, scope: str, language: str) -> HttpResponse:
    """Write the next version; the first look shows the words of the current one."""
    if language not in LANGUAGES:
        raise Http404
    base = _base(scope, language)
    posted = request.POST if request.method == "POST" else None
    form = TextForm(posted, initial=_initial(base))
    if form.is_valid() and (draft := _saved(request, form, scope, language)):
        messages.success(request, _("The draft is saved. Nobody signs it before it is published."))
        return redirect("consent-text", draft.pk)
    context = {"section": "clinic", "form": form, "base": base, "language": language}
    status = 409 if form.errors else 200
    return render(request, "patients/consents/edit.html", context, status=status)


def _base(scope: str, language: str) -> ConsentText:
    """The draft that is being written, else the version that is signed today."""
    own = ConsentText.objects.filter(scope=scope)
    draft = own.filter(language=language, published_at=None).first()
    found = draft or consent_texts.current(language).get(scope)
    if found is None:
        raise Http404
    return found


def _initial(base: ConsentText) -> dict[str, Any]:
    return {
        "title": base.title,
        "body": base.body,
        "sources": base.sources,
        "ends_earlier": base.ends_earlier if base.is_draft else False,
        "seen": base.saved_at.isoformat(),
    }


def _saved(request: StaffRequest, form: TextForm, scope: str, language: str) -> ConsentText | None:
    """None when it was refused; the form then says why."""
    try:
        return act.save_draft(
            scope=scope,
            language=language,
            words=form.words,
            seen_at=parse_datetime(form.cleaned_data["seen"] or ""),
            by=request.user,
            now=timezone.now(),
        )
    except (ConsentTextRefused, TryAgain) as refused:
        form.add_error(None, str(refused))
        return None


@requires("patients.publish_consenttext")
@require_POST
def publish(request: StaffRequest, pk: int) -> HttpResponse:
    draft = get_object_or_404(ConsentText, pk=pk)
    seen = parse_datetime(request.POST.get("seen", ""))
    try:
        act.publish(draft=draft, seen_at=seen, by=request.user, now=timezone.now())
        messages.success(request, _("Published. From now on patients sign this version."))
    except (ConsentTextRefused, TryAgain) as refused:
        messages.error(request, str(refused))
    return redirect("consent-text", pk)


@requires("patients.change_consenttext")
@require_POST
def throw_away(request: StaffRequest, pk: int) -> HttpResponse:
    draft = get_object_or_404(ConsentText, pk=pk)
    if act.throw_away(draft=draft):
        messages.success(request, _("The draft is thrown away."))
        return redirect("consent-texts")
    messages.error(request, _("It is published, and stays."))
    return redirect("consent-text", pk)


@requires("patients.view_consenttext")
@require_safe
def sheet(request: StaffRequest, pk: int) -> HttpResponse:
    """The text on paper, with lines to sign on."""
    found = get_object_or_404(ConsentText, pk=pk)
    page = blank_page(found, settings.CLINIC_NAME)
    made = documents.make("consent", page, made_at=found.published_at or found.saved_at)
    return pdf_response(made.content, f"consent-{found.scope}-{found.version}")
