"""What a plan says of each treatment: what happens, and what to do before. Pure data.

From the guide and the clinical fact base 1.1 to 1.6 (pre-care rows) and 5.3 to 5.6.
"""

from typing import Final

from patients.marked_text import gettext_noop as _
from treatments.protocol_data.model import Modality

HAPPENS: Final[dict[Modality, str]] = {
    "extraction": _(
        "Each spot is opened with a fine sterile needle and lifted out. It takes less than a "
        "minute for each."
    ),
    "glycolic": _(
        "Glycolic acid is on your face for some minutes and is then neutralised. It tingles or "
        "stings. We begin gently and go up step by step."
    ),
    "salicylic": _(
        "Salicylic acid is on your face for 3 to 5 minutes, stops by itself and is rinsed off. It "
        "stings for a minute or two."
    ),
    "retinoid": _(
        "You use a cream at home, at night: first on a few nights, then on more, as far as your "
        "skin takes it well."
    ),
    "cryo": _("Liquid nitrogen freezes each spot for some seconds. It stings sharply and briefly."),
    "laser": _(
        "A numbing cream goes on first, for 60 minutes. The laser then opens each spot; you feel a "
        "quick, warm snap. Your eyes are covered."
    ),
}

BEFORE: Final[dict[Modality, tuple[str, ...]]] = {
    "extraction": (
        _("3 days before: pause retinoid and acids where we work."),
        _("On the day: no make-up. Plan no event for the day after."),
    ),
    "glycolic": (
        _("2 weeks before: no tanning, sunbed or self-tan; no filler or toxin."),
        _("1 week before: no waxing, threading, bleaching or scrub. Answer the health questions."),
        _("3 days before: stop acids and benzoyl peroxide."),
        _("On the day: a clean face, no shaving, no make-up. Plan no big event for 5 days after."),
    ),
    "salicylic": (
        _("2 weeks before: no tanning, sunbed or self-tan; no filler or toxin."),
        _("1 week before: no waxing, threading, bleaching or scrub. Answer the health questions."),
        _("3 days before: stop acids and benzoyl peroxide."),
        _("On the day: a clean face, no shaving, no make-up. Plan no big event for 5 days after."),
    ),
    "retinoid": (
        _("Tell us if you are pregnant, may be, or plan to be: then it is not begun."),
        _("No waxing of the face from a week before, and none during the course."),
    ),
    "cryo": (
        _("1 week before: answer the health questions, above all about trouble with cold."),
        _("On the day: no make-up on the spot. Plan no event for 2 weeks after."),
    ),
    "laser": (
        _("4 weeks before, 6 if your skin is dark: no sun on the skin, sunscreen every day."),
        _("1 week before: answer the health questions."),
        _("3 days before: stop all acids and scrubs."),
        _(
            "On the day: no make-up; come 60 minutes early for the numbing cream if we say so. "
            "Plan no event for 3 weeks after."
        ),
    ),
}

RETINOID_RESTS: Final = _("Retinoid: rests from %(days)d days before each session.")
NO_BLOOD_THINNERS: Final = _(
    "Never stop prescribed medicines, such as blood thinners, by yourself."
)
