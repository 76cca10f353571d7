"""The question of a calendar or another program, read from an address by hand.

A form would say the same about ten fields at once; here one sentence about the first wrong one is
enough, and reading it costs next to nothing.
"""

from collections.abc import Callable
from datetime import date, time
from typing import Any, TypeVar

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.forms.first_day import FURTHEST
from clinic.models import Resource
from clinic.queries.free_starts import Question
from clinic.scheduling.wishes import Wishes

MOST_DAYS = 92
USUAL_DAYS = 7

# translated when somebody has to read them
_NUMBER = gettext_lazy("Write “%(name)s” as a number.")
_DAY = gettext_lazy("Write the first day like 2026-12-31.")
_DAYS = gettext_lazy("Ask for 1 to %(most)s days.")
_TIME = gettext_lazy("Write “%(name)s” as a time like 09:30.")

T = TypeVar("T")


class Nonsense(ValueError):
    """The address asks for something that cannot be; the text says so to people."""


def question(asked: QueryDict, location: int | None, today: date) -> Question:
    """What is asked at a location, None for the first one. Raises Nonsense."""
    return Question(
        location=location,
        service=_service(asked),
        first=_first(asked, today),
        days=_days(asked),
        wishes=Wishes(_weekdays(asked), _hours(asked)),
        picks=_picks(asked),
    )


def _value(asked: QueryDict, name: str, read: Callable[[str], T], sentence: Any) -> T | None:
    """One value; None when it is not given or empty. Raises Nonsense with the sentence."""
    text = asked.get(name, "").strip()
    if not text:
        return None
    try:
        return read(text)
    except ValueError as error:
        raise Nonsense(sentence % {"name": name, "most": MOST_DAYS}) from error


def _number(text: str) -> int:
    """A number that fits into the database's."""
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise ValueError(text)
    return int(text)


def _service(asked: QueryDict) -> int:
    service = _value(asked, "service", _number, _NUMBER)
    if service is None:
        raise Nonsense(_("Say which service: service=12."))
    return service


def _picks(asked: QueryDict) -> dict[str, int]:
    """The person, room and device that are to take part, as far as they are named."""
    picks = {kind: _value(asked, kind, _number, _NUMBER) for kind in Resource.Kind.values}
    return {kind: pick for kind, pick in picks.items() if pick is not None}


def _first(asked: QueryDict, today: date) -> date:
    first = _value(asked, "first", date.fromisoformat, _DAY)
    if first is None:
        raise Nonsense(_("Say the first day: first=2026-12-31."))
    if abs(first - today) > FURTHEST:
        raise Nonsense(_("The first day is more than a year away."))
    return first


def _days(asked: QueryDict) -> int:
    days = _value(asked, "days", _number, _DAYS)
    if days is None:
        return USUAL_DAYS
    if not 1 <= days <= MOST_DAYS:
        raise Nonsense(_DAYS % {"most": MOST_DAYS})
    return days


def _hours(asked: QueryDict) -> tuple[time, time] | None:
    opens = _value(asked, "from", _wall_time, _TIME)
    closes = _value(asked, "until", _wall_time, _TIME)
    if opens is None and closes is None:
        return None
    hours = opens or time.min, closes or time.min
    if time.min != hours[1] <= hours[0]:
        raise Nonsense(_("“until” is not later than “from”."))
    return hours


def _wall_time(text: str) -> time:
    found = time.fromisoformat(text)
    if found.tzinfo or found.second or found.microsecond:
        raise ValueError(text)
    return found


def _weekdays(asked: QueryDict) -> frozenset[int]:
    """From "0,2,4" or from one value for each; Monday is 0."""
    days = ",".join(asked.getlist("weekdays")).split(",")
    if not set(days) <= set("0123456") | {""}:
        raise Nonsense(_("Write the weekdays as numbers from 0, Monday, to 6: weekdays=0,2,4."))
    return frozenset(int(day) for day in days if day)
