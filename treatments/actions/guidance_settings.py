"""The clinic's own numbers for guidance."""

from dataclasses import fields
from datetime import datetime

from django.db import transaction

from clinic.accounts.models import User
from treatments.guidance.facts import Thresholds
from treatments.models import GuidanceSettings
from treatments.queries import guidance


@transaction.atomic
def change(*, numbers: Thresholds, by: User, now: datetime) -> GuidanceSettings | None:
    """Let these numbers count from now on; answer None where they do already. Raises
    ValidationError with the sentences of the constraints."""
    before = guidance.newest_settings()
    if numbers == (before.as_thresholds() if before else Thresholds()):
        return None
    values = {each.name: getattr(numbers, each.name) for each in fields(numbers)}
    values["second_layer"] = sorted(numbers.second_layer)
    made = GuidanceSettings(**values, changed_at=now, changed_by=by)
    made.full_clean()
    made.save()
    return made
