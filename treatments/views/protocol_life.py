"""What is done to a version of a protocol: drafted, edited, approved, published, discarded."""

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clinic.accounts.access import StaffRequest, requires
from treatments.actions import protocol_versions
from treatments.actions.protocol_versions import ProtocolRefused, StaleDraft
from treatments.forms.protocols import ProtocolForm
from treatments.models import Protocol, ProtocolStep
from treatments.views.protocol_words import conditions_words, when_words
from treatments.views.window_strip import window_of


@requires("treatments.change_protocol")
@require_POST
def draft(request: StaffRequest, pk: int) -> HttpResponse:
    """Begin a new version, or go on with the draft there is."""
    modality = get_object_or_404(Protocol, pk=pk).modality
    made = protocol_versions.start_draft(modality=modality, by=request.user, now=timezone.now())
    return redirect("protocol-edit", made.pk)


@requires("treatments.change_protocol")
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    """All numbers and letters of a draft in one form."""
    protocol = get_object_or_404(Protocol.objects.select_related("approved_by", "saved_by"), pk=pk)
    if protocol.published or protocol.discarded_at:
        return redirect("protocol", pk)
    form = ProtocolForm(request.POST if request.method == "POST" else None, draft=protocol)
    if not form.is_valid():
        return _form_page(request, protocol, form, status=422 if form.is_bound else 200)
    try:
        protocol_versions.save_draft(
            draft=protocol,
            edit=form.edit(),
            revision=_over(request, form),
            by=request.user,
            now=timezone.now(),
        )
    except StaleDraft as stale:
        return _form_page(request, protocol, form, status=409, stale=stale.draft)
    except ProtocolRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The draft is saved. Compare it, then have it approved."))
    return redirect("protocol", pk)


def _form_page(
    request: StaffRequest,
    protocol: Protocol,
    form: ProtocolForm,
    *,
    status: int,
    stale: Protocol | None = None,
) -> HttpResponse:
    context = {
        "section": "clinic",
        "protocol": protocol,
        "form": form,
        "errors": list(form.all_errors()) if form.is_bound else [],
        "stale": stale,
        "letters": [(each, *_about(each.step)) for each in form.letters],
        "window": window_of(protocol),
    }
    return render(request, "treatments/protocols/edit.html", context, status=status)


def _about(step: ProtocolStep) -> tuple[str, str]:
    """Its conditions, and the delay of a letter that follows the visit by minutes."""
    return conditions_words(step), when_words(step) if step.at is None else ""


def _over(request: StaffRequest, form: ProtocolForm) -> int:
    """The state of the draft that is written over: the one the form was filled in from, or the one
    that somebody saw and decided to replace."""
    over = request.POST.get("over", "")
    is_number = over.isdecimal() and len(over) < 9
    return int(over) if is_number else form.cleaned_data["revision"]


@requires("treatments.approve_protocol")
@require_POST
def approve(request: StaffRequest, pk: int) -> HttpResponse:
    """A clinician stands for the medicine of what the page showed."""
    protocol = get_object_or_404(Protocol, pk=pk)
    act = partial(
        protocol_versions.approve,
        protocol=protocol,
        revision=_revision(request),
        by=request.user,
        now=timezone.now(),
    )
    return _done(request, protocol, act, _("Version %(n)d is approved."))


@requires("treatments.approve_protocol")
@require_POST
def withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    """Take the approval of a draft back."""
    protocol = get_object_or_404(Protocol, pk=pk)
    act = partial(protocol_versions.withdraw_approval, draft=protocol)
    return _done(request, protocol, act, _("Version %(n)d is no longer approved."))


@requires("treatments.change_protocol")
@require_POST
def publish(request: StaffRequest, pk: int) -> HttpResponse:
    """New courses take this version from now on."""
    protocol = get_object_or_404(Protocol, pk=pk)
    act = partial(
        protocol_versions.publish,
        draft=protocol,
        revision=_revision(request),
        by=request.user,
        now=timezone.now(),
    )
    said = _("Version %(n)d is published. New courses take it; running ones keep theirs.")
    return _done(request, protocol, act, said)


@requires("treatments.change_protocol")
@require_POST
def discard(request: StaffRequest, pk: int) -> HttpResponse:
    """Put a draft away, with the way back in the banner."""
    protocol = get_object_or_404(Protocol, pk=pk)
    act = partial(protocol_versions.discard, draft=protocol, by=request.user, now=timezone.now())
    undo = reverse("protocol-bring-back", args=[pk])
    return _done(request, protocol, act, _("Draft %(n)d is discarded."), undo)


@requires("treatments.change_protocol")
@require_POST
def bring_back(request: StaffRequest, pk: int) -> HttpResponse:
    """Work on a discarded draft again."""
    protocol = get_object_or_404(Protocol, pk=pk)
    act = partial(protocol_versions.bring_back, draft=protocol)
    return _done(request, protocol, act, _("Draft %(n)d is back."))


def _done(
    request: StaffRequest,
    protocol: Protocol,
    act: Callable[[], Protocol],
    said: str,
    undo: str = "",
) -> HttpResponse:
    """Do it, say so or why not, and show the version."""
    try:
        act()
    except StaleDraft as stale:
        words = {"name": stale.draft.saved_by}
        text = _("%(name)s changed this draft after you opened it. Nothing is done: look again.")
        messages.error(request, text % words)
    except ProtocolRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, said % {"n": protocol.version}, extra_tags=undo)
    return redirect("protocol", protocol.pk)


def _revision(request: StaffRequest) -> int:
    """Which state of the draft the page showed; none of them if it does not say."""
    typed = request.POST.get("revision", "")
    return int(typed) if typed.isdecimal() and len(typed) < 9 else -1
