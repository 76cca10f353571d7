"""Treatments of single spots: extraction, cryotherapy, CO₂ laser."""

from typing import Final

from patients.consent_words import ConsentData
from treatments.consent_data.common import OPENING, SOURCES, STOP

EXTRACTION: Final = ConsentData(
    scope="extraction",
    title="Extraction of milia",
    body=f"""\
{OPENING}
## What it is
- The skin over each milium is opened with a sterile lancet or fine needle, and the small white plug is lifted out.
- It takes less than a minute for each; a visit takes 10 to 20 minutes. If a numbing cream is used, it goes on up to 60 minutes before.

## What to expect
- A quick pinprick for each. Afterwards the spot is red for an hour or so.
- A pinpoint scab is usual and can last some days; the spot blends in after 7 to 10 days.
- A milium that is gone almost never comes back. New ones may form beside it.

## Risks
- Common: redness, a pinpoint of blood, a tiny scab.
- A small risk of a pitted scar that stays.
- A small risk of a dark mark that takes months to fade; greater if your skin is dark or marks easily.
- Infection: unusual, but possible.
- Near the eye: swelling of the lid.
- Allergy to the numbing cream, if one is used.
- It may not come out in one go. Some need a second visit or another treatment.

## Instead
- Doing nothing: milia do no harm, and some go by themselves.
- A retinoid cream over several months, which also helps against new ones.
- A series of peels if there are many over a wide area.
- Freezing or a CO₂ laser if they are large, deep or stubborn; freezing never near the eye.
- Please do not needle or squeeze them yourself: that brings infection, scars and dark marks.

## What we ask of you
- Tell us before if you are pregnant or breastfeeding, take blood thinners (do not stop them), took isotretinoin in the last 6 months, have a pacemaker, a cold sore, a tendency to thick scars, or an allergy to numbing creams.
- Keep the spots clean and dry for a day. Hands off, and no make-up on them for 24 hours.
- Wash mildly, do not pick, and use sunscreen every day until the mark is gone, about 2 to 4 weeks.
- Call us about redness that spreads, heat, pus, growing pain or fever; a swollen lid or any change in your sight; bleeding that 10 minutes of firm pressure do not stop.

{STOP}""",
    sources=SOURCES
    | {
        "what it is": "guide; clinical fact base 1.1: visit of 10-20 minutes, cream 40-60 minutes",
        "what to expect": "clinical fact base 8 row 12: scabs for days, up to 7-10; 1.1: a removed "
        "one almost never returns, new ones may form",
        "risks": "clinical fact base 8 row 12: pitted scar and dark mark; 1.1: infection unusual "
        "but possible, numbing-cream allergy, lid swelling",
        "instead": "guide; clinical fact base 2A, 2C A2; doing it oneself: guide, 2A S7",
        "duties": "clinical fact base 1.1, 3 rows 1-3, 9, 16, 26, 28; 8 row 23: blood thinners stay; "
        "6: sunscreen until the mark is gone",
    },
)

CRYO: Final = ConsentData(
    scope="cryo",
    title="Cryotherapy (freezing with liquid nitrogen)",
    body=f"""\
{OPENING}
## What it is
- Liquid nitrogen, at −196 °C, is brought onto the milium for some seconds with a fine tip, a probe or a swab. The cold destroys its cells.
- It is kept for large or stubborn milia that other treatments did not clear, and is never done near the eye.
- Often once is enough. If something is left after 4 weeks, it can be repeated.

## What to expect
- A sharp, cold sting, and a white spot for some seconds. Then it is red and swells a little.
- A blister may form within 48 hours, sometimes one filled with blood.
- A scab follows. On the face it usually comes off after 5 to 10 days, in some people after 2 weeks.
- The skin has healed after 1 to 4 weeks. Its colour may take months to even out.

## Risks
- Common: pain, swelling, a blister, a scab.
- A paler or darker spot that can be lasting. It is more likely the darker your skin; on dark skin freezing is avoided unless there is no other way.
- A scar, and rarely a thick one.
- Infection.
- Numbness, if a nerve lies close under the skin.
- It may not clear the milium, or new ones may form.

## Instead
- Doing nothing: milia do no harm.
- Extraction with a fine needle, the usual first choice.
- A retinoid cream over several months; a CO₂ laser if they are deep.

## What we ask of you
- Tell us before if you have cold urticaria (hives from cold), Raynaud’s disease, cryoglobulins or another trouble with cold; a blistering disease, a disease of the blood or a weak immune system; if you take blood thinners (do not stop them); or if freezing was bad for you before.
- Wash gently. Leave a small blister closed; call us about a large one, and do not open it yourself.
- Do not pick at the scab: that is how scars come about.
- Sunscreen on the healed spot every day for at least 6 weeks.
- Call us about growing pain, pus, redness that spreads or fever; numbness; anything about your eyes; a spot that has not healed after 4 weeks.

{STOP}""",
    sources=SOURCES
    | {
        "what it is": "guide; clinical fact base 1.5, 0: often one, repeat at 28 days",
        "what to expect": "guide; clinical fact base 1.5: blister within 48 h, face crust 5-10 days, "
        "leaflets 7-14, healing 1-3 and 2-4 weeks, colour months",
        "risks": "clinical fact base 8 row 16: lasting colour change, avoided in dark skin unless "
        "essential; 1.5: scar, infection, superficial nerves",
        "instead": "guide; clinical fact base 2A, 2C A2",
        "duties": "clinical fact base 1.5, 3 rows 12-14, 26, 29, 32, 37; 6: at least 6 weeks",
    },
)

LASER: Final = ConsentData(
    scope="laser",
    title="CO₂ laser treatment",
    body=f"""\
{OPENING}
## What it is
- A CO₂ laser opens the skin over each milium so that it can be lifted out, or turns a deep one to vapour.
- It is kept for deep, numerous or stubborn milia that did not respond to other treatments. Usually one session is enough; sometimes a few are needed.
- A numbing cream goes on 60 minutes before; an injection may be added. Your eyes are covered with shields.

## What to expect
- A quick, warm snap for each spot. Afterwards it feels like sunburn, red and swollen for a day or two, and may ooze a little.
- Crusts fall off within 5 to 7 days for many people. Until the skin is wholly closed it can take 10 to 21 days.
- Pink skin is usual for 2 to 4 weeks. Redness can last for weeks to months; the colour evens out over 2 to 6 months.

## Risks
- Dark marks. After ablative CO₂ laser work on scars they were reported in up to 92 of 100 people with skin types IV and darker. That is a larger treatment than single spots; but the darker your skin, the more likely they are. They usually fade over months.
- Pale marks that can be lasting.
- A scar, sunken or thick.
- Infection, or a cold sore breaking out.
- New milia, from heavy ointment on healing skin.
- Near the lids: a lid that is drawn outwards. Without shields the laser would harm the eye, so we never work near it without them.
- Allergy to the numbing cream or the injection.
- It may not clear all, and new milia may form.

## Instead
- Doing nothing: milia do no harm.
- Extraction with a fine needle, the usual first choice, also under the eyes.
- A retinoid cream over several months; a series of peels; freezing, not near the eye.

## What we ask of you
- Tell us before if you took isotretinoin in the last 6 months, have had cold sores, tend to thick scars, are pregnant, take medicines that make the skin sensitive to light, or do not tolerate local anaesthetics.
- Keep the skin out of the sun for 4 weeks before, 6 weeks if your skin is dark. We do not treat tanned or burnt skin.
- Keep the dressing dry for 24 hours. Then cleanse once or twice a day, with a thin film of ointment 2 to 3 times a day, until the skin is closed.
- No sauna, hot shower, pool or sport for 7 to 10 days. Do not pick at crusts.
- Keep out of direct sun for at least 4 to 6 weeks, and use SPF 50 every day for up to 6 months, once the skin is closed.
- Call us about fever, pus, redness that spreads, or pain that grows after the second day; swelling for more than 3 days; itching with small pustules, or a cold sore. Anything about your eyes: call the same day.

{STOP}""",
    sources=SOURCES
    | {
        "what it is": "guide; clinical fact base 1.6: one usual, numbing 60 minutes, shields",
        "what to expect": "guide: crusts 5-7 days; clinical fact base 1.6, 8 row 19: closure 10-21 "
        "days, redness weeks to months, colour 2-6 months",
        "risks": "clinical fact base 1.6: dark marks in up to 92 % of skin types IV and darker in "
        "ablative scar work, source 96; 8 row 19: ectropion near lids, new milia from ointment",
        "instead": "guide; clinical fact base 2A, 2C A2",
        "duties": "clinical fact base 1.6, 3 rows 1, 2, 8, 9, 16, 18-20; 6: 28-42 days, 6 months",
    },
)
