"""What beat asks for: ids and the clock into one action."""

from celery import shared_task
from django.utils import timezone

from clinic.actions import lapsing, offers, waitlist


@shared_task(name="clinic.sweep_lapsed_holds")
def sweep_lapsed_holds() -> int:
    now = timezone.now()
    offers.expire(now=now)
    return lapsing.sweep(now=now)


@shared_task(name="clinic.close_past_waits")
def close_past_waits() -> int:
    return waitlist.close_past(now=timezone.now())
