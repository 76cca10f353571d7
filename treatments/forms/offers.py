"""Proposals and kept dates, there and back: signed, so that only what was offered comes back."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core import signing
from django.utils.translation import gettext as _

from clinic.scheduling.clock import to_datetime
from clinic.scheduling.slots import Slot
from treatments.models import Course

# a proposal may be booked this long after it was shown; whether it is still free is asked anyway
LASTS = timedelta(hours=12)
_SALT = "treatments.series"
_PIN_SALT = "treatments.series.pin"
# a page signs some forty of them
_PINS = signing.TimestampSigner(salt=_PIN_SALT)


class ProposalLost(Exception):
    """What came back is not a proposal of ours, or too old; the text says so to people."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One proposal as it was shown: its slots, and the key that makes booking it happen once."""

    key: uuid.UUID
    slots: tuple[Slot, ...]

    @classmethod
    def of(cls, slots: Sequence[Slot]) -> "Offer":
        return cls(uuid.uuid4(), tuple(slots))

    def start(self, position: int, zone: ZoneInfo) -> datetime:
        """When that slot begins, on the clock of a zone."""
        return to_datetime(self.slots[position].start).astimezone(zone)

    def signed(self, course: Course) -> str:
        """The offer as a text for a hidden field; key and slots cannot be parted."""
        slots = list(map(_plain, self.slots))
        return signing.dumps([course.pk, self.key.hex, slots], salt=_SALT, compress=True)


def offer_from(text: str, course: Course) -> Offer:
    """Read `Offer.signed` back. Raises ProposalLost for any other text, course or age."""
    pk, key, slots = _read(text, _SALT)
    if pk != course.pk:
        raise ProposalLost(_damaged())
    return Offer(uuid.UUID(key), tuple(map(_slot, slots)))


def pin_of(course: Course, number: int, slot: Slot) -> str:
    """The date of one session, to be kept while the others are searched for, as a text."""
    return _PINS.sign_object([course.pk, number, _plain(slot)])


def pin_from(text: str, course: Course) -> tuple[int, Slot]:
    """The session and slot of `pin_of`. Raises ProposalLost for any other text, course or age."""
    pk, number, slot = _read(text, _PIN_SALT)
    if pk != course.pk:
        raise ProposalLost(_damaged())
    return number, _slot(slot)


def _read(text: str, salt: str) -> Any:
    try:
        return signing.loads(text, salt=salt, max_age=LASTS)
    except signing.SignatureExpired as expired:
        text = _("These dates were shown long ago. Nothing was booked: here are fresh ones.")
        raise ProposalLost(text) from expired
    except signing.BadSignature as bad:
        raise ProposalLost(_damaged()) from bad


def _plain(slot: Slot) -> list[Any]:
    return [slot.start, slot.end, list(slot.assignment)]


def _slot(plain: list[Any]) -> Slot:
    start, end, ids = plain
    return Slot(start, end, tuple(ids))


def _damaged() -> str:
    return _("The dates did not arrive as they were shown. Nothing was booked: choose again.")
