"""Where a visit is to go, and the change that was offered for it, there and back."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core import signing
from django.http import QueryDict
from django.utils.translation import gettext as _

from clinic.forms.years import can_be_meant
from clinic.scheduling.slots import Slot
from treatments.actions.ripple import NewDate, NewTime

# an offer may be taken up this long after it was shown; whether it is still free is asked anyway
LASTS = timedelta(hours=12)
_SALT = "treatments.ripple"
# local wall time of the location: the address says nothing of zones
_START = "%Y-%m-%dT%H:%M"


class MoveForm(forms.Form):
    """The address of a question; whatever cannot be read counts as not said, but for the start.

    `start` is the wall time at the location, `resource` who or what must have a part in the visit,
    `pin` the appointments that stay, `session` one of a course. `notify` is on unless it says 0: a
    checkbox that is off sends nothing, so a hidden 0 comes before it.
    """

    start = forms.CharField(required=False)
    resource = forms.IntegerField(required=False, min_value=1)
    session = forms.IntegerField(required=False, min_value=1)
    late = forms.BooleanField(required=False)
    day = forms.DateField(required=False)
    who = forms.ChoiceField(choices=[("same", "same"), ("any", "any")], required=False)

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        self.is_valid()

    @property
    def asked(self) -> QueryDict:
        asked: QueryDict = self.data  # type: ignore[assignment] # always a QueryDict here
        return asked

    def start_text(self) -> str:
        return str(self.cleaned_data.get("start", ""))

    def wall(self) -> datetime | None:
        """The start without a zone; None when nothing, or nothing readable, was asked for."""
        try:
            wall = datetime.strptime(self.start_text(), _START)  # noqa: DTZ007 - a wall time
        except ValueError:
            return None
        return wall if can_be_meant(wall) else None

    def chosen(self, name: str) -> Any:
        return self.cleaned_data.get(name)

    def reach(self) -> date | None:
        """The day that the calendar must reach to."""
        wall, day = self.wall(), self.chosen("day")
        return wall.date() if wall else day if day and can_be_meant(day) else None

    def pins(self) -> frozenset[int]:
        texts = self.asked.getlist("pin")
        return frozenset(int(each) for each in texts if each.isascii() and each.isdecimal())

    def notify(self) -> bool:
        return self.asked.get("notify", "1") != "0"

    def query(self, **changed: str | Iterable[str] | None) -> str:
        """The question as an address, some of it changed; what is None is left out."""
        names = ("start", "resource", "session", "pin", "late", "notify", "day", "who")
        values: dict[str, Any] = {name: self.asked.getlist(name)[-1:] for name in names}
        values["pin"] = self.asked.getlist("pin")
        said = {name: value for name, value in (values | changed).items() if value}
        return "?" + urlencode(said, doseq=True) if said else ""


def start_text(wall: datetime) -> str:
    return wall.strftime(_START)


class OfferLost(Exception):
    """What came back is not an offer of ours, or too old; the text says so to people."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One change as it was shown, and the key that makes it happen once."""

    key: uuid.UUID
    moves: tuple[NewTime, ...]
    books: tuple[NewDate, ...] = ()

    def signed(self, subject: str) -> str:
        """The offer as a text for a hidden field; `subject` is the page that it is made on."""
        moves = [[each.appointment, each.seen, *_plain(each.slot)] for each in self.moves]
        books = [[each.session, each.instead_of, *_plain(each.slot)] for each in self.books]
        return signing.dumps([subject, self.key.hex, moves, books], salt=_SALT, compress=True)


def _plain(slot: Slot) -> tuple[int, int, list[int]]:
    return slot.start, slot.end, list(slot.assignment)


def offer_from(text: str, subject: str) -> Offer:
    """Read `Offer.signed` back. Raises OfferLost for any other text, subject or age."""
    try:
        made_for, key, moves, books = signing.loads(text, salt=_SALT, max_age=LASTS)
    except signing.SignatureExpired as expired:
        text = _("This was shown long ago. Nothing was changed: look at it again.")
        raise OfferLost(text) from expired
    except signing.BadSignature as bad:
        raise OfferLost(_damaged()) from bad
    if made_for != subject:
        raise OfferLost(_damaged())
    return Offer(
        uuid.UUID(key),
        tuple(NewTime(pk, seen, Slot(a, b, tuple(ids))) for pk, seen, a, b, ids in moves),
        tuple(NewDate(pk, was, Slot(a, b, tuple(ids))) for pk, was, a, b, ids in books),
    )


def _damaged() -> str:
    return _("The new times did not arrive as they were shown. Nothing was changed.")
