"""Words and addresses of the manager's pages."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from urllib.parse import urlencode

from django import template
from django.utils.dates import WEEKDAYS_ABBR

from clinic.models import Appointment
from clinic.scheduling.week import Stretch

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
def days_query(visits: Sequence[Appointment]) -> str:
    """The first and the last day of these visits, for the address of the re-plan page."""
    days = [each.starts_at.date() for each in visits]
    return urlencode({"first": min(days), "last": max(days)})


@register.filter
def weekday(day: int | str) -> str:
    """ "Mon" for 0."""
    return str(WEEKDAYS_ABBR[int(day)])


@register.filter
def short_clock(value: time) -> str:
    """ "9", "8:30": a week of these fits into a line."""
    return f"{value.hour}:{value:%M}" if value.minute else str(value.hour)


@register.filter
def grouped(days: Sequence[tuple[Stretch, ...]]) -> list[tuple[str, tuple[Stretch, ...]]]:
    """A week in few lines: ("Mon–Wed, Fri", what is worked on these days), closed days left out."""
    found: dict[tuple[tuple[time, time], ...], list[int]] = {}
    for day, stretches in enumerate(days):
        if stretches:
            found.setdefault(tuple(each[1:] for each in stretches), []).append(day)
    return [(_runs(same), days[same[0]]) for same in found.values()]


def _runs(days: Sequence[int]) -> str:
    """ "Mon–Wed, Fri" for [0, 1, 2, 4]."""
    starts = [each for each in days if each - 1 not in days]
    ends = [each for each in days if each + 1 not in days]
    return ", ".join(
        weekday(start) if start == end else f"{weekday(start)}–{weekday(end)}"
        for start, end in zip(starts, ends, strict=True)
    )
