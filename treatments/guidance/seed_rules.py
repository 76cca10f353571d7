"""The rules of the guide: clinical fact base 2A, S1 to S6 and S8, row for row."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from patients.marked_text import gettext_noop as _
from treatments.guidance.facts import Facts, Spot, Thresholds, count
from treatments.guidance.shape import GUIDE, Point
from treatments.protocol_data.model import Modality
from treatments.protocol_data.spine import BASE

Found = Mapping[Modality, Point]
Rule = Callable[[Facts, Thresholds], Found]
ORDER: Final = ("S8", "S2", "S1", "S3", "S5", "S6")
"""The order of resolution (clinical fact base 2C, end). S4 goes along with any of them."""


def _source(rule: str, where: str) -> str:
    return f"{GUIDE}: {where}; {BASE} 2A {rule}"


def few_and_discrete(facts: Facts, numbers: Thresholds) -> Found:
    """S1: a small to moderate number, discrete."""
    if not numbers.small_to_moderate(facts) or facts.arrangement != "discrete":
        return {}
    text = _("%(n)d milia, one by one: extraction is the first choice, and immediate.")
    if facts.count == 1:
        text = _("A single milium: extraction is the first choice, and immediate.")
    source = _source("S1", "Mechanical Extraction")
    return {"extraction": Point("S1", text, source, {"n": facts.count})}


def by_the_eye(facts: Facts, _numbers: Thresholds) -> Found:
    """S2: under the eye or another delicate place."""
    if not facts.near_eye:
        return {}
    text = _("%(n)d near the eye: harsher treatments suit it less.")
    source = _source("S2", "Mechanical Extraction")
    return {"extraction": Point("S2", text, source, {"n": count(facts.near_eye)})}


def widespread(facts: Facts, numbers: Thresholds) -> Found:
    """S3: many over a broad area, or prevention and texture are wanted too."""
    values = {"n": facts.count, "regions": facts.regions}
    if numbers.many(facts) and numbers.broad(facts):
        text = _("%(n)d milia over %(regions)d regions: a series of peels treats the whole area.")
    elif facts.wants_prevention:
        text = _("Prevention and better texture are wanted: a series of peels gives both.")
    else:
        return {}
    point = Point("S3", text, _source("S3", "Chemical Peels"), values)
    return {"glycolic": point, "salicylic": point}


def prone(facts: Facts, numbers: Thresholds) -> Found:
    """S4: they keep coming."""
    if not numbers.recurrent(facts):
        return {}
    text = _("They keep coming back: a retinoid at home prevents new ones, beside any treatment.")
    return {"retinoid": Point("S4", text, _source("S4", "Topical Retinoids"))}


def large_or_stubborn(facts: Facts, numbers: Thresholds) -> Found:
    """S5: single or few large or stubborn ones, other treatment failed, not by the eye. What the
    guide's own example has counts too: a very large one that has been there for years."""
    outside = [spot for spot in _hard_ones(facts, numbers) if not spot.near_eye]
    if not numbers.few(outside):
        return {}
    text = _("%(n)d large, there for more than %(months)d months: freezing is kept for these.")
    if facts.failed:
        text = _("%(n)d large or stubborn, other treatment failed: freezing is kept for these.")
    values = {"n": count(outside), "months": numbers.stubborn_months}
    return {"cryo": Point("S5", text, _source("S5", "Cryotherapy"), values)}


def not_by_the_eye(facts: Facts, numbers: Thresholds) -> Found:
    """S8: what would be frozen lies by the eye; extraction is offered in its place."""
    near = [spot for spot in _hard_ones(facts, numbers) if spot.near_eye]
    if not numbers.few(near):
        return {}
    text = _("%(n)d large or stubborn near the eye, where nothing is frozen: extraction instead.")
    source = _source("S8", "Cryotherapy, not near the eye")
    return {"extraction": Point("S8", text, source, {"n": count(near)})}


def deep_or_numerous(facts: Facts, numbers: Thresholds) -> Found:
    """S6: deep or numerous, and not responding to others."""
    if not facts.failed or not (facts.deep or numbers.many(facts)):
        return {}
    text = _("Numerous, and other treatment did not help: the laser is kept for these.")
    if facts.deep:
        text = _("%(n)d deep, and other treatment did not help: the laser is kept for these.")
    source = _source("S6", "Laser Ablation")
    return {"laser": Point("S6", text, source, {"n": count(facts.deep)})}


SEED_RULES: Final[tuple[Rule, ...]] = (
    not_by_the_eye,
    by_the_eye,
    few_and_discrete,
    widespread,
    large_or_stubborn,
    deep_or_numerous,
    prone,
)


def seed_cautions(facts: Facts, numbers: Thresholds) -> Iterator[tuple[Modality, Point]]:
    """What the findings themselves speak against, beside the answers to the health questions."""
    tried = {each.modality: each for each in facts.failed}
    for modality in tried:
        text = _("Tried before without success.")
        yield modality, Point("2B", text, f"{BASE} 2B: not responding")
    if facts.deep:
        text = _("%(n)d deep: they may not be expressible.")
        yield "extraction", Point("2B", text, f"{BASE} 2B: deep", {"n": count(facts.deep)})
    if facts.near_eye and facts.elsewhere:
        text = _("Not on the %(n)d near the eye: those are extracted.")
        source = _source("S8", "Cryotherapy, not near the eye")
        yield "cryo", Point("S8", text, source, {"n": count(facts.near_eye)})
    if numbers.many(facts):
        text = _("%(n)d milia: more than one visit, or another treatment first.")
        yield "extraction", Point("2B", text, f"{BASE} 1.1: many lesions", {"n": facts.count})


def _hard_ones(facts: Facts, numbers: Thresholds) -> list[Spot]:
    """Those that other treatment failed on or that are long there, if large; without a large one,
    all that other treatment failed on."""
    large = [spot for spot in facts.spots if numbers.large(spot)]
    if large:
        return large if facts.failed or numbers.long_there(facts) else []
    return list(facts.spots) if facts.failed else []
