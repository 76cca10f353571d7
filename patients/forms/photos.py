"""What is sent with photographs, and what the buttons beside one send."""

from datetime import date, datetime, time, timedelta
from typing import Any, Final

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from patients.models import Photo, PhotoUse

# photos are brought in from an earlier clinic, not from another century
OLDEST: Final = timedelta(days=30 * 366)


class TakenForm(forms.Form):
    """What all photos of one upload have in common; the files themselves stand in their slots."""

    taken_on = forms.DateField(
        label=_("Taken on"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "width-s"}),
    )
    purposes = forms.MultipleChoiceField(
        label=_("The patient also lets them be used for"),
        choices=PhotoUse.Purpose,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    subject = forms.CharField(
        required=False,
        max_length=60,
        widget=forms.HiddenInput,
        validators=[RegexValidator(r"^[a-z_]+:[1-9][0-9]*\Z")],
    )

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now
        today = timezone.localtime(now).date()
        self.fields["taken_on"].initial = today
        self.fields["taken_on"].widget.attrs |= {"max": today.isoformat()}
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout(
            Field("taken_on"),
            Field("purposes"),
            "subject",
        )

    def clean_taken_on(self) -> date | None:
        day: date | None = self.cleaned_data["taken_on"]
        today = timezone.localtime(self.now).date()
        if day and not today - OLDEST <= day <= today:
            raise ValidationError(_("Choose the day on which they were taken, not a later one."))
        return day

    @property
    def taken_at(self) -> datetime:
        """This moment; noon of the day, for photos from before."""
        day = self.cleaned_data["taken_on"]
        if day in (None, timezone.localtime(self.now).date()):
            return self.now
        return timezone.make_aware(datetime.combine(day, time(12)))


class UseForm(forms.Form):
    purpose = forms.ChoiceField(choices=PhotoUse.Purpose)
    given = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no")])


class PoseForm(forms.Form):
    pose = forms.ChoiceField(label=_("Shows"), choices=Photo.Pose)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True


class TakeOutForm(forms.Form):
    why = forms.ChoiceField(
        label=_("Why is it taken out?"),
        choices=Photo.Why,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose why it is taken out.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True


class CompareForm(forms.Form):
    """Which two photos of which pose; whatever is unknown is left out and the view chooses."""

    pose = forms.ChoiceField(choices=Photo.Pose, required=False)
    before = forms.IntegerField(min_value=1, max_value=2**63 - 1, required=False)
    after = forms.IntegerField(min_value=1, max_value=2**63 - 1, required=False)

    def asked(self, name: str) -> Any:
        self.is_valid()
        return self.cleaned_data.get(name)
