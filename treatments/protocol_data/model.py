"""The shape of a treatment protocol as shipped: plain values, each with its source.

A clinic edits copies of these; a published version never changes. The columns are those of the
clinical fact base, section 0. Days and minutes are whole numbers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from treatments.protocol_data.step import Step, skin_group

Modality = Literal["extraction", "glycolic", "salicylic", "retinoid", "cryo", "laser"]
EyeArea = Literal["allowed", "near_only", "override", "shielded", "refused"]
"""allowed; near the eye but never on lids or margins; with a clinician's reason; with eye shields
and a reason; never."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One need of a visit: somebody or something with `capability`, from minute `starts` to minute
    `ends` of the visit. Two segments with one `key` are filled by the same resource."""

    key: str
    capability: str
    starts: int
    ends: int

    def __post_init__(self) -> None:
        if not 0 <= self.starts < self.ends:
            raise ValueError(f"{self.key}: minutes {self.starts} to {self.ends}")


@dataclass(frozen=True, slots=True)
class Gaps:
    """Days between two sessions, counted from the session performed. Below `floor` refused, below
    `min` only with a reason, `ideal` proposed, above `max` warned, above `lapse` the course stops
    for a new assessment. None means no upper bound."""

    floor: int
    min: int
    ideal: int
    max: int | None
    lapse: int | None

    def __post_init__(self) -> None:
        bounds = [self.floor, self.min, self.ideal, self.max, self.lapse]
        given = [days for days in bounds if days is not None]
        if given != sorted(given):
            raise ValueError(f"gap days out of order: {bounds}")


@dataclass(frozen=True, slots=True)
class ProtocolData:
    """One way to treat milia.

    `first_visit` and `follow_up` list what a visit needs, cleaning included; `numbing_minutes` is
    the room time before the treatment when a numbing cream is used, already part of the segments
    if `numbing_always`. `many_lesions` is (from this count on, minutes added). `retinoid_stop` is
    days before a session for skin types I-III and IV-VI. `strengths` is the ladder in percent,
    `max_percent` the most a trained nurse or esthetician applies without a doctor.
    `contact_seconds` is the least and the most that a peel stays on, whatever its strength.
    `review_days` count from the start, `review_after_session` in sessions; `nights_per_week` is the
    ladder of a retinoid course, week by week.
    `sources` names for each field, or part of one, where its number comes from.
    """

    code: str
    name: str
    modality: Modality
    sessions_min: int
    sessions_default: int
    sessions_max: int
    gaps: Gaps | None
    minutes_first: int
    minutes_follow_up: int
    first_visit: tuple[Segment, ...]
    follow_up: tuple[Segment, ...]
    eye_area: EyeArea
    steps: tuple[Step, ...]
    sources: Mapping[str, str]
    turnover_minutes: int = 0
    numbing_minutes: int = 0
    numbing_always: bool = False
    many_lesions: tuple[int, int] | None = None
    max_lesions: int | None = None
    retinoid_stop: tuple[int, int] | None = None
    strengths: tuple[int, ...] = ()
    max_percent: int | None = None
    contact_seconds: tuple[int, int] | None = None
    needs_neutraliser: bool = False
    review_after_session: int | None = None
    review_days: tuple[int, ...] = ()
    nights_per_week: tuple[int, ...] = ()

    @property
    def capabilities(self) -> frozenset[str]:
        """Every capability that a clinic must have somewhere to offer this."""
        return frozenset(need.capability for need in (*self.first_visit, *self.follow_up))

    @property
    def patient_minutes(self) -> tuple[int, int]:
        """What the patient's diary shows for the first visit and a later one: numbing included."""
        lead = self.numbing_minutes if self.numbing_always else 0
        return lead + self.minutes_first, lead + self.minutes_follow_up

    def retinoid_stop_days(self, skin_type: int | None) -> int | None:
        """Days without a retinoid before a session; an unknown skin type counts as IV-VI."""
        if self.retinoid_stop is None:
            return None
        light, dark = self.retinoid_stop
        return light if skin_group(skin_type) == "I-III" else dark
