"""Which treatment for which findings: ranked, with reasons, never one silent choice.

Pure data and pure functions over the clinical fact base, section 2. What the health answers say
(section 3) comes in as flags. Order of resolution: a safety block, then S8, S2, S1, S3, S5, S6; S4
goes along with any of them. All six ways are always answered: nothing is hidden.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from patients.marked_text import gettext_noop as _
from treatments.contraindications import Flag
from treatments.guidance.facts import (
    SECOND_LAYER,
    Facts,
    Spot,
    Thresholds,
    Tried,
)
from treatments.guidance.second_layer import Advice, advice
from treatments.guidance.seed_rules import ORDER, SEED_RULES, seed_cautions
from treatments.guidance.shape import GUIDE, TIERS, Guidance, Level, Point, Route, Suggestion
from treatments.protocol_data.model import Modality
from treatments.protocol_data.spine import BASE
from treatments.protocol_data.step import skin_group
from treatments.screening_matrix import MODALITIES

__all__ = [
    "SECOND_LAYER",
    "TIERS",
    "Facts",
    "Guidance",
    "Level",
    "Point",
    "Route",
    "Spot",
    "Suggestion",
    "Thresholds",
    "Tried",
    "eye_area",
    "guide",
]

_ADD_ON: Final = "S4"
_SUGGESTING: Final = frozenset({*ORDER, _ADD_ON, "A4", "A9"})
_GENTLE_FIRST: Final = {modality: place for place, modality in enumerate(MODALITIES)}
_IN_DARK_SKIN: Final = _GENTLE_FIRST | {"salicylic": 1, "glycolic": 2}

Points = Mapping[Modality, Sequence[Point]]


def guide(
    facts: Facts,
    flags: Mapping[Modality, Iterable[Flag]] | None = None,
    numbers: Thresholds | None = None,
) -> Guidance:
    """The six ways to treat these findings, in order; what comes before them; what to propose.

    `flags` are those of `contraindications.flags` for each way; `numbers` the clinic's own.
    """
    numbers = numbers or Thresholds()
    layer = tuple(advice(facts, numbers))
    routes = (*_diagnosis(facts), *(route for each in layer for route in each.routes))
    ranked = _rank(facts, _considered(facts, numbers, flags or {}, layer, routes))
    observe = next((each.observe for each in layer if each.observe), None)
    return Guidance(
        suggestions=tuple(ranked),
        routes=tuple(sorted(routes, key=lambda route: not route.holds)),
        proposed=() if observe or _holds(routes) else _proposed(ranked, layer),
        education=_education(facts),
        observe=observe,
    )


def eye_area(modality: Modality, facts: Facts) -> bool:
    """Whether row 33 of the screening matrix is asked about this way: freezing is only spoken
    against where nothing lies away from the eye, for the others any milium near it counts."""
    if modality == "cryo":
        return bool(facts.near_eye) and not facts.elsewhere
    return bool(facts.near_eye)


# What comes first -------------------------------------------------------------------------------


def _diagnosis(facts: Facts) -> tuple[Route, ...]:
    if facts.certain:
        return ()
    text = _("The diagnosis is uncertain: it is made before a treatment is chosen.")
    return (Route(Point("S9", text, f"{GUIDE}: Conclusion; {BASE} 2A S9"), holds=True),)


def _education(facts: Facts) -> Point | None:
    if not facts.squeezes:
        return None
    text = _(
        "Squeezes or needles at home. Explain: it can infect, scar, leave a dark mark "
        "and push the keratin deeper."
    )
    return Point("S7", text, f"{GUIDE}: Why DIY Fails; {BASE} 2A S7")


def _holds(routes: Iterable[Route]) -> bool:
    return any(route.holds for route in routes)


# The six ways -----------------------------------------------------------------------------------


def _considered(
    facts: Facts,
    numbers: Thresholds,
    flags: Mapping[Modality, Iterable[Flag]],
    layer: Sequence[Advice],
    routes: Iterable[Route],
) -> list[Suggestion]:
    """Every way with what speaks for and against it; not in order yet."""
    reasons, cautions = _reasons(facts, numbers, layer), _cautions(facts, numbers, layer)
    blocks, notes = _eye_block(facts), defaultdict[Modality, list[Point]](list)
    rows = {modality: list(found) for modality, found in flags.items()}
    for modality, found in rows.items():
        _sort_in(found, blocks[modality], cautions[modality], notes[modality])
    held = _holds(routes)
    return [
        Suggestion(
            modality,
            rank=0,
            level=_level(reasons[modality], cautions[modality], blocks[modality], held),
            reasons=tuple(reasons[modality]),
            cautions=tuple(cautions[modality]),
            blocks=tuple(blocks[modality]),
            notes=tuple(notes[modality]),
        )
        for modality in MODALITIES
    ]


def _reasons(
    facts: Facts, numbers: Thresholds, layer: Sequence[Advice]
) -> defaultdict[Modality, list[Point]]:
    found = defaultdict[Modality, list[Point]](list)
    for rule in SEED_RULES:
        for modality, point in rule(facts, numbers).items():
            found[modality].append(point)
    for each in layer:
        for modality, point in each.reasons.items():
            found[modality].append(point)
    return found


def _cautions(
    facts: Facts, numbers: Thresholds, layer: Sequence[Advice]
) -> defaultdict[Modality, list[Point]]:
    found = defaultdict[Modality, list[Point]](list)
    for modality, point in seed_cautions(facts, numbers):
        found[modality].append(point)
    for each in layer:
        for modality, point in each.cautions.items():
            found[modality].append(point)
    return found


def _eye_block(facts: Facts) -> defaultdict[Modality, list[Point]]:
    """Freezing near the eye, whatever else was asked or not."""
    found = defaultdict[Modality, list[Point]](list)
    if eye_area("cryo", facts):
        text = _("Near the eye nothing is frozen. Extraction is offered instead.")
        source = f"{GUIDE}: Cryotherapy; {BASE} 2A S8, 3 row 33"
        found["cryo"].append(Point("S8", text, source))
    return found


def _sort_in(
    found: Iterable[Flag], blocks: list[Point], cautions: list[Point], notes: list[Point]
) -> None:
    """The flags of one way to their level; what a rule of this section says already is left out."""
    said = {"A8": 10, "S8": 33}
    known = {said[point.rule] for point in (*blocks, *cautions) if point.rule in said}
    for flag in found:
        place = {"B": blocks, "C": cautions, "i": notes}[flag.level]
        if flag.row not in known or (flag.level == "B" and flag.row != 33):
            place.append(Point(f"row {flag.row}", flag.text, flag.source))


def _level(
    reasons: Iterable[Point], cautions: Iterable[Point], blocks: Iterable[Point], held: bool
) -> Level:
    if any(True for _point in blocks):
        return "blocked"
    if not held and any(point.rule in _SUGGESTING for point in reasons):
        return "suggested"
    return "cautioned" if any(True for _point in cautions) else "possible"


# In order ---------------------------------------------------------------------------------------


def _rank(facts: Facts, considered: Sequence[Suggestion]) -> list[Suggestion]:
    dark = facts.skin_type is not None and skin_group(facts.skin_type) == "IV-VI"
    gentle = _IN_DARK_SKIN if dark else _GENTLE_FIRST

    def key(each: Suggestion) -> tuple[int, int, int]:
        return TIERS[each.level], _place(each), gentle[each.modality]

    ordered = _with_add_on(sorted(considered, key=key))
    return [_ranked(each, rank) for rank, each in enumerate(ordered, 1)]


def _place(each: Suggestion) -> int:
    """The place of its strongest rule in the order of resolution."""
    rules = {point.rule for point in each.reasons}
    if "A9" in rules:
        return -2 if each.modality == "retinoid" else -1
    return min((ORDER.index(rule) for rule in rules if rule in ORDER), default=len(ORDER))


def _with_add_on(ordered: list[Suggestion]) -> list[Suggestion]:
    """A retinoid that goes along with another treatment stands right behind it."""
    add_on = next((each for each in ordered if each.modality == "retinoid"), None)
    if add_on is None or add_on.level != "suggested" or _place(add_on) < 0:
        return ordered
    others = [each for each in ordered if each is not add_on]
    at = 1 if others and others[0].level == "suggested" else 0
    return [*others[:at], add_on, *others[at:]]


def _ranked(each: Suggestion, rank: int) -> Suggestion:
    return Suggestion(
        each.modality, rank, each.level, each.reasons, each.cautions, each.blocks, each.notes
    )


def _proposed(ranked: Sequence[Suggestion], layer: Iterable[Advice]) -> tuple[Modality, ...]:
    """One way, or two as one plan: those of a rule that wants both, or the first with what
    prevents new ones."""
    good = [each.modality for each in ranked if each.level == "suggested"]
    for each in layer:
        if each.together and set(each.together) <= set(good):
            return each.together
    first = next((each for each in good if each != "retinoid"), None)
    pair = [first] if first else []
    return tuple([*pair, "retinoid"] if "retinoid" in good else pair)
