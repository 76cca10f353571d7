"""The sentences of the aftercare sheet, by modality. Pure data; sources are named beside them."""

from typing import Final

from patients.marked_text import gettext_noop as _
from treatments.protocol_data.model import Modality

# (first day, last day or None, what is normal, what to do)
Days = tuple[tuple[int, int | None, str, tuple[str, ...]], ...]

_HANDS_OFF: Final = _("Hands off: no rubbing, no picking.")
_WASH: Final = _("Wash with cool water and a mild cleanser. Pat dry.")

# clinical fact base 1.2, 1.3, 5.3: bland care, no heat 24-48 h, no sauna or pool for 4 days
_PEEL_FIRST: Final = (
    _WASH,
    _("A plain moisturiser as often as the skin feels tight. A cool, damp cloth helps."),
    _("No sport, heat or hot showers for 24 to 48 hours; no sauna or pool for 4 days."),
)
_PEEL_FLAKING: Final = (
    _("Let the flakes fall by themselves. No picking, no scrub, no acid."),
    _("Go on with the mild cleanser and the moisturiser. Make-up is fine once nothing stings."),
)
# 1.2: no wax, laser or microdermabrasion for 21 days
_PEEL_AFTER: Final = (
    _("Back to your usual care, step by step, once the skin is calm."),
    _("No waxing, laser or microdermabrasion on the face for 3 weeks."),
)

DAYS: Final[dict[Modality, Days]] = {
    # 1.1, 5.2; 8 row 12: tiny scabs can last days
    "extraction": (
        (
            0,
            1,
            _("Red for an hour or so. A pinprick of a scab is normal."),
            (
                _("Keep the spots clean and dry, with a thin film of plain petrolatum."),
                _("No make-up on them for 24 hours."),
                _HANDS_OFF,
            ),
        ),
        (
            2,
            7,
            _("Tiny scabs can last for some days."),
            (
                _("Wash mildly and let the scabs fall by themselves."),
                _("Back to your usual care once the spots have closed, after 2 or 3 days."),
            ),
        ),
        (
            8,
            28,
            _("The spots blend in. A faint pink mark fades."),
            (_("Sunscreen every day until the marks are gone."),),
        ),
    ),
    # 1.2, 5.3
    "glycolic": (
        (
            0,
            2,
            _("Tingling, pink and tight, like mild sunburn. The acid is no longer at work."),
            (*_PEEL_FIRST, _HANDS_OFF),
        ),
        (3, 6, _("Light flaking for some days."), _PEEL_FLAKING),
        (7, 21, _("Calm again, and often smoother."), _PEEL_AFTER),
    ),
    # 1.3: self-limiting, peel from day 2-3 for up to 7 days
    "salicylic": (
        (
            0,
            1,
            _("Pink, tight, a little numb or dry. The acid was rinsed off."),
            (*_PEEL_FIRST, _HANDS_OFF),
        ),
        (2, 7, _("Mild peeling begins on day 2 or 3 and can last a week."), _PEEL_FLAKING),
        (8, 21, _("Calm again, and often smoother."), _PEEL_AFTER),
    ),
    # 1.4: retinisation in weeks 2-4, pea-sized, dry face
    "retinoid": (
        (
            0,
            13,
            _("The skin gets used to it: a little dry, a little red."),
            (
                _(
                    "A pea-sized amount for the whole face, at night, on dry skin 20 to 30 minutes "
                    "after washing."
                ),
                _("Keep away from eyes, lids, lips and the corners of the nose."),
                _("A plain moisturiser whenever it feels dry."),
            ),
        ),
        (
            14,
            28,
            _("Dryness, redness and flaking are at their worst now, and usually ease."),
            (
                _("Too much? Skip a night or two, then go on with fewer nights."),
                _("No waxing, no scrubs, no other acids."),
            ),
        ),
        (
            29,
            None,
            _("First results after 6 to 12 weeks; several months for all of it."),
            (_("Go on as agreed. We look at it together at the reviews."),),
        ),
    ),
    # 1.5, 5.5; 8 row 16: crust 5-10 days, alarm only after day 28
    "cryo": (
        (
            0,
            2,
            _("Stinging, red, some swelling. A blister may form, sometimes a dark one."),
            (
                _("Wash gently and pat dry. It may stay uncovered."),
                _("Leave a small blister closed. A large or tight one: call us, do not open it."),
            ),
        ),
        (
            3,
            10,
            _("A scab. On the face it usually comes off between day 5 and day 10."),
            (
                _("Do not pick at it: that is how scars come about."),
                _("A thin film of plain petrolatum if it is dry."),
            ),
        ),
        (
            11,
            28,
            _("New skin, pink at first. The colour may take months to even out."),
            (_("Not healed by the last of these days? Call us."),),
        ),
    ),
    # 1.6, 5.6; 8 row 19: closure 10-21 days is normal
    "laser": (
        (
            0,
            1,
            _("Red, warm, swollen; it may ooze a little."),
            (
                _("Keep the dressing on and dry for 24 hours. Sleep with your head raised."),
                _("No sport, heat or hot shower."),
            ),
        ),
        (
            2,
            7,
            _("Small crusts. Many fall off between day 5 and day 7."),
            (
                _(
                    "Cleanse once or twice a day. A thin film of ointment 2 to 3 times a day until "
                    "the skin has closed."
                ),
                _("Do not pick. No make-up while it scales."),
                _("No pool, sauna or sport until day 10."),
            ),
        ),
        (
            8,
            21,
            _("The last scabs go and the skin turns pink. Up to 3 weeks is normal."),
            (
                _(
                    "Once it has closed, a light moisturiser instead of ointment: heavy ointment "
                    "can bring new bumps."
                ),
            ),
        ),
        (
            22,
            180,
            _("Pink fades over weeks to months."),
            (_("SPF 50 every day, for up to 6 months."),),
        ),
    ),
}

DRESSING: Final = _("The plaster may come off tomorrow morning.")
BLISTER: Final = _("A blister has formed already: leave it closed and keep it dry.")
# 1.1 and 1.5: lids swell, above all overnight
EYE_CARE: Final = _(
    "Near the eye: no rubbing, no eye make-up for 24 hours, and sleep a little raised."
)
ANTIVIRAL: Final = _("Go on with the antiviral tablets as they were prescribed.")

# section 6
SUN_HOW: Final = (
    _(
        "Broad spectrum, water resistant. Two finger-lengths for face and neck, 15 minutes before "
        "you go out; again every 2 hours outdoors, and after swimming or sweating."
    ),
    _("Shade between 10:00 and 14:00, a hat with a brim, sunglasses."),
)
SUN_DARK: Final = _(
    "If your skin is dark or marks easily, sun protection is what prevents dark marks most."
)
SUN: Final[dict[Modality, tuple[str, ...]]] = {
    "extraction": (
        _(
            "Shade and a hat today. Sunscreen, SPF 30 or higher, on closed skin every day until "
            "the marks are gone, about 2 to 4 weeks."
        ),
    ),
    "glycolic": (
        _(
            "Sunscreen, SPF 30 or higher, every day from tomorrow on, all through the series. For "
            "2 weeks keep out of direct sun. Mineral filters (zinc, titanium) are gentlest now."
        ),
    ),
    "salicylic": (
        _(
            "Sunscreen, SPF 30 or higher, every day from tomorrow on, all through the series. For "
            "2 weeks keep out of direct sun. Mineral filters (zinc, titanium) are gentlest now."
        ),
    ),
    "retinoid": (_("Sunscreen, SPF 30 or higher, every morning of the whole course."),),
    "cryo": (
        _(
            "No sunscreen on open skin: shade and a hat. Once healed, SPF 30 or higher every day "
            "for at least 6 weeks."
        ),
    ),
    "laser": (
        _(
            "No sunscreen on open skin: shade and a hat. Once closed, SPF 50 every day. Keep out "
            "of direct sun for 6 weeks."
        ),
    ),
}

# 1.2: back when calm, 3-7 days; 2D: days until a retinoid goes on again
RETINOID_BACK: Final[dict[Modality, str]] = {
    "extraction": _("Retinoid: again once the spots have closed, after about 3 days."),
    "glycolic": _("Retinoid: again once the skin is calm, after 3 to 7 days."),
    "salicylic": _("Retinoid: again once the skin is calm, after 3 to 7 days."),
    "retinoid": "",
    "cryo": _("Retinoid: not on the spot until it has healed, about 2 weeks."),
    "laser": _("Retinoid: not before 4 weeks, and only when we say so."),
}
RETINOID_STOPS: Final = _("It rests again before your next visit, from the day below.")

EYE_CALL: Final = _("a swollen lid, eye pain, or any change in your sight")
_PEEL_CALLS: Final = (
    _("blisters, raw or weeping skin, or patches that turn grey or white"),
    _("crusts with pus, or fever"),
    _("small painful blisters in a group, as with a cold sore"),
    _("eye pain, blurred sight, or swelling that closes your eyes"),
    _("redness that is still there after 7 days, or new dark or pale patches"),
)
# red flags of 1.1 to 1.6
CALLS: Final[dict[Modality, tuple[str, ...]]] = {
    "extraction": (
        _("redness that spreads, heat, pus, growing pain, or fever"),
        EYE_CALL,
        _("bleeding that 10 minutes of firm pressure do not stop"),
    ),
    "glycolic": _PEEL_CALLS,
    "salicylic": _PEEL_CALLS,
    "retinoid": (
        _("blisters, strong burning, or swelling"),
        _("swollen lids or lips, hives, or red eyes"),
        _("a positive pregnancy test: stop the cream and call us"),
    ),
    "cryo": (
        _("pain that grows, pus, redness that spreads, or fever"),
        _("numbness, or anything wrong with your eyes"),
        _("a spot that has not healed after 4 weeks, or a new dark or pale mark"),
    ),
    "laser": (
        _("fever, pus, redness that spreads, or pain that grows after the second day"),
        _("itching with small pustules, or a cold sore"),
        _("swelling for more than 3 days, or blisters and weeping you were not told about"),
        _("anything at all about your eyes: the same day"),
    ),
}
# 1.3: salicylism and allergy
SALICYLATE_URGENT: Final = _(
    "Ringing in the ears, dizziness, vomiting, fast breathing, hives or wheezing are urgent at any "
    "hour: call us at once, and emergency services if we do not answer."
)
