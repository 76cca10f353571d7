"""What letters about visits can say of them, for words that a clinic writes itself."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, cast
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_lazy

from patients import letter_formats
from patients.letter_kinds import Context, Placeholder
from patients.marked_text import gettext_noop as _

ANSWERS: Final = _("Booked, moved, cancelled, offered")
# of an example: a Tuesday afternoon
_STARTS: Final = datetime(2027, 1, 12, 15, 30, tzinfo=ZoneInfo("Europe/London"))
_VISIT: Final = {
    "starts": _STARTS,
    "ends": _STARTS + timedelta(minutes=30),
    "service": gettext_lazy("Visit for your skin"),
    "practitioner": "Dr Cole",
    "location": "Harbour Street",
}


def _visit(name: str) -> Callable[[Context], str]:
    """A fact of the first visit that the letter is about."""
    return lambda context: str(_first(context).get(name) or "")


def _start(form: str) -> Callable[[Context], str]:
    """When it starts, on the clock of the place, in the language that is active."""

    def shown(context: Context) -> str:
        starts = _first(context).get("starts")
        return date_format(starts, gettext(form)) if starts else ""

    return shown


def _first(context: Context) -> Mapping[str, Any]:
    return cast(Mapping[str, Any], context.get("appointment") or {})


VISIT: Final = (
    Placeholder("visit_day", _("the day of the visit"), _start(letter_formats.LONG_DAY)),
    Placeholder("visit_time", _("the time of the visit"), _start(letter_formats.TIME)),
    Placeholder("visit_place", _("where the visit is"), _visit("location")),
    Placeholder("seen_by", _("who sees the patient"), _visit("practitioner")),
)
LAST_VISIT: Final = (
    Placeholder("last_visit_day", _("the day of the last visit"), _start(letter_formats.LONG_DAY)),
    Placeholder("seen_by", _("who saw the patient"), _visit("practitioner")),
)


def example() -> dict[str, Any]:
    """The facts of a letter about one visit."""
    return {"appointments": [_VISIT], "appointment": _VISIT}


def answer() -> dict[str, Any]:
    """The facts of a letter that answers something just done."""
    return {**example(), "transactional": True}


def offer() -> dict[str, Any]:
    """The facts of a letter that offers a time."""
    until = _STARTS - timedelta(days=1, hours=4)
    return {**example(), "until": until, "offer_url": "https://…"}
