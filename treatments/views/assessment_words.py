"""An assessment put into the words and rows of its pages."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from treatments.face_chart import Place
from treatments.models import Assessment, Finding
from treatments.queries import assessments
from treatments.queries.assessments import Mark

_State = Finding.State
# in a list of places this many are named
_NAMED: Final = 5


@dataclass(frozen=True, slots=True)
class Seen:
    """A lesion of the read-only page; `was` is how many it had the time before, 0 when new."""

    mark: Mark
    was: int

    @property
    def count_changed(self) -> bool:
        return bool(self.was) and self.mark.is_there and self.was != self.mark.count


@dataclass(frozen=True, slots=True)
class Summary:
    """What one assessment found, and how it differs from the one before it."""

    assessment: Assessment
    seen: list[Seen]
    by_place: dict[Place, int]
    before: Assessment | None = None
    total_before: int | None = None
    by_place_before: dict[Place, int] = field(default_factory=dict)

    @property
    def marks(self) -> list[Mark]:
        return [each.mark for each in self.seen]

    @property
    def total(self) -> int:
        return sum(self.by_place.values())

    def _numbers(self, state: str) -> list[int]:
        return [each.mark.number for each in self.seen if each.mark.state == state]

    @property
    def changes(self) -> list[tuple[str, str, str]]:
        """State, words and the numbers of the lesions, the worse first; none of the first."""
        if self.before is None:
            return []
        words: dict[str, Any] = {
            _State.NEW: _("new"),
            _State.RECURRED: _("came back"),
            _State.ACTIVE: _("still there"),
            _State.TREATED: _("treated, healing"),
            _State.RESOLVED: _("gone"),
        }
        return [
            (state, word, ", ".join(map(str, numbers)))
            for state, word in words.items()
            if (numbers := self._numbers(state))
        ]

    @property
    def change_words(self) -> str:
        """ "2 new, 3 gone"; of the first assessment that it is the first."""
        if self.before is None:
            return _("first assessment")
        counted = [
            (len(self._numbers(state)), word)
            for state, word in (
                (_State.NEW, _("new")),
                (_State.RECURRED, _("came back")),
                (_State.RESOLVED, _("gone")),
            )
        ]
        return ", ".join(f"{n} {word}" for n, word in counted if n) or _("no lesion came or went")

    @property
    def trend(self) -> str:
        """ "−4", "+2", "±0" against the assessment before; nothing for the first."""
        if self.total_before is None:
            return ""
        step = self.total - self.total_before
        return f"+{step}" if step > 0 else f"−{-step}" if step else "±0"

    @property
    def places(self) -> list[tuple[Place, int, int | None]]:
        """Place, how many now, how many before; the fullest first, then those cleared."""
        cleared = {place: 0 for place in self.by_place_before if place not in self.by_place}
        known = self.before is not None
        return [
            (place, count, self.by_place_before.get(place, 0) if known else None)
            for place, count in (self.by_place | cleared).items()
        ]

    @property
    def named_places(self) -> list[tuple[Place, int]]:
        return list(self.by_place.items())[:_NAMED]

    @property
    def other_places(self) -> str:
        more = len(self.by_place) - _NAMED
        words = ngettext("%(n)d more place", "%(n)d more places", more)
        return words % {"n": more} if more > 0 else ""


def summary_of(assessment: Assessment, before: Assessment | None) -> Summary:
    """Both with their findings loaded; `before` is the one that it started from."""
    was = {each.lesion_id: each.count for each in _there(before)}
    by_place_before = assessments.count_by_place(before.findings.all()) if before else {}
    return Summary(
        assessment,
        [Seen(each, was.get(each.pk, 0)) for each in assessments.marks(assessment.findings.all())],
        assessments.count_by_place(assessment.findings.all()),
        before,
        sum(by_place_before.values()) if before else None,
        by_place_before,
    )


def _there(assessment: Assessment | None) -> list[Finding]:
    found = assessment.findings.all() if assessment else []
    return [each for each in found if each.state in assessments.THERE]


def summaries(found: Sequence[Assessment]) -> list[Summary]:
    """Of all assessments of a patient."""
    known = {each.pk: each for each in found}
    return [summary_of(each, known.get(each.based_on_id or 0)) for each in found]


def facts_of(assessment: Assessment) -> list[tuple[str, str]]:
    """Label and value of what was said of the face; what nobody entered is left out."""
    months = _("%(n)d months")
    rows: list[tuple[Any, Any]] = [
        (_("Skin type"), assessment.get_skin_type_display() if assessment.skin_type else ""),
        (_("Type"), assessment.get_kind_display()),
        (_("Secondary to"), assessment.get_cause_display()),
        (_("Arrangement"), assessment.get_arrangement_display()),
        (_("Diagnosis"), assessment.get_diagnosis_display()),
        (_("Look"), _("atypical: pigmented, bleeding") if assessment.pigmented_or_atypical else ""),
        (_("Suspected"), _chosen(assessment.suspected, Assessment.Differential)),
        (_("Considered"), _chosen(assessment.considered, Assessment.Differential)),
        (_("Triggers"), _chosen(assessment.triggers, Assessment.Trigger)),
        (_("Present for"), _counted(months, assessment.present_for_months)),
        (_("New again after"), _counted(months, assessment.new_within_months)),
        (_("Episodes a year"), _counted("%(n)d", assessment.episodes_a_year)),
        (_("How they come"), assessment.get_tempo_display()),
        (_("Bothers"), _counted(_("%(n)d of 10"), assessment.concern)),
        (_("Symptoms"), assessment.get_symptoms_display()),
        (_("The patient"), _wishes(assessment)),
        (_("Tried before"), "; ".join(map(_tried, assessment.previous_treatments.all()))),
        (_("Note"), assessment.note),
    ]  # fmt: skip
    return [(str(label), str(value)) for label, value in rows if value]


def _counted(words: str, number: int | None) -> str:
    return "" if number is None else words % {"n": number}


def _chosen(keys: Sequence[str], choices: Any) -> str:
    return ", ".join(str(choices(key).label) for key in keys)


def _wishes(assessment: Assessment) -> str:
    said = [
        _("wants prevention and better texture too") if assessment.wants_prevention else "",
        "" if assessment.accepts_downtime else _("does not accept days of healing"),
        _("squeezes or needles at home") if assessment.squeezes else "",
    ]
    return ", ".join(each for each in said if each)


def _tried(treatment: Any) -> str:
    year = f" {treatment.year}" if treatment.year else ""
    rest = [treatment.get_result_display().lower()]
    rest += [] if treatment.finished else [_("broken off")]
    rest += [treatment.note] if treatment.note else []
    return f"{treatment.get_modality_display()}{year}: {', '.join(map(str, rest))}"
