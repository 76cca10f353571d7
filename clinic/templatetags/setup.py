"""Words and addresses of the manager's pages."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django import template
from django.utils.dates import WEEKDAYS_ABBR

from clinic.models import Appointment

register = template.Library()


@register.filter
def is_midnight(value: datetime) -> bool:
    return (value.hour, value.minute) == (0, 0)


@register.filter
def day_before(value: datetime) -> datetime:
    """The moment before: of an end at midnight, a moment of the last day."""
    return value - timedelta(minutes=1)


@register.filter
def held_names(appointment: Appointment) -> str:
    """ "Dr Cole, Peel room 1", each once, in the order of the needs."""
    held = (each.resource.name for each in appointment.reservations.all())
    return ", ".join(dict.fromkeys(held))


@register.filter
def tel(phone: str) -> str:
    """A telephone number without what only helps to read it."""
    return "".join(each for each in phone if each.isdecimal() or each == "+")


@register.filter
def days_query(visits: Sequence[Appointment]) -> str:
    """The first and the last day of these visits, for the address of the re-plan page."""
    days = [each.starts_at.date() for each in visits]
    return urlencode({"first": min(days), "last": max(days)})


@register.filter
def weekday(day: int | str) -> str:
    """ "Mon" for 0."""
    return str(WEEKDAYS_ABBR[int(day)])
