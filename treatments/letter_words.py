"""The letters around sessions and courses, and what a clinic's own words can say in them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from clinic import letter_words
from patients import letter_kinds
from patients.letter_kinds import Context, Example, Placeholder
from patients.marked_text import gettext_noop as _

# beginnings of words that name a condition, a treatment or a medicine: docs/messages.md. All of
# them are looked for in every subject: a clinic writes an English word into a German one too.
REVEALING: Final = (
    "milia|milium|peel|acid|glycol|salicyl|retin|tretin|isotret|adapal|laser|cryo|freez|extract"
    r"|antivir|herpes|cold sore|skin treatment|diagnos|scars?\b|warts?\b|acne|mole\b|cyst|pregnan"
)
REVEALING_DE: Final = (
    r"milie|\w*säure|glykol|extra(?:kt|hier)|kryo|vereis|kälte|virostat|lippen(?:bläs|herp)|hautbehandl|narbe"
    r"|warzen?\b|akne|muttermal|leberfleck|zyste|geschw(?:ür|ulst)|schäl|\w*schwanger"
)
REVEALING_ES: Final = (
    r"milios?\b|[aá]cido|glicól|salicíl|láser|crio|congela|extracci|tretinoín|retinoid|calentur"
    r"|tratamiento de (?:la|su) piel|cicatri|verruga|acné|lunar(?:es)?\b|quiste|exfolia|embaraz"
)


def _number(name: str) -> Callable[[Context], str]:
    return lambda context: str(context.get(name) or "")


HOME: Final = (
    Placeholder("week", _("which week of the retinoid it is"), _number("week")),
    Placeholder("evenings", _("how many evenings this week has"), _number("nights_per_week")),
)
_OF_COURSE: Final = (
    Placeholder("session_number", _("which visit of the plan it is"), _number("session_number")),
    Placeholder("session_total", _("how many visits the plan has"), _number("session_total")),
)
SESSION: Final = (*letter_words.VISIT, *_OF_COURSE)
COURSE: Final = (*letter_words.LAST_VISIT, *_OF_COURSE)


def example() -> dict[str, Any]:
    """The facts of a letter around the third of five peels."""
    return {
        **letter_words.example(),
        "modality": "glycolic",
        "session_number": 3,
        "session_total": 5,
        "stop_on": date(2027, 1, 9),
        "retinoid_days": 3,
        "next_window_from": date(2027, 1, 26),
        "next_window_until": date(2027, 2, 9),
    }


def _example_of(facts: Example, modalities: Sequence[str]) -> Example:
    """The example as somebody gets it: of a treatment that has such a letter."""

    def found() -> Context:
        known = facts()
        if not modalities or known.get("modality") in modalities:
            return known
        return {**known, "modality": modalities[0]}

    return found


def retinoid() -> dict[str, Any]:
    """The facts of a letter in the third week of a retinoid, after a step down."""
    return {
        **example(),
        "modality": "retinoid",
        "week": 3,
        "nights_per_week": 3,
        "change": "down",
    }


Group = tuple[str, dict[str, str], tuple[Placeholder, ...], Example]

GROUPS: Final[tuple[Group, ...]] = (
    (_("About the skin"), {"education": "Why not to squeeze"}, (), dict),
    (
        _("Before a visit"),
        {
            "screen_due": "Health questions",
            "priming": "Skin priming",
            "precare_14": "Two weeks before",
            "stop_retinoid": "Pause retinoid",
            "precare_3": "Three days before",
            "precare_sun": "Sun before the visit",
            "antiviral": "Antiviral",
            "tomorrow": "Day before",
            "rebook": "Book again",
        },
        SESSION,
        example,
    ),
    (
        _("After a visit"),
        {
            "aftercare_day0": "First-night care",
            "check_1": "Day after",
            "flaking_3": "Flaking",
            "settled_7": "Settled?",
            "routine_3": "Back to routine",
            "scab_3": "Scabs",
            "healing_7": "Healing, one week",
            "healing_14": "Healing, two weeks",
            "heat_10": "Heat and exercise",
            "sunscreen": "Sunscreen",
            "progress": "Progress",
        },
        SESSION,
        example,
    ),
    (
        _("A retinoid at home"),
        {
            "regimen_start": "Retinoid: how to begin",
            "regimen_week": "Retinoid: this week",
            "regimen_changed": "Retinoid: changed",
            "regimen_review": "Retinoid: review",
            "pregnancy": "Retinoid: pregnancy",
        },
        HOME,
        retinoid,
    ),
    (
        _("The course as a whole"),
        {
            "next_window": "Book the next session",
            "overdue": "Session due",
            "late": "Session late",
            "lapsed": "Course lapsed",
            "plan_complete": "Plan complete",
            "maintenance": "Maintenance",
            "outcome": "Outcome",
            "look_back_90": "Three months later",
        },
        COURSE,
        example,
    ),
)
LABELS: Final = {kind: label for _group, labels, *_rest in GROUPS for kind, label in labels.items()}


def register(having: Mapping[str, Sequence[str]]) -> None:
    """`having`: which treatments have a letter, by its kind, where not all of them do."""
    for heading, labels, placeholders, facts in GROUPS:
        for kind, label in labels.items():
            letter_kinds.register(
                heading, {kind: label}, placeholders, _example_of(facts, having.get(kind, ()))
            )
    for pattern in (REVEALING, REVEALING_DE, REVEALING_ES):
        letter_kinds.register_revealing(pattern)
