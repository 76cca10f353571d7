"""What is added to a signed visit."""

from django import forms
from django.utils.translation import gettext_lazy as _

from treatments.models import Addendum


class AddendumForm(forms.Form):
    """One text; it is signed with the name and the time of whoever sends it."""

    text = forms.CharField(
        label=_("Add to this record"),
        max_length=Addendum._meta.get_field("text").max_length,
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
        error_messages={"required": _("Write what is to be added.")},
    )
