"""Times on the location's clock, buttons of a visit, names a passer-by may read."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clinic.models import Appointment
from clinic.queries.appointments import EXPECTED, Visit
from clinic.queries.lights import Light
from clinic.views import words
from patients import letter_formats
from patients.models import Patient

register = template.Library()

MINUTES_PER_DAY = 24 * 60


class Step(NamedTuple):
    """What a button for a verb says. `becomes` is the status it leads to, where that moves the
    visit on."""

    url_name: str
    label: Promise
    icon: str
    becomes: str = ""


STEPS = {
    "check-in": Step("appointment-check-in", gettext_lazy("Arrived"), "arrived", "arrived"),
    "start": Step("appointment-start", gettext_lazy("In room"), "room", "in_room"),
    "complete": Step("appointment-complete", gettext_lazy("Done"), "done", "done"),
    "no-show": Step("appointment-no-show", gettext_lazy("No-show"), "x-circle"),
    "confirm": Step("appointment-confirm", gettext_lazy("Confirmed"), "check-circle", "confirmed"),
    "unconfirm": Step("appointment-unconfirm", gettext_lazy("Not confirmed"), "undo"),
    "undo": Step("appointment-undo", gettext_lazy("Undo"), "undo"),
}


@register.filter
def step(verb: str) -> Step:
    """The button of a verb."""
    return STEPS[verb]


class LaneLook(NamedTuple):
    """The status whose colour and icon a lane of the arrivals board takes."""

    status: str
    icon: str


LANES = {
    "expected": LaneLook("booked", "calendar"),
    "confirmed": LaneLook("confirmed", "check-circle"),
    "arrived": LaneLook("arrived", "arrived"),
    "in_room": LaneLook("in_room", "room"),
    "closed": LaneLook("done", "done"),
}
LIGHTS = {"ok": "check-circle", "warn": "clock", "missing": "warn"}


@register.filter
def lane_status(key: str) -> str:
    return LANES[key].status


@register.filter
def lane_icon(key: str) -> str:
    return LANES[key].icon


@register.filter
def light_icon(level: str) -> str:
    return LIGHTS[level]


@register.filter
def light_words(lights: Iterable[Light]) -> str:
    """ "Screening clear, Consent signed"."""
    return ", ".join(each.text for each in lights)


@register.simple_tag
def step_url(verb: str, appointment: Appointment) -> str:
    return reverse(STEPS[verb].url_name, args=[appointment.pk])


@register.filter
def clock(value: datetime | int) -> str:
    """ "15:30", of a moment on its own clock or of minutes after midnight.

    Django's `time` filter would first turn the moment into the server's zone.
    """
    if isinstance(value, int):
        return f"{value // 60:02d}:{value % 60:02d}"
    return f"{value:%H:%M}"


@register.filter
def day_name(value: date) -> str:
    """ "Tue 12 Jan"."""
    return str(formats.date_format(value, _(letter_formats.DAY)))


@register.filter
def full_day(value: date) -> str:
    """ "Tue 12 Jan 2027"."""
    return str(formats.date_format(value, "D j M Y"))


@register.filter
def iso(value: date) -> str:
    """ "2027-01-12", of a moment its day: for addresses."""
    return f"{value:%Y-%m-%d}"


@register.filter
def wall(value: datetime) -> str:
    """ "2027-01-12T15:30", the wall time as addresses and date fields have it."""
    return f"{value:%Y-%m-%dT%H:%M}"


@register.filter
def wall_at(day: date, minute: int) -> str:
    """As `wall`, of a day and the minutes after its midnight."""
    return f"{day:%Y-%m-%d}T{clock(minute)}"


@register.simple_tag
def move_url(appointment: Appointment) -> str:
    """Where another time is proposed; "" for a visit that stays, or while no app offers moves."""
    if appointment.status not in EXPECTED:
        return ""
    try:
        return reverse("appointment-move", args=[appointment.pk])
    except NoReverseMatch:
        return ""


@register.simple_tag
def query_of(name: str, **values: Any) -> str:
    """The address of a page with these values as its query, empty ones left out."""
    given = {key: value for key, value in values.items() if value not in (None, "")}
    return f"{reverse(name)}?{urlencode(given)}"


@register.filter
def duration(minutes: int) -> str:
    """ "35 min", "2 h 5 min", "3 days"."""
    if minutes >= MINUTES_PER_DAY:
        days = minutes // MINUTES_PER_DAY
        return ngettext("%(days)d day", "%(days)d days", days) % {"days": days}
    hours, rest = divmod(minutes, 60)
    texts = ([_("%d h") % hours] if hours else []) + ([_("%d min") % rest] if rest else [])
    return " ".join(texts)


@register.filter
def shown_as(patient: Patient, private: bool) -> str:
    """The name, or the initials while names are hidden: "A. L."."""
    if not private:
        return patient.full_name
    names = (patient.given_name, patient.family_name)
    return " ".join(f"{name[0]}." for name in names if name)


@register.filter
def stands_as(appointment: Appointment, private: bool) -> str:
    """ "Ada Lindqvist has arrived.": read out when somebody else changed the visit."""
    return words.stands(appointment, shown_as(appointment.patient, private))


@register.filter
def short_name(patient: Patient, private: bool) -> str:
    """ "Ada L.", or the initials while names are hidden."""
    if private or not (patient.given_name and patient.family_name):
        return shown_as(patient, private)
    return f"{patient.given_name} {patient.family_name[0]}."


@register.filter
def is_in(word: str, words: str) -> bool:
    """Whether it is one of these words, which are divided by spaces."""
    return word in words.split()


@register.filter
def names(things: Iterable[Any]) -> str:
    return ", ".join(str(each) for each in things)


@register.filter
def names_and(things: Iterable[Any]) -> str:
    """ "Dr Cole, CO2 laser and Room 2"."""
    *first, last = [str(each) for each in things]
    return (
        _("%(first)s and %(last)s") % {"first": ", ".join(first), "last": last} if first else last
    )


@register.filter
def pks(visits: Iterable[Visit]) -> str:
    """The numbers of these visits, for the one request that fetches their badges."""
    return ",".join(str(each.appointment.pk) for each in visits)


@register.filter
def minutes_long(interval: Any) -> int:
    return int(interval.end - interval.start)
