"""What the desk types on its pages: which day, and why a visit is cancelled."""

from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from clinic.forms.years import can_be_meant
from clinic.models import Appointment, Resource


class DayForm(forms.Form):
    """The address of a day: `on`, `by` a kind of resource, `show` whose visits."""

    on = forms.DateField(required=False)
    by = forms.ChoiceField(choices=Resource.Kind, required=False)
    show = forms.ChoiceField(choices=[("mine", "mine"), ("all", "all")], required=False)
    resource = forms.IntegerField(required=False, min_value=1)

    def chosen(self, name: str, otherwise: Any) -> Any:
        """What the address says, or `otherwise` when it says nothing or nonsense."""
        self.is_valid()
        return self.cleaned_data.get(name) or otherwise

    def day(self, today: date) -> date:
        """The asked-for day, today for none; never so far that dates run out."""
        asked: date = self.chosen("on", today)
        return asked if can_be_meant(asked) else today


class CancelForm(forms.Form):
    """Why a visit is cancelled; the history of the visit shows it."""

    reason = forms.CharField(
        label=_("Why is it cancelled?"),
        max_length=Appointment._meta.get_field("cancel_reason").max_length,
        help_text=_("For the clinic only; the patient does not see it."),
        error_messages={"required": _("Write a reason. The visit still stands.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout(Field("reason", autocomplete="off"))
