"""What became of a visit, or why a time is none, in one sentence."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.models import Appointment

_Status = Appointment.Status
_SAID = {
    _Status.BOOKED: gettext_lazy("%(name)s is expected again."),
    _Status.CONFIRMED: gettext_lazy("%(name)s has confirmed."),
    _Status.ARRIVED: gettext_lazy("%(name)s has arrived."),
    _Status.IN_ROOM: gettext_lazy("%(name)s is in the room."),
    _Status.DONE: gettext_lazy("The visit of %(name)s is done."),
    _Status.CANCELLED: gettext_lazy("The visit of %(name)s is cancelled."),
    _Status.NO_SHOW: gettext_lazy("%(name)s did not come."),
}


def said(appointment: Appointment, name: str) -> str:
    """After somebody did it."""
    return _SAID[_Status(appointment.status)] % {"name": name}


def stands(appointment: Appointment, name: str) -> str:
    """As it stands: said of a visit that somebody else has changed, moved or booked."""
    if appointment.status in (_Status.BOOKED, _Status.CONFIRMED):
        at = f"{appointment.starts_at:%H:%M}"
        return _("%(name)s is expected at %(time)s.") % {"name": name, "time": at}
    return said(appointment, name)


def skipped(wall: datetime) -> str:
    """Of a time that no clock of the location shows on that day."""
    text = _("There is no %(time)s on that day: the clocks go forward.")
    return text % {"time": f"{wall:%H:%M}"}
