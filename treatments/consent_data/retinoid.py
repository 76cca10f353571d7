"""A course of a topical retinoid."""

from typing import Final

from patients.consent_words import ConsentData
from treatments.consent_data.common import OPENING, SOURCES, STOP

RETINOID: Final = ConsentData(
    scope="retinoid",
    title="Topical retinoid",
    body=f"""\
{OPENING}
## What it is
- A cream or gel with a vitamin A substance (tretinoin, adapalene or retinol) that you put on at night. The skin renews itself faster, so that milia loosen and fewer new ones form.
- No retinoid is licensed for milia. Prescribing one for them is common practice, outside of what its licence says (“off label”).
- You begin with 2 nights a week and add a night each week, as far as your skin takes it well, up to every night in week 6.

## What to expect
- Dryness, redness and flaking, at their worst in the first 2 to 4 weeks. They usually ease.
- First signs after 6 to 12 weeks in many people; several months until milia are gone. We judge it after 3 months and decide after 6 how to go on.
- It works for as long as it is used.

## Risks
- Very common: dry, red, flaking or stinging skin. Most people can go on with fewer nights and more moisturiser.
- Burning in the sun sooner than usual.
- Rare: blisters, strong burning, swollen lids or lips, hives, red eyes. Stop, and call us.
- Waxing treated skin can tear it.
- Retinoids must not be used in pregnancy, nor when planning one: related medicines harm the unborn child.
- No certain success.

## Instead
- Doing nothing: milia do no harm.
- Extraction with a fine needle, which works at once but does not prevent new ones.
- A series of peels; freezing or a CO₂ laser for large, deep or stubborn ones.

## What we ask of you
- Do not use it if you are pregnant, may be, or plan to be. If a pregnancy test is positive: stop, and call us.
- Tell us about eczema, breastfeeding, medicines that make the skin sensitive to light, isotretinoin, and an allergy to fish (one gel contains some).
- A pea-sized amount for the whole face, on dry skin 20 to 30 minutes after washing. Keep away from eyes, lids, lips and the corners of the nose.
- Sunscreen, SPF 30 or higher, every morning of the whole course. No waxing.
- Pause it 3 to 7 days before a peel and 7 days before a laser treatment: we remind you.

{STOP}""",
    sources=SOURCES
    | {
        "what it is": "guide; clinical fact base 1.4: titration over six weeks, off label for milia",
        "what to expect": "guide; clinical fact base 1.4, 8 row 11: 6-12 weeks, judged at 3 months, "
        "decision at week 24",
        "risks": "clinical fact base 1.4: reaction, red flags, waxing; 8 row 9: pregnancy",
        "instead": "guide; clinical fact base 2A, 2C A2",
        "duties": "clinical fact base 1.4, 3 rows 2-5, 18, 21, 31, 39; 6: every morning",
    },
)
