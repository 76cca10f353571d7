"""What speaks against a treatment: the 40 rows of the clinical fact base, section 3.

Pure. The table is `screening_matrix.ROWS`; here stands what brings each row up. Unsure counts as
yes, a day that nobody knows as lately, an unknown skin type as IV-VI. What was not asked says
nothing: that the answers are whole is asked for elsewhere. A last day is included: something
stopped on 20 September with a window of 180 days counts up to and including 19 March.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from patients.questionnaire import ON, STILL, UNKNOWN, UNSURE, YES, Answer
from treatments.protocol_data.model import Modality
from treatments.protocol_data.spine import BASE
from treatments.protocol_data.step import skin_group
from treatments.screening_matrix import ROWS, Level, Row

CHILD_AGE: Final = 12
INFANT_AGE: Final = 1
_ORDER: Final[Mapping[Level, int]] = {"B": 0, "C": 1, "i": 2}


@dataclass(frozen=True, slots=True)
class Facts:
    """All that is known of one patient, what is to be treated, and how, on the day of treatment.

    `answers` are by the key of the question. `age` in completed years, `skin_type` Fitzpatrick 1-6.
    `eye_area`: a lesion to be treated lies there. `uncertain`: the diagnosis is, or the lesion is
    pigmented. Of the plan None means that nobody has decided yet: `numbing` with lidocaine or
    prilocaine, `emla` the cream of both, `electrosurgery` to open the cyst, `full_face` laser.
    `antiviral_decided`: whether to protect from herpes was decided, either way.
    """

    day: date
    answers: Mapping[str, Answer] = field(default_factory=dict)
    age: int | None = None
    skin_type: int | None = None
    eye_area: bool = False
    uncertain: bool = False
    numbing: bool | None = None
    emla: bool | None = None
    electrosurgery: bool | None = None
    full_face: bool | None = None
    antiviral_decided: bool = False

    def said(self, key: str) -> bool:
        """Whether the question was answered with yes, or by somebody who was not sure."""
        answer = self.answers.get(key)
        return answer is not None and answer.value in (YES, UNSURE)


@dataclass(frozen=True, slots=True)
class Flag:
    """Something that speaks against a treatment. `level` is B (stops it until a clinician clears
    it with a reason), C (a caution to be acknowledged) or i (to be known); `row` the row of the
    fact base; `text` a sentence; `until` the last day on which it holds, None while it is open."""

    row: int
    level: Level
    text: str
    source: str
    until: date | None = None

    @property
    def stops(self) -> bool:
        return self.level == "B"


@dataclass(frozen=True, slots=True)
class _Found:
    """A row that applies: the level instead of the table's, the last day, more words."""

    level: Level | None = None
    until: date | None = None
    words: str = ""


_Rule = Callable[[Row, Modality, Facts], _Found | None]


def flags(
    modality: Modality, facts: Facts, *, clinic: Mapping[int, Row] | None = None
) -> tuple[Flag, ...]:
    """What speaks against this treatment on the day of `facts`: blocks first, then cautions.

    `clinic` has the rows that a clinic has changed (`dataclasses.replace` of a row), by number.
    """
    rows = dict(ROWS) | dict(clinic or {})
    found = [flag for row in rows.values() for flag in _flags_of(row, modality, facts)]
    return tuple(sorted(found, key=lambda flag: (_ORDER[flag.level], flag.row)))


def blocks(found: tuple[Flag, ...]) -> tuple[Flag, ...]:
    return tuple(flag for flag in found if flag.level == "B")


def cautions(found: tuple[Flag, ...]) -> tuple[Flag, ...]:
    return tuple(flag for flag in found if flag.level == "C")


def _flags_of(row: Row, modality: Modality, facts: Facts) -> Iterator[Flag]:
    level = row.levels.get(modality)
    if level is None:
        return
    found = _RULES.get(row.number, _held)(row, modality, facts)
    if found is None:
        return
    yield Flag(
        row=row.number,
        level=found.level or level,
        text=_sentence(row, modality, found),
        source=f"{BASE} 3 row {row.number}; {row.source}",
        until=found.until,
    )


def _sentence(row: Row, modality: Modality, found: _Found) -> str:
    why = row.why_of(modality)
    head = f"{row.name}{', ' if found.words else ''}{found.words}"
    till = f", until {_day(found.until)}" if found.until else ""
    return f"{head}{till}: {why}." if why else f"{head}{till}."


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


# What brings a row up -----------------------------------------------------------------------------


def _held(row: Row, _modality: Modality, facts: Facts) -> _Found | None:
    """Said yes to any of the questions of this row, or not sure."""
    return _Found() if any(facts.said(key) for key in row.keys) else None


def _dated(row: Row, modality: Modality, facts: Facts) -> _Found | None:
    """Within so many days of the last time."""
    key = row.keys[0]
    if not facts.said(key):
        return None
    answer = facts.answers.get(f"{key}_on")
    if answer is None or answer.on is None or answer.value != ON:
        still = answer is not None and answer.value == STILL
        return _Found(words="going on" if still else "day not known")
    until = answer.on + timedelta(days=row.days(modality, facts.skin_type))
    return _Found(until=until, words=f"last {_day(answer.on)}") if facts.day <= until else None


def _isotretinoin(row: Row, modality: Modality, facts: Facts) -> _Found | None:
    found = _dated(row, modality, facts)
    if found is None or modality != "laser" or facts.full_face is not False:
        return found
    return _Found("C", found.until, found.words)


def _herpes_before(_row: Row, modality: Modality, facts: Facts) -> _Found | None:
    if not (facts.said("herpes") or facts.said("cold_sore")):
        return None
    if facts.antiviral_decided:
        return _Found("i", words="antiviral decided on")
    return _Found(words="decide on an antiviral" if modality == "laser" else "")


def _skin_type(_row: Row, _modality: Modality, facts: Facts) -> _Found | None:
    if skin_group(facts.skin_type) == "I-III":
        return None
    return _Found(words="" if facts.skin_type else "skin type not recorded")


def _if_planned(facts_of: Callable[[Facts], bool | None]) -> _Rule:
    """The table's level if it is planned, to be known while nobody has decided, else nothing."""

    def rule(row: Row, modality: Modality, facts: Facts) -> _Found | None:
        planned, held = facts_of(facts), _held(row, modality, facts)
        if held is None or planned is False:
            return None
        return held if planned else _Found("i")

    return rule


def _child(_row: Row, modality: Modality, facts: Facts) -> _Found | None:
    limit = INFANT_AGE if modality == "extraction" else CHILD_AGE
    if facts.age is None or facts.age >= limit:
        return None
    return _Found(words=f"{facts.age} years old" if facts.age else "under a year old")


def _event(row: Row, modality: Modality, facts: Facts) -> _Found | None:
    """The occasion comes before the skin has calmed down."""
    if not facts.said("event"):
        return None
    answer = facts.answers.get("event_on")
    if answer is None or answer.on is None:
        return _Found(words="day not known")
    away = (answer.on - facts.day).days
    near = 0 <= away <= row.days(modality, facts.skin_type)
    return _Found(until=answer.on) if near else None


def _reaction(_row: Row, modality: Modality, facts: Facts) -> _Found | None:
    """To this very treatment, or nobody knows to which."""
    if not facts.said("reaction"):
        return None
    to = facts.answers.get("reaction_to", Answer(UNKNOWN)).value
    if to == UNKNOWN:
        return _Found(words="not known to which")
    return _Found() if to == modality else None


def _when(holds: Callable[[Facts], bool]) -> _Rule:
    return lambda _row, _modality, facts: _Found() if holds(facts) else None


_RULES: Final[Mapping[int, _Rule]] = {
    1: _isotretinoin,
    **dict.fromkeys((5, 6, 7, 19, 20, 21, 22, 23, 24), _dated),
    8: _herpes_before,
    10: _skin_type,
    16: _if_planned(lambda facts: facts.numbing),
    17: _if_planned(lambda facts: facts.emla),
    28: _if_planned(lambda facts: facts.electrosurgery),
    33: _when(lambda facts: facts.eye_area),
    34: _when(lambda facts: facts.uncertain),
    35: _child,
    36: _event,
    37: _reaction,
}
