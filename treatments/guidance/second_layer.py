"""Advice beyond the guide: clinical fact base 2C, A1 to A10, row for row. A clinic turns each of
them on or off."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from patients.marked_text import gettext_noop as _
from treatments.guidance.facts import Facts, Thresholds
from treatments.guidance.shape import Point, Route
from treatments.protocol_data.model import Modality
from treatments.protocol_data.spine import BASE
from treatments.protocol_data.step import skin_group

INFANT_AGE: Final = 1
ADULT_AGE: Final = 18


@dataclass(frozen=True, slots=True)
class Advice:
    """What one rule says: before any treatment, for some and against others. `first` is a way that
    goes before all others, `together` ways that make one plan."""

    routes: tuple[Route, ...] = ()
    reasons: dict[Modality, Point] = field(default_factory=dict)
    cautions: dict[Modality, Point] = field(default_factory=dict)
    together: tuple[Modality, ...] = ()
    observe: Point | None = None


def advice(facts: Facts, numbers: Thresholds) -> Iterator[Advice]:
    """What the rules that are turned on say about this assessment."""
    for name, rule in RULES.items():
        if name in numbers.second_layer:
            yield from rule(facts, numbers)


def _point(rule: str, text: str, sources: str, **values: object) -> Point:
    return Point(rule, text, f"{BASE} 2C {rule}: {sources}", values)


def _infant(facts: Facts, _numbers: Thresholds) -> Iterator[Advice]:
    if facts.age is not None and facts.age < INFANT_AGE:
        text = _("Under a year old: no treatment, they clear within weeks to months.")
        point = _point("A1", text, "[37][6][33]")
        yield Advice((Route(point, holds=True),), observe=point)


def _not_bothered(facts: Facts, _numbers: Thresholds) -> Iterator[Advice]:
    if facts.bothered is False and (facts.age is None or facts.age >= ADULT_AGE):
        text = _("Not bothered by them: to leave them alone is valid, treatment is cosmetic.")
        yield Advice(observe=_point("A2", text, "[45][33]"))


def _plaque(facts: Facts, _numbers: Thresholds) -> Iterator[Advice]:
    if facts.kind != "plaque" and facts.arrangement != "plaque":
        return
    first = _("Milia en plaque: a specialist looks before a treatment is chosen.")
    retinoid = _("En plaque, a retinoid is what is tried first, by a specialist.")
    laser = _("En plaque, an alternative in a specialist's hands.")
    sources = "[81][45][77w]"
    yield Advice(
        (Route(_point("A3", first, sources), holds=True),),
        {"retinoid": _point("A3", retinoid, sources), "laser": _point("A3", laser, sources)},
    )


def _eruptive(facts: Facts, _numbers: Thresholds) -> Iterator[Advice]:
    if facts.kind != "eruptive":
        return
    look = _("Multiple eruptive milia: look for a drug or a genodermatosis behind them.")
    both = _("Eruptive: a retinoid and extraction go together.")
    point = _point("A4", both, "[108w][6]")
    yield Advice(
        (Route(_point("A4", look, "[108w][6]")),),
        {"extraction": point, "retinoid": point},
        together=("extraction", "retinoid"),
    )


def _after_disease(facts: Facts, _numbers: Thresholds) -> Iterator[Advice]:
    if facts.cause == "disease" or "blistering" in facts.triggers:
        text = _("After a blistering disease: treat the disease, what stays is treated then.")
        yield Advice((Route(_point("A5", text, "[32][109w]")),))


def _after_drug(facts: Facts, _numbers: Thresholds) -> Iterator[Advice]:
    if facts.cause == "drug" or facts.drugs:
        text = _("A drug may cause them: review it before any procedure.")
        yield Advice((Route(_point("A6", text, "[110][111][112]")),))


def _too_close(facts: Facts, _numbers: Thresholds) -> Iterator[Advice]:
    if facts.near_eye:
        text = _("Too close to the eye for a lancet: electro-cautery is an option.")
        yield Advice(cautions={"extraction": _point("A7", text, "[113w]; conflicts with S2")})


def _dark_skin(facts: Facts, _numbers: Thresholds) -> Iterator[Advice]:
    if facts.skin_type is None or skin_group(facts.skin_type) == "I-III":
        return
    good = _point("A8", _("Suits skin types IV to VI."), "[54][114w]")
    slow = _point("A8", _("Skin types IV to VI: lasting colour change, be sparing."), "[85][96]")
    yield Advice(
        reasons={"extraction": good, "salicylic": good}, cautions={"cryo": slow, "laser": slow}
    )


def _no_downtime(facts: Facts, numbers: Thresholds) -> Iterator[Advice]:
    if facts.accepts_downtime or not numbers.broad(facts):
        return
    first = _("Widespread and no time to heal: a retinoid first.")
    then = _("After some months of a retinoid, what is left is extracted.")
    peel = _("Flakes for some days after each session, and downtime is not wanted.")
    peels = _point("A9", peel, "[114w]")
    yield Advice(
        reasons={
            "retinoid": _point("A9", first, "[114w]"),
            "extraction": _point("A9", then, "[114w]"),
        },
        cautions={"glycolic": peels, "salicylic": peels, "laser": peels},
        together=("retinoid", "extraction"),
    )


def _atypical(facts: Facts, _numbers: Thresholds) -> Iterator[Advice]:
    if facts.kind == "syndromic":
        text = _("With a genodermatosis: refer, the diagnosis comes first.")
    elif facts.atypical:
        text = _("Pigmented, bleeding or atypical: biopsy or refer before anything is treated.")
    else:
        return
    yield Advice((Route(_point("A10", text, "[6][45][26w]"), holds=True),))


RULES: Final = {
    "A10": _atypical,
    "A1": _infant,
    "A3": _plaque,
    "A4": _eruptive,
    "A5": _after_disease,
    "A6": _after_drug,
    "A2": _not_bothered,
    "A7": _too_close,
    "A8": _dark_skin,
    "A9": _no_downtime,
}
