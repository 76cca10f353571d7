"""What beat asks for: ids and the database's clock into one action."""

from celery import shared_task

from clinic.actions import lapsing, offers, waitlist
from patients.queries import clock


@shared_task(name="clinic.sweep_lapsed_holds")
def sweep_lapsed_holds() -> int:
    now = clock.now()
    offers.expire(now=now)
    return lapsing.sweep(now=now)


@shared_task(name="clinic.close_past_waits")
def close_past_waits() -> int:
    return waitlist.close_past(now=clock.now())
