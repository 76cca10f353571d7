"""What is asked when a course is paused or a regimen is changed."""

from django import forms
from django.utils.translation import gettext_lazy as _

from treatments.actions.regimens import STEPS
from treatments.models import RegimenChange

_REASON = RegimenChange._meta.get_field("reason").max_length


class PauseForm(forms.Form):
    """Why, and on which day somebody should take it up again; that may stay open."""

    reason = forms.CharField(
        max_length=150,
        error_messages={
            "required": _("Say why the course is paused."),
            "max_length": _("Say why in 150 characters."),
        },
    )
    until = forms.DateField(
        required=False, error_messages={"invalid": _("Choose the day on which it goes on.")}
    )


class StepForm(forms.Form):
    """More evenings, fewer, or a week longer as it is."""

    what = forms.ChoiceField(
        choices=[(each.value, each.label) for each in STEPS],
        error_messages={
            "required": _("Choose more evenings, fewer, or one week longer as it is."),
            "invalid_choice": _("Choose more evenings, fewer, or one week longer as it is."),
        },
    )
    reason = forms.CharField(
        required=False,
        max_length=_REASON,
        error_messages={"max_length": _("Say why in 200 characters.")},
    )
