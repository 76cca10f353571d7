"""The clinic's own words in letters: list, look at, write, publish, try on oneself."""

from typing import Any

from django.contrib import messages as banners
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic.accounts.access import StaffRequest, requires
from patients import letter_kinds
from patients.actions import letter_previews
from patients.actions import letter_texts as act
from patients.actions.letter_texts import LetterTextRefused
from patients.actions.letters import Letter
from patients.actions.retry import TryAgain
from patients.actions.transport import Outcome, Verdict
from patients.forms.letter_texts import LetterTextForm
from patients.letter_kinds import LETTERHEAD
from patients.models import LetterText
from patients.queries import letter_texts
from patients.views import letter_words as words
from patients.views.letter_page import letter_page
from patients.views.letter_trial import (
    kind_of,
    language_of,
    shown_by,
    trial_context,
    version_context,
)

REFUSED = (LetterTextRefused, TryAgain)


@requires("patients.view_lettertext")
@require_safe
def text_list(request: StaffRequest) -> HttpResponse:
    """Every letter there is, with its subject and whose words it has."""
    language = language_of(request)
    standing = letter_texts.standing(language)
    groups = letter_kinds.groups()
    context = {
        "section": "clinic",
        "language": language,
        "languages": words.LANGUAGES,
        "letterhead": words.rows([kind_of(LETTERHEAD)], standing, language)[0],
        "groups": [
            (_(name), words.rows(kinds, standing, language)) for name, kinds in groups.items()
        ],
    }
    return render(request, "patients/letters/list.html", context)


@requires("patients.view_lettertext")
@require_safe
def text(request: StaffRequest, kind: str, version: int) -> HttpResponse:
    """One version with what it changes and the letter that it makes; version 0 is the product's."""
    shown = shown_by(request, kind, version)
    context = {"section": "clinic", **version_context(shown), **trial_context(shown)}
    return render(request, "patients/letters/text.html", context)


@requires("patients.view_lettertext")
@require_safe
@xframe_options_sameorigin
def page(request: StaffRequest, kind: str, version: int) -> HttpResponse:
    """The letter's own page, for a frame."""
    letter = shown_by(request, kind, version).letter()
    return letter_page(letter.page if isinstance(letter, Letter) else letter)


@requires("patients.change_lettertext")
@require_http_methods(["GET", "POST"])
def edit(request: StaffRequest, kind: str, language: str) -> HttpResponse:
    """Write the next version; the first look shows the draft, or the words in use."""
    if language not in words.LANGUAGES:
        raise Http404
    known, standing = kind_of(kind), letter_texts.standing(language).get(kind)
    shipped = words.shipped_words(known, language)
    posted = request.POST if request.method == "POST" else None
    form = LetterTextForm(known, shipped, posted, initial=_initial(standing, shipped))
    if form.is_valid() and (draft := _saved(request, form, language)):
        banners.success(request, _("The draft is saved. No letter says it before it is published."))
        return redirect("letter-text", kind, draft.version)
    context = {
        "section": "clinic",
        "form": form,
        "kind": known,
        "label": words.label_of(known),
        "hints": words.hints(known),
        "standing": standing,
        "language": language,
        "back": standing.current.version if standing and standing.current else 0,
    }
    return render(
        request, "patients/letters/edit.html", context, status=409 if form.errors else 200
    )


def _initial(standing: letter_texts.Standing | None, shipped: dict[str, str]) -> dict[str, Any]:
    base = standing and (standing.draft or standing.current)
    # a field for a colour always has one
    found: dict[str, Any] = {"accent": shipped.get("accent", "")}
    if base:
        found |= {name: written for name, written in base.parts.items() if written}
    if standing and standing.draft:
        found["seen"] = standing.draft.saved_at.isoformat()
    return found


def _saved(request: StaffRequest, form: LetterTextForm, language: str) -> LetterText | None:
    """None when it was refused; the form then says why."""
    try:
        return act.save_draft(
            kind=form.kind.kind,
            language=language,
            parts=form.words,
            seen_at=parse_datetime(form.cleaned_data["seen"] or ""),
            by=request.user,
            now=timezone.now(),
        )
    except REFUSED as refused:
        form.add_error(None, str(refused))
        return None


@requires("patients.publish_lettertext")
@require_POST
def publish(request: StaffRequest, kind: str, version: int) -> HttpResponse:
    draft = get_object_or_404(LetterText, kind=kind, version=version)
    seen = parse_datetime(request.POST.get("seen", ""))
    try:
        draft = act.publish(draft=draft, seen_at=seen, by=request.user, now=timezone.now())
        banners.success(request, _("Published. The next letters say it in these words."))
    except REFUSED as refused:
        banners.error(request, str(refused))
    return redirect("letter-text", kind, draft.version)


@requires("patients.publish_lettertext")
@require_POST
def back_to_product(request: StaffRequest, kind: str, language: str) -> HttpResponse:
    """The product's words again; nothing is lost, every version stays to be looked at."""
    version = 0
    try:
        made = act.back_to_product(
            kind=kind, language=language, by=request.user, now=timezone.now()
        )
        version = made.version
        banners.success(request, _("Letters have the product’s words again."))
    except REFUSED as refused:
        banners.error(request, str(refused))
    return redirect("letter-text", kind, version)


@requires("patients.change_lettertext")
@require_POST
def throw_away(request: StaffRequest, kind: str, version: int) -> HttpResponse:
    draft = get_object_or_404(LetterText, kind=kind, version=version)
    if act.throw_away(draft=draft):
        banners.success(request, _("The draft is thrown away. Letters stay as they are."))
        return redirect("letter-texts")
    banners.error(request, _("It is published, and stays."))
    return redirect("letter-text", kind, version)


@requires("patients.change_lettertext")
@require_POST
def try_out(request: StaffRequest, kind: str, version: int) -> HttpResponse:
    """Send this version to oneself, over the real way out, marked as a test."""
    shown = shown_by(request, kind, version)
    letter = shown.letter()
    if isinstance(letter, str):
        banners.error(request, _("Nothing was sent: %(why)s.") % {"why": letter})
    else:
        _tell(request, letter_previews.send_on_trial(letter=letter, to=request.user))
    answer = redirect(words.address(shown.kind, version, shown.text.language))
    if shown.message is not None:
        answer["Location"] += f"{'&' if '?' in answer['Location'] else '?'}of={shown.message.pk}"
    return answer


def _tell(request: StaffRequest, outcome: Outcome) -> None:
    where = {"email": request.user.email, "answer": outcome.answer}
    if outcome.verdict is Verdict.ACCEPTED:
        banners.success(request, _("A test is on its way to %(email)s.") % where)
    else:
        sentence = _("The test was not sent to %(email)s. The mail server says: %(answer)s")
        banners.error(request, sentence % where)
