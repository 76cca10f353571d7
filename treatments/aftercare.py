"""What somebody should know and do after a treatment, from what was done. Pure.

The numbers are those of the clinical fact base: reactions and care 1.1 to 1.6, timelines 5, sun 6,
corrections of the guide 8. A sheet is plain sentences in order; nothing in it names a diagnosis.
Sentences are marked for translation and translated where they are shown.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from patients.marked_text import gettext_noop as _
from treatments import aftercare_words as words
from treatments.protocol_data.model import Modality
from treatments.protocol_data.step import skin_group


@dataclass(frozen=True, slots=True)
class Done:
    """What was done, as far as care depends on it.

    `what` says it in the words of the clinic ("Glycolic acid, 35 %"). `retinoid_stop_on` is the day
    from which a retinoid rests before the next session, `next_on` that session's day. A fact nobody
    wrote down is None; care is then that for the more delicate skin.
    """

    modality: Modality
    on: date
    what: str = ""
    eye_area: bool = False
    skin_type: int | None = None
    uses_retinoid: bool | None = None
    antiviral: bool = False
    dressing: bool = False
    blister: bool = False
    broken_off: bool = False
    next_on: date | None = None
    retinoid_stop_on: date | None = None
    # when the next session starts, on the clock of its place
    next_at: datetime | None = field(default=None, compare=False)
    # whether the record of the visit is signed; what it says may change before
    signed: bool = field(default=False, compare=False)

    @property
    def has_dark_skin(self) -> bool:
        """Skin types IV to VI, and those nobody has noted."""
        return skin_group(self.skin_type) != "I-III"


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some days after the treatment: what is normal then, and what to do. `until` is None for what
    has no end of its own."""

    first: date
    until: date | None
    normal: str
    care: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page for the patient. `urgent` is "" where nothing is more urgent than a call."""

    stretches: tuple[Stretch, ...]
    sun: tuple[str, ...]
    retinoid: tuple[str, ...] = field(default=())
    calls: tuple[str, ...] = field(default=())
    urgent: str = ""


ALWAYS_URGENT: Final = _(
    "If you cannot breathe freely, or your lips, tongue or throat swell, call emergency services "
    "first."
)


def sheet(done: Done) -> Sheet:
    """The care that follows from what was done."""
    return Sheet(
        stretches=_stretches(done),
        sun=_sun(done),
        retinoid=_retinoid(done),
        calls=words.CALLS[done.modality],
        urgent=words.SALICYLATE_URGENT if done.modality == "salicylic" else ALWAYS_URGENT,
    )


def days_of_care(modality: Modality) -> int:
    """How many days after a treatment the care has something to say that has an end."""
    return max(until for _first, until, *_care in words.DAYS[modality] if until is not None)


def _stretches(done: Done) -> tuple[Stretch, ...]:
    found = []
    for first, until, normal, care in words.DAYS[done.modality]:
        more = _more(done, first)
        last = None if until is None else done.on + timedelta(days=until)
        found.append(Stretch(done.on + timedelta(days=first), last, normal, (*care, *more)))
    return tuple(found)


def _more(done: Done, first: int) -> tuple[str, ...]:
    """What is added to the first days by what was done in particular."""
    if first > 0:
        return ()
    return tuple(
        text
        for is_so, text in (
            (done.dressing and done.modality != "laser", words.DRESSING),
            (done.blister, words.BLISTER),
            (done.eye_area, words.EYE_CARE),
            (done.antiviral, words.ANTIVIRAL),
        )
        if is_so
    )


# how many days the sun is strictly kept off, and until when sunscreen goes on (6, 8 row 20)
STRICT_DAYS: Final[dict[Modality, int]] = {
    "extraction": 0,
    "glycolic": 14,
    "salicylic": 14,
    "retinoid": 0,
    "cryo": 42,
    "laser": 42,
}


def _sun(done: Done) -> tuple[str, ...]:
    own = words.SUN[done.modality]
    dark = (words.SUN_DARK,) if done.has_dark_skin and done.modality != "retinoid" else ()
    return (*own, *words.SUN_HOW, *dark)


def strict_until(done: Done) -> date | None:
    """The last day on which the sun is kept off altogether; None where care is enough."""
    days = STRICT_DAYS[done.modality]
    return done.on + timedelta(days=days) if days else None


def _retinoid(done: Done) -> tuple[str, ...]:
    """When a retinoid goes on again; nothing for those who use none."""
    if done.uses_retinoid is False or done.modality == "retinoid":
        return ()
    back = words.RETINOID_BACK[done.modality]
    return (back,) if done.retinoid_stop_on is None else (back, words.RETINOID_STOPS)
