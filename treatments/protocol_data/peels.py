"""Glycolic and salicylic peels: a series over the whole face (guide, "Chemical Peels")."""

from typing import Final

from treatments.protocol_data.model import Gaps, ProtocolData, Segment
from treatments.protocol_data.spine import (
    BASE,
    REBOOK,
    after,
    aftercare_day0,
    precare_3,
    screen_due,
    sunscreen,
    tomorrow,
)
from treatments.protocol_data.step import Step

GAPS: Final = Gaps(floor=10, min=14, ideal=21, max=28, lapse=42)
TURNOVER: Final = 10

TIMELINE: Final = (
    Step(
        "priming",
        "session",
        -28,
        f"{BASE} 5.3 and 1.2: priming begins 28 to 14 days before, if ordered",
        only=frozenset({"first", "priming"}),
        # It may begin until 14 days before.
        expires_hours=14 * 24,
        per_date=False,
    ),
    Step("precare_14", "session", -14, f"{BASE} 5.3: no tanning, filler or toxin"),
    Step(
        "stop_retinoid",
        "session",
        -9,
        f"{BASE} 5.3 and 1.2: 2 days before the stop, 7 days before the session",
        only=frozenset({"retinoid"}),
        skin="IV-VI",
    ),
    screen_due(f"{BASE} 5.1 and 5.3: screening; no wax, thread, bleach"),
    Step(
        "stop_retinoid",
        "session",
        -5,
        f"{BASE} 5.3 and 1.2: 2 days before the stop, 3 days before the session",
        only=frozenset({"retinoid"}),
        skin="I-III",
    ),
    precare_3(f"{BASE} 5.1 and 5.3: stop AHA, BHA, benzoyl peroxide; hat for after"),
    Step(
        "antiviral",
        "session",
        -2,
        f"{BASE} 5.3: 2 to 1 days before, if prescribed",
        only=frozenset({"antiviral"}),
        expires_hours=24,
    ),
    tomorrow(f"{BASE} 5.1 and 5.3: 18:00 on the eve; clean face, no shave"),
    aftercare_day0(f"{BASE} 5.1 and 5.3: 3 hours after; bland care, no heat or sweat 24-48 h"),
    after("check_1", 1, f"{BASE} 5.1 and 5.3; guide: red and tight for a day or two"),
    after("flaking_3", 3, f"{BASE} 5.3; guide: light flaking for a few days"),
    after("settled_7", 7, f"{BASE} 5.3: retinoid only if calm, report lasting redness"),
    after(
        "progress",
        10,
        f"{BASE} 5.3 and 1.2: review after session 4; day 10 is past the reaction (2-7 days) and "
        "before the earliest next session (day 14)",
        only=frozenset({"after_session_4", "not_last"}),
    ),
    sunscreen(1, 1, 7, f"{BASE} 5.3; guide: sunscreen daily"),
    sunscreen(14, 7, 28, f"{BASE} 5.3: weekly until the next session", to_next=True),
    *REBOOK,
    Step(
        "next_window",
        "unbooked",
        7,
        f"{BASE} 5.3: 14 days before the next session, which is ideally on day 21",
    ),
    Step("overdue", "unbooked", 28, f"{BASE} 5.3: last session + 28"),
    Step("late", "unbooked", 35, f"{BASE} 5.3: last session + 35"),
    Step("lapsed", "unbooked", 42, f"{BASE} 5.3: last session + 42, new assessment"),
    Step("plan_complete", "course_end", 28, f"{BASE} 5.3 and 5.1: last session + 28, photos"),
    Step("maintenance", "course_end", 56, f"{BASE} 5.3: last session + 56, every 3-6 months"),
)


def _visit(minutes: int) -> tuple[Segment, ...]:
    return (
        Segment("performer", "peel", 0, minutes),
        Segment("room", "peel-room", 0, minutes + TURNOVER),
    )


_SOURCES: Final = {
    "gaps.min": f"{BASE} 1.2, 1.3: 2 to 4 weeks apart in most series",
    "gaps.ideal": f"{BASE} 0: 21 days, clinic's default",
    "gaps.max": f"{BASE} 1.2, 1.3",
    "gaps.lapse": f"{BASE} 0: practice, unsourced",
    "minutes_first": f"{BASE} 0: practice, unsourced; includes consent and photographs",
    "minutes_follow_up": f"{BASE} 0: practice, unsourced; hands-on 10-20 minutes",
    "turnover_minutes": f"{BASE} 1.2: 5-10 minutes, practice, unsourced; the longer one",
    "performer": f"guide: a dermatologist recommends; {BASE} 1.2: trained nurse or esthetician "
    "for superficial strengths",
    "room": f"{BASE} 0: sink, fan, eyewash, timer",
    "eye_area": f"{BASE} 0: practice, unsourced",
    "retinoid_stop": f"{BASE} 1.2 table: sources say 2 to 14 days; 3 and 7 chosen",
    "review_after_session": f"{BASE} 1.2: practice, unsourced; guide: 4-6 treatments",
}

GLYCOLIC: Final = ProtocolData(
    code="GLY",
    name="Glycolic peel",
    modality="glycolic",
    sessions_min=4,
    sessions_default=6,
    sessions_max=6,
    gaps=GAPS,
    minutes_first=45,
    minutes_follow_up=30,
    first_visit=_visit(45),
    follow_up=_visit(30),
    turnover_minutes=TURNOVER,
    eye_area="override",
    retinoid_stop=(3, 7),
    strengths=(20, 35, 50, 70),
    max_percent=30,
    contact_seconds=(60, 300),
    needs_neutraliser=True,
    review_after_session=4,
    steps=TIMELINE,
    sources=_SOURCES
    | {
        "sessions": "guide: a series of 4-6 treatments",
        "gaps.floor": f"{BASE} 0: practice, unsourced",
        "strengths": f"{BASE} 1.2: first visit 20-30 %, then 35, 50, 70 as tolerated",
        "max_percent": f"{BASE} 1.2: panel limit for salon-type use",
        "contact_seconds": f"{BASE} 1.2: 1-2 minutes to 50 %, 2-5 minutes to 70 %; longer is a "
        "deeper peel",
        "needs_neutraliser": f"guide: neutralised and removed; {BASE} 1.2",
    },
)

SALICYLIC: Final = ProtocolData(
    code="SAL",
    name="Salicylic peel",
    modality="salicylic",
    sessions_min=4,
    sessions_default=5,
    sessions_max=6,
    gaps=GAPS,
    minutes_first=45,
    minutes_follow_up=30,
    first_visit=_visit(45),
    follow_up=_visit(30),
    turnover_minutes=TURNOVER,
    eye_area="override",
    retinoid_stop=(3, 7),
    strengths=(20, 30),
    contact_seconds=(120, 300),
    review_after_session=4,
    steps=TIMELINE,
    sources=_SOURCES
    | {
        "sessions": f"guide: a series of 4-6 treatments; {BASE} 1.3: default 5",
        "gaps.floor": f"{BASE} 1.3: at least 10 days apart",
        "strengths": f"{BASE} 1.3: 20 % first, then 30 %",
        "contact_seconds": f"{BASE} 1.3: 3-5 minutes, 2-4 in another digest",
        "needs_neutraliser": f"{BASE} 1.3: self-limiting, rinsed with water",
        "area": f"{BASE} 0: full face only, no large body areas; practice, unsourced",
    },
)
