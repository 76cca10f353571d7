"""The life of a protocol's versions: drafted, approved by a clinician, published.

Approval is for what stands in the draft at that moment: saving it again withdraws the approval, and
the database keeps an approved draft as it is. Publishing changes nothing for running courses, whose
version stays; new courses take the newest published one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from clinic.accounts.models import User
from patients import subjects
from patients.actions import nudge
from treatments.actions import course_messages
from treatments.models import Protocol, ProtocolStep
from treatments.protocol_data.sections import SECTIONS, Section, source_of

WHEN = ("day", "at", "every", "until_day")
"""What is edited of a letter, apart from whether it is sent at all."""

_LIFE = ("approved_by", "approved_at", "published_by", "published_at")


class ProtocolRefused(Exception):
    """It cannot be done like this; the text says why."""


class StaleDraft(ProtocolRefused):
    """Somebody else saved the draft after this one was opened; `draft` is what stands."""

    def __init__(self, draft: Protocol) -> None:
        super().__init__(_("Somebody else saved this draft meanwhile."))
        self.draft = draft


@dataclass(frozen=True, slots=True)
class Edit:
    """What a form asks for: values of the protocol's columns, and of its letters by position."""

    values: Mapping[str, Any]
    steps: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)


@transaction.atomic
def start_draft(*, modality: str, by: User, now: datetime) -> Protocol:
    """A copy of the current version, timeline included, to be worked on.

    Answers the draft there is if there is one. Raises ProtocolRefused without a published version.
    """
    versions = list(
        Protocol.objects.select_for_update().filter(modality=modality).order_by("-version")
    )
    for each in versions:
        if not each.published and each.discarded_at is None:
            return each
    current = next((each for each in versions if each.published), None)
    if current is None:
        raise ProtocolRefused(_("There is no published version to start from."))
    steps = list(current.steps.order_by("position"))
    draft = _copy(current)
    draft.version = versions[0].version + 1
    draft.saved_at, draft.saved_by = now, by
    draft.save()
    for step in steps:
        step.pk, step.protocol = None, draft
    ProtocolStep.objects.bulk_create(steps)
    return draft


def _copy(current: Protocol) -> Protocol:
    draft = Protocol.objects.get(pk=current.pk)
    draft.pk, draft.published, draft.based_on = None, False, current
    draft.change_note, draft.revision = "", 1
    for name in _LIFE:
        setattr(draft, name, None)
    draft._state.adding = True
    return draft


@transaction.atomic
def save_draft(*, draft: Protocol, edit: Edit, revision: int, by: User, now: datetime) -> Protocol:
    """Write these values; an approval is withdrawn with it.

    Raises StaleDraft when the draft is no longer at this `revision`, ProtocolRefused when it was
    published or discarded meanwhile. Letters that are not named stay as they are.
    """
    locked = _locked(draft)
    if locked.revision != revision:
        raise StaleDraft(locked)
    if locked.approved_at is not None:
        # first: what is approved takes no other change
        locked.approved_at = locked.approved_by = None
        locked.save(update_fields=["approved_at", "approved_by"])
    for name, value in edit.values.items():
        setattr(locked, name, value)
    locked.revision, locked.saved_at, locked.saved_by = revision + 1, now, by
    locked.save()
    _write_steps(locked, edit.steps)
    return locked


def _write_steps(draft: Protocol, changes: Mapping[int, Mapping[str, Any]]) -> None:
    """All of them anew: two letters may change places, which row by row would not be allowed."""
    steps = list(draft.steps.order_by("position"))
    for step in steps:
        for name, value in changes.get(step.position, {}).items():
            setattr(step, name, value)
        step.pk = None
    draft.steps.all().delete()
    ProtocolStep.objects.bulk_create(steps)


@transaction.atomic
def approve(*, protocol: Protocol, revision: int, by: User, now: datetime) -> Protocol:
    """A clinician stands for the medicine of this version, as it is at this `revision`.

    Published versions can be approved afterwards, once: those that the product shipped with.
    Raises StaleDraft, or ProtocolRefused while a changed number has no source of its own.
    """
    locked = _locked(protocol, also_published=True)
    if locked.approved_at is not None:
        raise ProtocolRefused(_("This version is approved already."))
    if locked.revision != revision:
        raise StaleDraft(locked)
    if not locked.published and (missing := unsourced(locked, locked.based_on)):
        raise ProtocolRefused(missing[0])
    locked.approved_at, locked.approved_by = now, by
    locked.save(update_fields=["approved_at", "approved_by"])
    return locked


@transaction.atomic
def withdraw_approval(*, draft: Protocol) -> Protocol:
    """Take the approval of a draft back."""
    locked = _locked(draft)
    locked.approved_at = locked.approved_by = None
    locked.save(update_fields=["approved_at", "approved_by"])
    return locked


@transaction.atomic
def publish(*, draft: Protocol, revision: int, by: User, now: datetime) -> Protocol:
    """From now on, new courses take this version, and letters about visits of no course follow it.
    Raises ProtocolRefused without an approval."""
    locked = _locked(draft)
    if locked.revision != revision:
        raise StaleDraft(locked)
    if locked.approved_at is None:
        raise ProtocolRefused(_("A clinician approves the version before it is published."))
    locked.published, locked.published_at, locked.published_by = True, now, by
    locked.save(update_fields=["published", "published_at", "published_by"])
    nudge.run_soon(course_messages.REPLAN_VERSION, locked.pk, lasts=3600)
    return locked


@transaction.atomic
def discard(*, draft: Protocol, by: User, now: datetime) -> Protocol:
    """Put the draft away; it can be brought back."""
    locked = _locked(draft)
    locked.discarded_at, locked.discarded_by = now, by
    locked.save(update_fields=["discarded_at", "discarded_by"])
    return locked


@transaction.atomic
def bring_back(*, draft: Protocol) -> Protocol:
    """Work on a discarded draft again. Raises ProtocolRefused when another one was begun, or a
    newer version was published: it would overwrite what that one changed."""
    versions = Protocol.objects.select_for_update().filter(modality=draft.modality)
    locked = next(each for each in versions if each.pk == draft.pk)
    if locked.published or locked.discarded_at is None:
        return locked
    if any(not each.published and each.discarded_at is None for each in versions):
        raise ProtocolRefused(_("There is another draft. Discard that one first."))
    if any(each.published and each.version > locked.version for each in versions):
        raise ProtocolRefused(_("A newer version was published. Begin a new draft from that one."))
    locked.discarded_at = locked.discarded_by = None
    locked.save(update_fields=["discarded_at", "discarded_by"])
    return locked


def _locked(protocol: Protocol, *, also_published: bool = False) -> Protocol:
    """The row as it stands, locked; a draft unless published ones may be meant too."""
    locked = Protocol.objects.select_for_update(of=("self",)).get(pk=protocol.pk)
    if locked.published and not also_published:
        raise ProtocolRefused(_("Version %(n)d was published meanwhile.") % {"n": locked.version})
    if locked.discarded_at is not None:
        raise ProtocolRefused(_("This draft was discarded meanwhile. Bring it back first."))
    return locked


def changed_sections(draft: Protocol, before: Protocol) -> Sequence[Section]:
    """The sections in which a number differs."""
    return [
        section
        for section in SECTIONS[draft.modality]
        if any(getattr(draft, name) != getattr(before, name) for name in section.fields)
    ]


def unsourced(draft: Protocol, before: Protocol | None) -> list[str]:
    """A sentence for every changed number that still names the source of the old one. A letter that
    is only turned off needs none."""
    if before is None:
        return []
    parts = [
        _(section.name)
        for section in changed_sections(draft, before)
        if source_of(draft.source, section) == source_of(before.source, section)
    ]
    old = {step.position: step for step in before.steps.all()}
    parts += [
        subjects.label(step.kind)
        for step in sorted(draft.steps.all(), key=attrgetter("position"))
        if step.source == old[step.position].source
        and any(getattr(step, name) != getattr(old[step.position], name) for name in WHEN)
    ]
    said = _("“%(part)s” is changed: write down where the new numbers come from.")
    return [said % {"part": part} for part in parts]
