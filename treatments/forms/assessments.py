"""The form of an assessment: what is said of the face, its lesions, what was tried before.

Everything is one HTML form, so that it is saved as a whole.
"""

from collections.abc import Sequence
from typing import Any, Final

from treatments.actions.assessments import Entered
from treatments.actions.drafts import Seen
from treatments.forms.assessment_fields import FaceForm
from treatments.forms.assessment_rows import LesionRows, TreatmentRows
from treatments.models import Assessment, PreviousTreatment
from treatments.queries.assessments import Mark, marks

LESIONS: Final = "lesions"
TREATMENTS: Final = "before"


class AssessmentForms:
    """The three parts of the page, as drawn or as posted."""

    def __init__(self, draft: Assessment, data: Any = None) -> None:
        self.draft = draft
        self.face = FaceForm(data, instance=draft)
        if data is None:
            findings = marks(draft.findings.all())
            self.lesions: Any = LesionRows(
                initial=[_row(each) for each in findings], prefix=LESIONS
            )
            before = [_told(each) for each in draft.previous_treatments.all()]
            self.treatments: Any = TreatmentRows(initial=before, prefix=TREATMENTS)
        else:
            self.lesions = LesionRows(data, prefix=LESIONS)
            self.treatments = TreatmentRows(data, prefix=TREATMENTS)
        self.seen = Seen(_whole(data, "version"), str((data or {}).get("tab", ""))[:40])

    def are_valid(self) -> bool:
        return all(part.is_valid() for part in (self.face, self.lesions, self.treatments))

    def entered(self) -> Entered:
        """What was posted, cleaned."""
        return Entered(
            fields=self.face.cleaned_data,
            entries=[row.entry() for row in self.lesions.filled if row.cleaned_data["place"]],
            treatments=[row.told() for row in self.treatments.filled],
        )

    def errors(self) -> dict[str, str]:
        """The first sentence of each wrong field, by the field's name on the page."""
        parts: Sequence[Any] = (self.face, *self.lesions.forms, *self.treatments.forms)
        return {
            part.add_prefix(name) if name != "__all__" else "": str(sentences[0])
            for part in parts
            for name, sentences in part.errors.items()
        }

    def refuse(self, name: str, sentence: str) -> None:
        """Put a refusal of the action to the field it names, or to the top."""
        for row in self.lesions.forms:
            if name.startswith(f"{row.prefix}-") or name == row.prefix:
                field = name.removeprefix(f"{row.prefix}-")
                row.add_error(field if field in row.fields else "place", sentence)
                return
        self.face.add_error(None, sentence)


def _whole(data: Any, name: str) -> int:
    text = str((data or {}).get(name, ""))
    return int(text) if text.isdecimal() and len(text) < 9 else 0


def _row(mark: Mark) -> dict[str, Any]:
    return {
        "lesion": mark.pk,
        "number": mark.number,
        "spot": f"{mark.view}:{mark.x}:{mark.y}",
        "place": f"{mark.site}:{mark.side}",
        "state": mark.state,
        "count": mark.count,
        "size_mm": mark.size_mm,
        "depth": mark.depth,
        "note": mark.note,
    }


def _told(before: PreviousTreatment) -> dict[str, Any]:
    return {
        "modality": before.modality,
        "year": before.year,
        "finished": "yes" if before.finished else "no",
        "result": before.result,
        "note": before.note,
    }
