"""Assessments of the demo clinic: faces before their courses, and how they clear."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from clinic.accounts.models import User
from treatments.actions import assessments as act
from treatments.actions.assessments import FIELDS, Entered
from treatments.actions.drafts import Seen
from treatments.actions.lesions import Entry
from treatments.demo.desk import DAY, MINUTE, Desk
from treatments.demo.places import BRANDT, COLE, HARBOUR, NWOSU
from treatments.face_chart import sides_of
from treatments.face_map import BY_KEY
from treatments.models import Assessment, Course
from treatments.queries.assessments import Mark, marks

# whose face is being drawn just now, and by whom; and one that nobody has gone on with
OPEN: Final = "Lindqvist"
LEFT_OPEN: Final = ("Fontaine-Mbeki", NWOSU)
# how long after the first look the next ones follow
AGAIN: Final = (42 * DAY, 84 * DAY, 126 * DAY)
_NUMBERS: Final = random.Random(7)  # noqa: S311 - the same demo every time is the point

_SPREAD: Final = ("cheek", "forehead", "lower_eyelid", "temple", "nose_side", "chin", "jaw")
_EYES: Final = ("lower_eyelid", "upper_eyelid", "eye_region", "lateral_canthus")
_AWAY_FROM_EYES: Final = ("cheek", "forehead", "chin", "jaw")


@dataclass(frozen=True, slots=True)
class Face:
    """How a face looks for which a way of treatment is chosen: places, how many entries, sizes."""

    sites: Sequence[str]
    entries: int
    clusters: bool = False
    sizes: Sequence[str] = ("1", "1.5", "2")
    depth: str = "superficial"
    said: tuple[tuple[str, Any], ...] = ()


_FACES: Final = {
    "glycolic": Face(
        _SPREAD, 9, True, said=(("present_for_months", 14), ("wants_prevention", True))
    ),
    "salicylic": Face(_SPREAD, 8, True, said=(("present_for_months", 9), ("concern", 6))),
    "extraction": Face((*_EYES, "cheek"), 5, said=(("present_for_months", 6), ("concern", 7))),
    "retinoid": Face(_SPREAD, 7, True, said=(("episodes_a_year", 3), ("wants_prevention", True))),
    "cryo": Face(_AWAY_FROM_EYES, 2, sizes=("3", "4"), said=(("present_for_months", 26),)),
    "laser": Face(_AWAY_FROM_EYES, 9, True, depth="deep", said=(("present_for_months", 30),)),
}


def play(desk: Desk) -> None:
    """Draw everybody who began a course, as often as time has passed since."""
    # anew, should somebody have played before in this process
    _NUMBERS.seed(7)
    rows = Course.objects.select_related("plan__patient", "plan__agreed_by", "protocol")
    seen: set[str] = set()
    for course in rows.order_by("plan__agreed_at", "pk"):
        family = course.plan.patient.family_name
        if family in seen or not course.plan.patient.skin_type or family == LEFT_OPEN[0]:
            continue
        seen.add(family)
        _follow(desk, course, family)
    _leave_open(desk)


def _follow(desk: Desk, course: Course, family: str) -> None:
    doctor = desk.house.users[_doctor(desk, family)]
    first = course.plan.agreed_at - 15 * MINUTE
    _first(course, doctor, first)
    for later in AGAIN:
        if first + later < desk.now - DAY and course.status != Course.Status.STOPPED:
            _again(course, doctor, first + later)


def _doctor(desk: Desk, family: str) -> str:
    if desk.people[family].place != HARBOUR:
        return BRANDT
    return COLE if family == OPEN else _NUMBERS.choice((COLE, NWOSU))


def _first(course: Course, doctor: User, at: datetime) -> None:
    face = _FACES[course.protocol.modality]
    draft = act.start(patient=course.plan.patient, by=doctor, now=at)
    entries = [_found(face, number) for number in range(face.entries)]
    _save(draft, entries, doctor, at, **dict(face.said))
    act.sign(assessment=draft, by=doctor, now=at + 6 * MINUTE)


def _found(face: Face, number: int) -> Entry:
    site = BY_KEY[face.sites[number % len(face.sites)]]
    count = _NUMBERS.choice((1, 1, 1, 3, 5)) if face.clusters else 1
    return Entry(
        row=f"lesions-{number}",
        site=site.key,
        side=_NUMBERS.choice(sides_of(site)),
        count=count,
        size_mm=Decimal(_NUMBERS.choice(face.sizes)),
        depth=face.depth,
    )


def _again(course: Course, doctor: User, at: datetime) -> None:
    """Half of what was there is gone, clusters are smaller, now and then a new one."""
    draft = act.start(patient=course.plan.patient, by=doctor, now=at)
    known = marks(draft.findings.select_related("lesion").order_by("lesion__number"))
    entries = [_answered(each) for each in known]
    if _NUMBERS.random() < 0.4:
        entries.append(_found(_FACES[course.protocol.modality], 90))
    _save(draft, entries, doctor, at)
    act.sign(assessment=draft, by=doctor, now=at + 4 * MINUTE)


def _answered(mark: Mark) -> Entry:
    gone = _NUMBERS.random() < 0.45
    fewer = max(1, mark.count - _NUMBERS.choice((0, 1, 2)))
    return replace(_as_it_stands(mark), state="resolved" if gone else "active", count=fewer)


def _as_it_stands(mark: Mark) -> Entry:
    return Entry(
        row=f"lesions-{mark.number}",
        lesion=mark.pk,
        number=mark.number,
        site=mark.site,
        side=mark.side,
        state=mark.state,
        count=mark.count,
        size_mm=mark.size_mm,
        depth=mark.depth,
        note=mark.note,
    )


def _save(
    draft: Assessment, entries: Sequence[Entry], doctor: User, at: datetime, **said: Any
) -> None:
    fields = {name: getattr(draft, name) for name in FIELDS} | said
    fields |= {
        "kind": fields["kind"] or "primary",
        "arrangement": fields["arrangement"] or "discrete",
    }
    before = [] if draft.based_on_id else [_tried(draft)]
    known = draft.previous_treatments.values("modality", "year", "finished", "result", "note")
    treatments = before or [dict(each) for each in known]
    entered = Entered(fields=fields, entries=entries, treatments=treatments)
    seen = Seen(Assessment.objects.get(pk=draft.pk).version)
    act.save(assessment=draft, seen=seen, entered=entered, by=doctor, now=at + MINUTE)


def _tried(draft: Assessment) -> dict[str, Any]:
    year = draft.started_at.year - 2
    result = _NUMBERS.choice(("partly", "none"))
    return {
        "modality": "extraction", "year": year, "finished": True, "result": result, "note": ""
    }  # fmt: skip


def _leave_open(desk: Desk) -> None:
    """One draft in the middle of its questions, and one that a colleague began."""
    doctor = desk.house.users[COLE]
    draft = act.start(patient=desk.patients[OPEN], by=doctor, now=desk.now - 7 * MINUTE)
    known = marks(draft.findings.select_related("lesion").order_by("lesion__number"))
    entries = [
        _answered(each) if place < 1 else _as_it_stands(each) for place, each in enumerate(known)
    ]
    entries.append(_found(_FACES["glycolic"], 91))
    _save(draft, entries, doctor, desk.now - 6 * MINUTE)
    family, other = LEFT_OPEN
    begun = desk.now - timedelta(days=1, hours=2)
    draft = act.start(patient=desk.patients[family], by=desk.house.users[other], now=begun)
    found = [_found(_FACES["glycolic"], number) for number in range(4)]
    _save(draft, found, desk.house.users[other], begun + MINUTE)
