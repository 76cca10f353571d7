"""Times that are kept for somebody who is deciding, as the screens show them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from clinic.models import Appointment, WaitlistOffer

_HELD = Appointment.Status.HELD


@dataclass(frozen=True, slots=True)
class Kept:
    """Visits that were kept together, in order; `until` is on the clock of their location.

    `offer` is the wait list's offer that keeps the time for an answer by link, None for a hold of
    the desk.
    """

    booking: int
    until: datetime
    visits: tuple[Appointment, ...]
    offer: int | None = None


def of_booking(booking: int, now: datetime) -> Kept | None:
    """What this booking keeps; None when its time is over or it is no hold any more."""
    rows = Appointment.objects.filter(booking=booking, status=_HELD, held_until__gt=now)
    return next(iter(kept(rows.select_related("location", "service"), now)), None)


def kept(appointments: Iterable[Appointment], now: datetime) -> list[Kept]:
    """Among these visits (with their locations) those that are kept now, by what was kept
    together; asks the database only when there are any."""
    together: defaultdict[int, list[Appointment]] = defaultdict(list)
    for each in appointments:
        if each.status == _HELD and each.held_until and each.held_until > now:
            together[each.booking_id].append(each)
    offers = WaitlistOffer.objects.filter(booking__in=together) if together else ()
    offered = {each.booking_id: each.pk for each in offers}
    return [_kept(booking, visits, offered.get(booking)) for booking, visits in together.items()]


def _kept(booking: int, visits: list[Appointment], offer: int | None) -> Kept:
    visits.sort(key=lambda each: each.during.lower)
    until = min(each.held_until for each in visits if each.held_until)
    return Kept(booking, until.astimezone(visits[0].location.zone), tuple(visits), offer)
