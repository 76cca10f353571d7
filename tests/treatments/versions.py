"""Versions of protocols, made round the application: a published one takes no change."""

from typing import Any

from treatments.models import Protocol, ProtocolStep


def draft_of(protocol: Protocol, **values: Any) -> Protocol:
    """The next version of this protocol as a draft, its timeline included, with these values."""
    steps = list(protocol.steps.order_by("position"))
    draft = Protocol.objects.get(pk=protocol.pk)
    draft.pk, draft.published, draft.version = None, False, protocol.version + 1
    for name, value in values.items():
        setattr(draft, name, value)
    draft.save()
    for step in steps:
        step.pk, step.protocol = None, draft
    ProtocolStep.objects.bulk_create(steps)
    return draft


def publish(draft: Protocol) -> Protocol:
    """Published as the shipped ones are: by nobody."""
    draft.published = True
    draft.save(update_fields=["published"])
    return draft


def newer(modality: str, **values: Any) -> Protocol:
    """Another published version of this modality, with these values."""
    return publish(draft_of(Protocol.objects.current().get(modality=modality), **values))
