"""Glycolic and salicylic peels."""

from typing import Final

from patients.consent_words import ConsentData
from treatments.consent_data.common import OPENING, SOURCES, STOP

_SERIES: Final = """\
- A series has 4 to 6 sessions, 2 to 4 weeks apart; 3 weeks is usual. We look at the result after session 4.
"""

_INSTEAD: Final = """\
## Instead
- Doing nothing: milia do no harm.
- Extraction one by one with a fine needle, which works at once.
- A retinoid cream over several months.
- A CO₂ laser, or freezing away from the eye, for large, deep or stubborn ones.
"""

_CARE: Final = """\
- Stop a retinoid 3 days before each session, 7 days if your skin is dark; scrubs and acids 3 days before. No waxing or sunbed in the weeks before: we tell you when.
- For 2 days wash mildly, with a plain moisturiser. No sport or heat for 24 to 48 hours; no sauna or pool for 4 days. Do not rub or pick.
- Sunscreen, SPF 30 or higher, every day of the series; strictly for at least 2 weeks after each peel. Without it dark marks are likely.
- Call us about blisters, grey, white or raw patches; crusts with pus or fever; grouped painful blisters; eye pain, blurred sight or swelling that shuts your eyes; redness that lasts more than 7 days; new dark or pale patches.
"""

_RISKS: Final = """\
- Redness that lasts more than a week.
- Blisters, burns, raw or weeping areas, if the acid goes deeper than meant.
- Dark or pale patches that can last for months. They are more likely if your skin is dark or marks easily, and in the sun.
- A cold sore breaking out, if you are prone to them.
- Infection, and rarely a scar; thick scars if you tend to them.
- Harm to the eye, if acid gets into it. Your eyes are covered.
- New milia or spots: milia themselves are known after peels.
- No certain success. Peels for milia rest on experience more than on studies.
"""

GLYCOLIC: Final = ConsentData(
    scope="glycolic",
    title="Glycolic acid peel",
    body=f"""\
{OPENING}
## What it is
- Glycolic acid is brought onto the clean face, stays for some minutes, and is then neutralised. It loosens the outermost dead cells, so that milia come up and are shed over a series.
{_SERIES}- We begin with 20 to 30 % and go up step by step, as far as your skin takes it well and never more than one change at a time.

## What to expect
- Tingling to stinging for some minutes.
- Red and tight skin for a day or two, then light flaking for some days, like mild sunburn. It settles within 1 to 7 days.
- Plan nothing important for 5 days after a session.

## Risks
{_RISKS}
{_INSTEAD}
## What we ask of you
- Tell us before each session if you took isotretinoin in the last 6 months, are or may be pregnant or breastfeed, have a cold sore, sunburn, an open or inflamed spot, tend to thick scars, take medicines that make the skin sensitive to light, or reacted badly to a peel before.
{_CARE}
{STOP}""",
    sources=SOURCES
    | {
        "what it is": "guide; clinical fact base 1.2: 4-6 sessions, 14-28 days, review after 4, "
        "20-30 % first, one variable at a time",
        "what to expect": "guide; clinical fact base 1.2: heals 1-7 days, no big event for 5 days",
        "risks": "clinical fact base 1.2 red flags; 8 row 3: milia are a listed complication and "
        "the evidence is mostly indirect; 3 rows 8-11",
        "instead": "guide; clinical fact base 2A, 2C A2",
        "duties": "clinical fact base 1.2, 3 rows 1-9, 18-21, 37; 6",
    },
)

SALICYLIC: Final = ConsentData(
    scope="salicylic",
    title="Salicylic acid peel",
    body=f"""\
{OPENING}
## What it is
- Salicylic acid in alcohol is brought onto the clean face in 2 or 3 coats. It stops by itself after 3 to 5 minutes and is rinsed off with water. It loosens the outermost dead cells, so that milia come up and are shed over a series.
{_SERIES}- We begin with 20 % to see how your skin responds, then go on with 30 %.

## What to expect
- Stinging for a minute or two, then numbness. A white film of crystals is usual and is wiped off.
- Redness for some days. Peeling is mild, begins on day 2 or 3 and can last up to a week.
- Plan nothing important for 5 days after a session.

## Risks
- Allergy. Whoever does not tolerate aspirin or salicylates must not have this peel.
- Too much of the acid in the body: ringing in the ears, dizziness, vomiting, fast breathing. It is rare on the face, and urgent.
{_RISKS}
{_INSTEAD}
## What we ask of you
- Tell us before each session if you do not tolerate aspirin, are or may be pregnant or breastfeed (this peel is then not done), took isotretinoin in the last 6 months, have a cold sore, sunburn, an open or inflamed spot, a disease of the kidneys, tend to thick scars, take medicines that make the skin sensitive to light, or reacted badly to a peel before.
{_CARE}- Ringing ears, dizziness, vomiting, fast breathing, hives or wheezing are urgent: call us at once, at any hour, and emergency services if we do not answer.

{STOP}""",
    sources=SOURCES
    | {
        "what it is": "guide; clinical fact base 1.3: 20 % then 30 %, 2-3 coats, 3-5 minutes, "
        "rinsed with water; 0: 4-6 sessions, 14-28 days",
        "what to expect": "clinical fact base 1.3: pseudofrost, peel from day 2-3, up to 7 days",
        "risks": "clinical fact base 1.3: allergy, salicylate toxicity listed as a complication; "
        "rare on the face: practice, unsourced; 1.2 red flags; 8 row 3",
        "instead": "guide; clinical fact base 2A, 2C A2",
        "duties": "clinical fact base 1.3, 3 rows 1-9, 15, 18-21, 37; 6",
    },
)
