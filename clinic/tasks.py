"""What beat asks for: ids and the clock into one action."""

from celery import shared_task
from django.utils import timezone

from clinic.actions import lapsing


@shared_task(name="clinic.sweep_lapsed_holds")
def sweep_lapsed_holds() -> int:
    return lapsing.sweep(now=timezone.now())
