"""What the overview of a patient shows, in six queries however long the history.

Two for the courses with their sessions, one each for visits, letters, the medical history and the
counts of milia.
"""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from clinic.queries import holds
from clinic.queries.holds import Kept
from patients.models import Message, Patient
from patients.queries.header import Header, HistoryItem, alerts_of, facts_of, history_of
from treatments.models import Course
from treatments.progress import Review
from treatments.queries import courses, outcomes
from treatments.queries.holds import courses_kept_for
from treatments.queries.overview import Letter, Visit, letters_of, visits_of
from treatments.views.course_lines import CourseLine, course_line
from treatments.views.outcome_words import Milia, milia_of, reviews_of

# how many past visits are listed at once; the rest is one click away
PAST_VISITS = 5

_Status = Message.Status


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything the page shows, in the order in which it shows it."""

    header: Header
    courses: list[CourseLine]
    milia: Milia
    reviews: list[tuple[Course, str, Review]]
    kept: list[Kept]
    kept_courses: frozenset[int]
    upcoming: list[Visit]
    past: list[Visit]
    letters: list[Letter]
    sent: int
    history: list[HistoryItem]

    @property
    def main(self) -> CourseLine | None:
        """The course whose button is the page's primary one."""
        return next((line for line in self.courses if line.verb), None)

    @property
    def recent(self) -> list[Visit]:
        return self.past[:PAST_VISITS]

    @property
    def older(self) -> list[Visit]:
        return self.past[PAST_VISITS:]

    def _of(self, kind: str) -> list[HistoryItem]:
        return [each for each in self.history if each.kind == kind]

    @property
    def history_groups(self) -> list[tuple[str, list[HistoryItem]]]:
        """The history by kind, with its heading; kinds without entries left out."""
        headings = {
            "allergy": _("Allergies"),
            "condition": _("Conditions"),
            "medication": _("Medication"),
        }
        return [(words, self._of(kind)) for kind, words in headings.items() if self._of(kind)]


def overview_of(patient: Patient, now: datetime) -> Overview:
    """Read and put into words what there is to know about a patient."""
    found = courses.of_patient(patient)
    visits = visits_of(patient, found, now)
    past = [each for each in visits if each.is_past]
    letters = letters_of(patient, found)
    history = history_of(patient)
    counts = outcomes.counted(patient)
    kept = holds.kept([each.appointment for each in visits], now)
    return Overview(
        header=Header(facts_of(patient, now), alerts_of(patient, history)),
        courses=[course_line(each, now) for each in found],
        milia=milia_of(found, counts),
        reviews=reviews_of(found, counts),
        kept=kept,
        kept_courses=courses_kept_for(kept),
        upcoming=[each for each in reversed(visits) if not each.is_past],
        past=past,
        letters=letters,
        sent=sum(each.state not in (_Status.PLANNED, _Status.CLAIMED) for each in letters),
        history=history,
    )
