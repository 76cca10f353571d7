"""Signs of life of what runs by itself, for the status page and the fallback sender."""

from datetime import datetime, timedelta
from typing import Final

from patients.models import Heartbeat

DELIVER: Final = "deliver"
RECOVER: Final = "recover"
FALLBACK: Final = "fallback"
REPLAN: Final = "replan"
WORKER: Final = "worker "


def beat(*, name: str, now: datetime, note: str = "") -> None:
    """It ran; one statement, the row is made when it runs for the first time."""
    Heartbeat.objects.bulk_create(
        [Heartbeat(name=name[:80], beat_at=now, note=note[:200])],
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=["beat_at", "note"],
    )


def is_silent(*, name: str, now: datetime, longer_than: timedelta) -> bool:
    """Whether it has not run for this long, or never."""
    return not Heartbeat.objects.filter(name=name, beat_at__gt=now - longer_than).exists()
