"""What stops a course, in sentences for clinician and patient. Pure data: clinical fact base 1.1 to
1.6, "red flags" and "cautions"; the numbers of gaps and counts come from the protocol."""

from typing import Final, NamedTuple

from patients.marked_text import gettext_noop as _
from treatments.protocol_data.model import Modality
from treatments.protocol_data.spine import BASE


class Stop(NamedTuple):
    text: str
    source: str


_PEEL: Final = (
    Stop(_("Blisters, grey or white patches, raw or weeping skin."), f"{BASE} 1.2"),
    Stop(_("Redness for more than seven days, new dark or pale patches."), f"{BASE} 1.2"),
    Stop(_("Cold sores, or painful blisters in a group."), f"{BASE} 1.2"),
)

STOPS: Final[dict[Modality, tuple[Stop, ...]]] = {
    "extraction": (
        Stop(_("Spreading redness, heat, pus, growing pain or fever."), f"{BASE} 1.1"),
        Stop(_("Swollen lids or anything that disturbs the sight."), f"{BASE} 1.1"),
    ),
    "glycolic": _PEEL,
    "salicylic": (
        *_PEEL,
        Stop(_("Ringing ears, dizziness, vomiting, fast breathing: at once."), f"{BASE} 1.3"),
    ),
    "retinoid": (
        Stop(_("Pregnancy, or planning one."), f"{BASE} 1.4"),
        Stop(_("Blisters, severe burning, swollen lids or lips, hives, red eyes."), f"{BASE} 1.4"),
        Stop(_("No fewer milia after three months: decide anew."), f"{BASE} 1.4, 8 row 11"),
    ),
    "cryo": (
        Stop(_("Growing pain, pus, spreading redness or fever."), f"{BASE} 1.5"),
        Stop(_("Not healed after four weeks, numbness, a dark or pale mark."), f"{BASE} 1.5"),
    ),
    "laser": (
        Stop(_("Fever, pus, spreading redness, pain that rises after day 2."), f"{BASE} 1.6"),
        Stop(
            _("Swelling for more than three days, cold sores, itch with pustules."), f"{BASE} 1.6"
        ),
        Stop(_("Any eye symptom: the same day."), f"{BASE} 1.6"),
    ),
}

RISE: Final = Stop(
    _("20 % more milia than at the start after session 3: a clinician looks again."),
    f"{BASE} 8 row 3",
)
TARGET: Final = Stop(_("The target is met: it can end early."), f"{BASE} 1.2, 4.6")
