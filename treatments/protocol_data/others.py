"""Extraction, cryotherapy, CO2 laser and the retinoid course.

Their timelines are the rows of clinical fact base 5.2 and 5.4-5.6 that depend on dates alone. What
answers an event (a regimen changed, a pregnancy reported) is in `treatments.home_schedule`.
"""

from typing import Final

from treatments.protocol_data.model import Gaps, ProtocolData, Segment
from treatments.protocol_data.spine import (
    BASE,
    REBOOK,
    SUN,
    after,
    aftercare_day0,
    precare_3,
    screen_due,
    sunscreen,
    tomorrow,
)
from treatments.protocol_data.step import EVENING, Condition, Skin, Step

UNSCREENED: Final[frozenset[Condition]] = frozenset({"unscreened"})
UNSOURCED: Final = "practice, unsourced"


def _outcome(source: str) -> Step:
    return Step("outcome", "course_end", 28, source)


def _look_back(source: str) -> Step:
    return Step("look_back_90", "course_end", 90, source)


_EXTRACTION_VISIT: Final = (
    Segment("performer", "extract", 0, 20),
    Segment("room", "procedure-room", 0, 25),
)

EXTRACTION: Final = ProtocolData(
    code="EXT",
    name="Extraction",
    modality="extraction",
    sessions_min=1,
    sessions_default=1,
    sessions_max=3,
    gaps=Gaps(floor=7, min=14, ideal=28, max=None, lapse=None),
    minutes_first=20,
    minutes_follow_up=20,
    first_visit=_EXTRACTION_VISIT,
    follow_up=_EXTRACTION_VISIT,
    turnover_minutes=5,
    numbing_minutes=60,
    many_lesions=(11, 10),
    max_lesions=20,
    eye_area="allowed",
    retinoid_stop=(3, 3),
    steps=(
        screen_due(f"{BASE} 5.1", UNSCREENED),
        precare_3(f"{BASE} 5.1, 5.2"),
        tomorrow(f"{BASE} 5.1, 5.2: no event the next day; numbing cream 60 minutes early"),
        aftercare_day0(f"{BASE} 5.2: petrolatum, no make-up for 24 h, no touching"),
        after("check_1", 1, f"{BASE} 5.2; guide: redness for an hour or so"),
        after("routine_3", 3, f"{BASE} 5.2: resume routine, sunscreen daily"),
        after("healing_7", 7, f"{BASE} 5.2: healed?"),
        *REBOOK,
        _outcome(f"{BASE} 5.2: count, scar and colour check"),
        _look_back(f"{BASE} 5.2: new lesions; {UNSOURCED}"),
    ),
    sources={
        "sessions": f"guide: removed in one visit; {BASE} 0: up to 3, {UNSOURCED}",
        "gaps": f"{BASE} 0: {UNSOURCED}",
        "minutes": f"guide: under a minute for each; {BASE} 0, 1.1: visit of 10-20 minutes",
        "turnover_minutes": f"{BASE} 1.1: {UNSOURCED}",
        "numbing_minutes": f"{BASE} 0, 1.1: cream 40-60 minutes before",
        "many_lesions": f"{BASE} 0: 10 minutes more above 10",
        "max_lesions": f"{BASE} 0: {UNSOURCED}",
        "performer": "guide: dermatologist or licensed esthetician",
        "eye_area": "guide: the preferred choice under the eyes",
        "retinoid_stop": f"{BASE} 1.1: pause on the site from 3 days before, {UNSOURCED}",
    },
)

_CRYO_VISIT: Final = (
    Segment("performer", "freeze", 0, 15),
    Segment("room", "procedure-room", 0, 20),
    Segment("nitrogen", "ln2", 0, 15),
)

CRYOTHERAPY: Final = ProtocolData(
    code="CRYO",
    name="Cryotherapy",
    modality="cryo",
    sessions_min=1,
    sessions_default=1,
    sessions_max=3,
    gaps=Gaps(floor=14, min=21, ideal=28, max=56, lapse=84),
    minutes_first=15,
    minutes_follow_up=15,
    first_visit=_CRYO_VISIT,
    follow_up=_CRYO_VISIT,
    turnover_minutes=5,
    max_lesions=5,
    eye_area="refused",
    steps=(
        screen_due(f"{BASE} 5.1, 5.5: cold disorders", UNSCREENED),
        tomorrow(f"{BASE} 5.1, 5.5"),
        aftercare_day0(f"{BASE} 5.5; guide: sting, red, may swell"),
        after("check_1", 1, f"{BASE} 5.5: a blister may come within 48 h"),
        after("scab_3", 3, f"{BASE} 5.5; guide: no picking"),
        after("healing_7", 7, f"{BASE} 5.5: crust going, days 5-10; guide: within a week"),
        after(
            "healing_14", 14, f"{BASE} 5.5: should be off; not healed by day 28 is a reason to call"
        ),
        sunscreen(14, 7, 42, f"{BASE} 5.5: weekly until day 42, {UNSOURCED}"),
        *REBOOK,
        _outcome(f"{BASE} 5.5: review"),
        _look_back(f"{BASE} 5.5: colour check"),
    ),
    sources={
        "sessions": f"{BASE} 0: {UNSOURCED}; often one",
        "gaps": f"{BASE} 0, 1.5: 21 days between repeats, healing 7-28 days",
        "minutes": f"{BASE} 0: {UNSOURCED}; about 2 minutes of freezing",
        "turnover_minutes": UNSOURCED,
        "max_lesions": f"{BASE} 0: {UNSOURCED}",
        "performer": "guide: by a professional only",
        "device": f"guide: liquid nitrogen, fine tip; {BASE} 1.5",
        "eye_area": "guide: not in the delicate eye area",
    },
)


def _laser_visit(minutes: int) -> tuple[Segment, ...]:
    """Numbing in the room first; the laser is set up after the doctor begins and put away before
    the doctor ends."""
    start = 60
    return (
        Segment("performer", "co2-laser", start, start + minutes),
        Segment("laser", "co2-laser-device", start + 5, start + minutes - 5),
        Segment("room", "laser-room", 0, start + minutes + 10),
    )


def _no_sun(day: int, skin: Skin) -> Step:
    """Who books later than this is told at once: a tan stands in the way of the laser (fact base
    3, row 20). From day -3 on the letter of that day says it."""
    return Step(
        "precare_sun",
        "session",
        day,
        f"{BASE} 5.6, 1.6; of use until day -3, {UNSOURCED}",
        skin=skin,
        expires_hours=(-3 - day) * 24,
    )


LASER: Final = ProtocolData(
    code="CO2",
    name="CO2 laser",
    modality="laser",
    sessions_min=1,
    sessions_default=1,
    sessions_max=3,
    gaps=Gaps(floor=21, min=28, ideal=42, max=90, lapse=120),
    minutes_first=60,
    minutes_follow_up=45,
    first_visit=_laser_visit(60),
    follow_up=_laser_visit(45),
    turnover_minutes=10,
    numbing_minutes=60,
    numbing_always=True,
    max_lesions=30,
    eye_area="shielded",
    retinoid_stop=(7, 7),
    steps=(
        _no_sun(-42, "IV-VI"),
        _no_sun(-28, "I-III"),
        Step(
            "stop_retinoid",
            "session",
            -9,
            f"{BASE} 5.6: stop 7 days before; 1.2: told 2 days earlier",
            only=frozenset({"retinoid"}),
        ),
        screen_due(f"{BASE} 5.1, 5.6", UNSCREENED),
        precare_3(f"{BASE} 5.6: stop all actives"),
        Step(
            "antiviral",
            "session",
            -2,
            f"{BASE} 5.6: picked up on day -3, begun on day -1",
            only=frozenset({"antiviral"}),
            expires_hours=24,
        ),
        tomorrow(f"{BASE} 5.1, 5.6"),
        aftercare_day0(f"{BASE} 5.6: dressing for 24 h, head up at night"),
        after("check_1", 1, f"{BASE} 5.6: cleanse and ointment"),
        after("scab_3", 3, f"{BASE} 5.6: crusts; swelling beyond day 3 is a reason to call"),
        after("healing_7", 7, f"{BASE} 5.6; guide: crusts fall in 5-7 days"),
        after("heat_10", 10, f"{BASE} 5.6: end of the pause from heat, pool, exercise"),
        after("healing_14", 14, f"{BASE} 5.6: closed? lighter moisturiser"),
        sunscreen(21, 7, 42, f"{BASE} 5.6: weekly to day 42"),
        sunscreen(72, 30, 180, f"{BASE} 5.6: then monthly to day 180"),
        *REBOOK,
        _outcome(f"{BASE} 5.6: review, photos"),
        _look_back(f"{BASE} 5.6: outcome and colour, {UNSOURCED}"),
    ),
    sources={
        "sessions": f"{BASE} 0, 1.6: usually one",
        "gaps": f"{BASE} 0, 1.6: 3-4 weeks quoted for fractional work; the rest {UNSOURCED}",
        "minutes": f"{BASE} 0: {UNSOURCED}",
        "turnover_minutes": UNSOURCED,
        "numbing_minutes": f"guide: local anaesthesia may be used; {BASE} 0",
        "max_lesions": f"{BASE} 0: {UNSOURCED}",
        "performer": f"guide: a dermatologist; {BASE} 0: with hands-on laser training",
        "room": f"{BASE} 1.6: class 4 controls, eye protection, plume extraction",
        "eye_area": f"{BASE} 0: with corneal or metal shields, override and reason",
        "retinoid_stop": f"{BASE} 1.6: 7 days, {UNSOURCED}",
    },
)

RETINOID: Final = ProtocolData(
    code="RET",
    name="Retinoid course",
    modality="retinoid",
    sessions_min=1,
    sessions_default=1,
    sessions_max=1,
    gaps=None,
    minutes_first=30,
    minutes_follow_up=15,
    first_visit=(Segment("performer", "prescribe", 0, 30), Segment("room", "consult-room", 0, 30)),
    follow_up=(Segment("performer", "assess", 0, 15), Segment("room", "consult-room", 0, 15)),
    eye_area="near_only",
    nights_per_week=(2, 3, 4, 5, 6, 7),
    review_days=(42, 84, 168),
    steps=(
        screen_due(f"{BASE} 5.1", UNSCREENED),
        tomorrow(f"{BASE} 5.1"),
        *REBOOK,
        Step(
            "regimen_start",
            "regimen",
            -1,
            f"{BASE} 5.4: start -1, how to use it; guide: pea-sized amount, slowly; of use until "
            f"the end of the first evening, {UNSOURCED}",
            at=EVENING,
            expires_hours=30,
        ),
        Step(
            "regimen_week",
            "regimen",
            0,
            f"{BASE} 5.4: 2 to 7 nights over six weeks, longer with pauses; sunscreen, no waxing",
            every=7,
            until_day=161,
            covers=SUN,
        ),
        Step(
            "sunscreen",
            "regimen",
            42,
            f"{BASE} 5.4: weekly in weeks 1-12",
            every=7,
            until_day=77,
        ),
        Step("regimen_review", "regimen", 42, f"{BASE} 5.4: check-in"),
        Step("regimen_review", "regimen", 84, f"{BASE} 5.4: week 12"),
        Step("regimen_review", "regimen", 168, f"{BASE} 5.4: week 24"),
        Step(
            "pregnancy",
            "regimen",
            28,
            f"{BASE} 5.4: monthly, if able to conceive",
            every=28,
            until_day=168,
            only=frozenset({"conceives"}),
        ),
    ),
    sources={
        "sessions": f"{BASE} 0: one course of 24 weeks, {UNSOURCED}; guide: several months",
        "minutes": f"{BASE} 0: {UNSOURCED}",
        "performer": f"{BASE} 0: a prescriber starts it; a nurse may follow up, {UNSOURCED}",
        "eye_area": f"{BASE} 0: never on lids or margins",
        "nights_per_week": f"{BASE} 1.4: one night more each week; guide: a few nights, rising",
        "review_days": f"{BASE} 0: {UNSOURCED}; the label gives 3 months to judge",
    },
)
