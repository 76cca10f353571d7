"""What a protocol expects of the values of a visit. Pure.

`unusual` says what is believable and not expected: it is asked for a reason, and stays. What can be
at all stands in `visit_bounds`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final, Literal, NamedTuple

from patients.marked_text import gettext_noop as _
from treatments.protocol_data import PROTOCOLS
from treatments.protocol_data.spine import BASE
from treatments.visit_bounds import kind_of

PRACTICE: Final = "practice, unsourced"

Level = Literal["reason", "hint"]


class Unusual(NamedTuple):
    """Something that a clinician should see. `reason`: signing waits for a reason; `hint`: it is
    only said. `field` is where it is said, "" for the visit as a whole."""

    field: str
    text: str
    source: str
    level: Level = "reason"


@dataclass(frozen=True, slots=True)
class Facts:
    """What was noted, and what it is judged by.

    `record` holds the columns of the typed table, `last` those of the last signed visit of this
    modality (None before the first). `treated` counts lesions treated, charted or not; `near_eye`:
    one of them belongs to the eye area. `week` counts from the start of a retinoid, from 1.
    """

    modality: str
    record: Mapping[str, Any]
    last: Mapping[str, Any] | None = None
    treated: int = 0
    near_eye: bool = False
    skin_type: int | None = None
    week: int | None = None
    strengths: Sequence[Decimal] = field(default=())

    def has(self, name: str) -> Any:
        return self.record.get(name)


class Contact(NamedTuple):
    """Contact times in seconds for strengths from `percent` on."""

    percent: Decimal
    least: int
    most: int
    source: str


GLYCOLIC_CONTACT: Final = (
    Contact(Decimal(70), 180, 900, f"{BASE} 1.2: 70 %, 3 to 15 minutes"),
    Contact(Decimal(50), 120, 300, f"{BASE} 1.2: 50 to 70 %, 2 to 5 minutes"),
    Contact(Decimal(30), 60, 120, f"{BASE} 1.2: 30 to 50 %, 1 to 2 minutes"),
    Contact(Decimal(0), 60, 300, f"{BASE} 1.2: clinics begin with 2, others with 3 to 5 minutes"),
)
SALICYLIC_CONTACT: Final = (Contact(Decimal(0), 120, 300, f"{BASE} 1.3: 2 to 5 minutes"),)
FIRST_MOST: Final = Decimal(30)
FROST: Final = ("patchy_frost", "frost")
RETINOID_STRENGTHS: Final = {
    "tretinoin": (Decimal("0.025"), Decimal("0.1")),
    "adapalene": (Decimal("0.1"), Decimal("0.1")),
    "retinol": (Decimal("0.025"), Decimal("1")),
}
_LADDERS: Final = {each.modality: each for each in PROTOCOLS}


def contact_for(modality: str, percent: Decimal | None) -> Contact | None:
    """The contact times that are usual for this strength; None when there is nothing to judge."""
    if percent is None:
        return None
    table = {"glycolic": GLYCOLIC_CONTACT, "salicylic": SALICYLIC_CONTACT}.get(modality, ())
    return next((each for each in table if percent >= each.percent), None)


def unusual(facts: Facts) -> tuple[Unusual, ...]:
    """Everything outside of what the protocol expects, in the order of the screen."""
    return tuple(_CHECKS[kind_of(facts.modality)](facts))


def _peel(facts: Facts) -> Iterator[Unusual]:
    yield from _peel_strength(facts)
    yield from _peel_contact(facts)
    yield from _one_variable(facts)
    if facts.modality == "glycolic":
        yield from _glycolic(facts)
    else:
        yield from _salicylic(facts)


def _peel_strength(facts: Facts) -> Iterator[Unusual]:
    strength, base = facts.has("strength_percent"), f"{BASE} 1.2, 1.3"
    if strength is None:
        return
    if facts.last is None and strength > FIRST_MOST:
        text = _("More than 30 % in a first session.")
        yield Unusual("strength_percent", text, f"{base}: the first visit has 20 to 30 %")
        return
    before = facts.last and facts.last.get("strength_percent")
    if before is None:
        return
    rungs = [each for each in facts.strengths if before < each <= strength]
    if len(rungs) > 1:
        text = _("This skips a step of the ladder.")
        yield Unusual("strength_percent", text, f"{base}: 20, 35, 50, 70 % as tolerated")


def _peel_contact(facts: Facts) -> Iterator[Unusual]:
    seconds = facts.has("contact_seconds")
    usual = contact_for(facts.modality, facts.has("strength_percent"))
    if seconds is None or usual is None or usual.least <= seconds <= usual.most:
        return
    if seconds > usual.most:
        text = _("Longer than is usual for this strength.")
        yield Unusual("contact_seconds", text, usual.source)
    else:
        text = _("Shorter than is usual for this strength.")
        yield Unusual("contact_seconds", text, usual.source, "hint")


def _one_variable(facts: Facts) -> Iterator[Unusual]:
    """Strength or time: one of them rises from visit to visit."""
    last = facts.last or {}
    pairs = [(facts.has(name), last.get(name)) for name in ("strength_percent", "contact_seconds")]
    if all(now is not None and then is not None and now > then for now, then in pairs):
        text = _("Stronger and longer than last time: change one of the two per visit.")
        yield Unusual(
            "contact_seconds", text, f"{BASE} 1.2: strength or time, {PRACTICE}", level="hint"
        )


def _glycolic(facts: Facts) -> Iterator[Unusual]:
    ph = facts.has("ph")
    if ph is not None and ph > Decimal("3.5"):
        text = _("A pH above 3.5 is that of products for use at home.")
        yield Unusual("ph", text, f"{BASE} 1.2: home use, pH 3.5 and more")
    if facts.has("endpoint") in FROST:
        text = _("Frost: neutralise at once.")
        yield Unusual("endpoint", text, f"{BASE} 1.2: frost means neutralise at once", "hint")


def _salicylic(facts: Facts) -> Iterator[Unusual]:
    coats = facts.has("coats")
    if coats is not None and coats > 3:
        yield Unusual("coats", _("More than 3 coats."), f"{BASE} 1.3: 2 to 3 coats")
    if facts.has("endpoint") in FROST:
        text = _("True frost, not the white film of crystals: rinse off now.")
        yield Unusual("endpoint", text, f"{BASE} 1.3: crystals and frost are two things", "hint")
    if facts.has("ringing_or_dizzy"):
        text = _("Ringing ears or dizziness after salicylic acid: rinse, and a doctor looks now.")
        yield Unusual("ringing_or_dizzy", text, f"{BASE} 1.3: salicylism, {PRACTICE}", "hint")


def _too_many(facts: Facts) -> Iterator[Unusual]:
    most = _LADDERS[facts.modality].max_lesions
    if most is not None and facts.treated > most:
        text = _("More lesions than the protocol treats in one session.")
        yield Unusual("uncharted", text, f"{BASE} 0: {most} lesions, {PRACTICE}")


def _extraction(facts: Facts) -> Iterator[Unusual]:
    yield from _too_many(facts)
    minutes = facts.has("numbing_minutes")
    if minutes is not None and not 40 <= minutes <= 60:
        text = _("Numbing cream stays on for 40 to 60 minutes.")
        yield Unusual("numbing_minutes", text, f"{BASE} 1.1: 40 to 60 minutes before", "hint")
    if facts.has("bleeding") == "more":
        text = _("Press for 10 minutes; if it goes on bleeding, a doctor looks.")
        yield Unusual("bleeding", text, f"{BASE} 1.1: {PRACTICE}", "hint")


def _cryo(facts: Facts) -> Iterator[Unusual]:
    yield from _too_many(facts)
    seconds, halo, cycles = facts.has("freeze_seconds"), facts.has("halo_mm"), facts.has("cycles")
    if seconds is not None and seconds > 5:
        text = _("Longer than 5 seconds for a milium.")
        yield Unusual("freeze_seconds", text, f"{BASE} 1.5: 3 to 5 seconds, {PRACTICE}")
    if halo is not None and halo > 2:
        yield Unusual("halo_mm", _("A halo of more than 2 mm."), f"{BASE} 1.5: 1 to 2 mm")
    if cycles is not None and cycles > 1:
        yield Unusual("cycles", _("More than one cycle."), f"{BASE} 1.5: one cycle")


def _laser(facts: Facts) -> Iterator[Unusual]:
    yield from _too_many(facts)
    passes = facts.has("passes")
    if passes is not None and passes > 2:
        yield Unusual("passes", _("More than two passes."), f"{BASE} 1.6: two passes per session")
    if facts.near_eye:
        text = _("Lesions of the eye area are treated with shields, and for a reason.")
        yield Unusual("eye_shield", text, f"{BASE} 0: shields, override and reason")
    if facts.last is None and (facts.skin_type or 0) >= 4 and not facts.has("test_spot"):
        text = _("Skin type IV to VI without a test spot: dark marks are frequent.")
        yield Unusual("test_spot", text, f"{BASE} 8 row 19: test spot for skin types IV to VI")
    if facts.has("power_watts") is not None and not facts.has("plume_extraction"):
        text = _("The plume is to be extracted.")
        yield Unusual("plume_extraction", text, f"{BASE} 1.6: plume extraction")


def _retinoid(facts: Facts) -> Iterator[Unusual]:
    yield from _retinoid_dose(facts)
    irritation = max(
        (facts.has(name) or 0 for name in ("dryness", "redness", "peeling", "stinging")), default=0
    )
    if irritation >= 2 and facts.has("next_step") == "up":
        text = _("Irritated by 2 or more: go one step down for a week or two.")
        yield Unusual("next_step", text, f"{BASE} 1.4: step down from 2 of 3, {PRACTICE}")


def _retinoid_dose(facts: Facts) -> Iterator[Unusual]:
    agent, strength = facts.has("agent"), facts.has("strength_percent")
    usual = RETINOID_STRENGTHS.get(str(agent))
    if usual and strength is not None and not usual[0] <= strength <= usual[1]:
        text = _("Another strength than is usual for this agent.")
        yield Unusual("strength_percent", text, f"{BASE} 1.4: agents")
    ladder, nights = _LADDERS["retinoid"].nights_per_week, facts.has("nights_per_week")
    if facts.week is None or nights is None or not ladder:
        return
    most = ladder[min(max(facts.week, 1), len(ladder)) - 1]
    if nights > most:
        text = _("More nights than the ladder has by this week.")
        yield Unusual("nights_per_week", text, f"{BASE} 1.4: nights per week")


_CHECKS: Final = {
    "peel": _peel,
    "extraction": _extraction,
    "cryo": _cryo,
    "laser": _laser,
    "retinoid": _retinoid,
}
