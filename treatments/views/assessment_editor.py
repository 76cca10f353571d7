"""The page on which a draft is entered."""

from collections.abc import Sequence
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from clinic.accounts.access import StaffRequest
from patients.views.frame import frame
from treatments.forms.assessment_rows import place_choices
from treatments.forms.assessments import AssessmentForms
from treatments.models import Assessment, Finding
from treatments.queries import assessments

# the sizes that are one press away; others are typed into the list
SIZES: Final = ("1", "1.5", "2", "3", "4")


def editor(
    request: StaffRequest,
    draft: Assessment,
    forms: AssessmentForms | None = None,
    *,
    refusal: Sequence[str] = (),
    status: int = 200,
) -> HttpResponse:
    """The draft with its forms, as saved or refused; `refusal` says why it is not signed."""
    context: dict[str, Any] = {
        **frame(draft.patient, "assessments", timezone.now()),
        "draft": draft,
        "forms": forms or AssessmentForms(draft),
        "refusal": refusal,
        "gone": assessments.gone_lesions(draft.patient),
        "treated": _treated(draft),
        "later": assessments.signed_later(draft),
        "base": assessments.highest_number_beside(draft),
        "sizes": SIZES,
        "places": place_choices(),
        "states": Finding.State.choices,
        "depths": Finding.Depth.choices,
    }
    return render(request, "treatments/assessment_draft.html", context, status=status)


def _treated(draft: Assessment) -> dict[str, str]:
    """By lesion, as text: what was done to it since the last assessment, for the page's script."""
    return {
        str(pk): str(each.get_result_display())
        for pk, each in assessments.treated_since(draft).items()
    }
