"""People, rooms and devices; whose public holidays are proposed, and which are decided on."""

from collections.abc import Sequence
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout
from django import forms
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.models import Capability, Location, Resource
from clinic.queries import public_holidays
from clinic.queries.public_holidays import Holiday


class ResourceForm(forms.Form):
    """Name and capabilities of one kind of resource, `resource` unless it is a new one."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=Resource._meta.get_field("name").max_length,
        widget=forms.TextInput(attrs={"class": "width-m"}),
        error_messages={"required": gettext_lazy("Write a name.")},
    )
    capabilities = forms.ModelMultipleChoiceField(
        queryset=Capability.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(
        self, data: QueryDict | None = None, *, kind: str, resource: Resource | None = None
    ) -> None:
        shown: dict[str, Any] = {}
        if resource is not None:
            shown = {"name": resource.name, "capabilities": resource.capabilities.all()}
        super().__init__(data, initial=shown)
        # what others of its kind can do, and what nothing can do yet
        offered = Q(resources__kind=kind) | Q(resources=None)
        capabilities: Any = self.fields["capabilities"]
        capabilities.queryset = Capability.objects.filter(offered).distinct().order_by("name")
        is_person = kind == Resource.Kind.PERSON
        capabilities.label = _("Can do") if is_person else _("Can be used for")
        capabilities.help_text = _("Only visits that need one of these can be booked with it.")
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        checks = "clinic/setup/fields/checks.html"
        self.helper.layout = Layout(
            Field("name", autocomplete="off"), Field("capabilities", template=checks)
        )


class CountryForm(forms.Form):
    """Country, then a part of it: the parts offered are those of the country that is saved."""

    country = forms.ChoiceField(label=gettext_lazy("Country"), required=False)
    subdivision = forms.ChoiceField(
        label=gettext_lazy("Part of the country"),
        required=False,
        error_messages={
            "invalid_choice": gettext_lazy("Choose a part of that country, or the whole of it.")
        },
    )

    def __init__(self, data: QueryDict | None = None, *, location: Location) -> None:
        shown = {"country": location.country, "subdivision": location.subdivision}
        super().__init__(_moved(data, location), initial=shown)
        country: Any = self.fields["country"]
        country.choices = [("", _("None")), *public_holidays.countries()]
        subdivision: Any = self.fields["subdivision"]
        parts = public_holidays.subdivisions(location.country)
        subdivision.choices = [("", _("The whole country")), *parts]
        if not parts:
            subdivision.widget = forms.HiddenInput()
        for field in (country, subdivision):
            field.widget.attrs["class"] = "form-select"
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True


def _moved(data: QueryDict | None, location: Location) -> QueryDict | None:
    """Another country's parts are other ones: the old one's part means nothing there."""
    if data is None or data.get("country") == location.country:
        return data
    moved = data.copy()
    moved["subdivision"] = ""
    return moved


class HolidaysForm(forms.Form):
    """Which of these public holidays are meant; all, until somebody unticks some."""

    days = forms.MultipleChoiceField(
        label=gettext_lazy("Not decided yet"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": gettext_lazy("Tick at least one day."),
            "invalid_choice": gettext_lazy("One of these days was decided meanwhile."),
        },
    )

    def __init__(self, data: QueryDict | None = None, *, holidays: Sequence[Holiday]) -> None:
        self.names = {each.day.isoformat(): each for each in holidays}
        super().__init__(data, initial={"days": list(self.names)})
        days: Any = self.fields["days"]
        # the page writes day and name of each in columns
        days.choices = list(self.names.items())

    def chosen(self) -> dict[Any, str]:
        """The names of the ticked days, by day."""
        found = [self.names[each] for each in self.cleaned_data["days"]]
        return {each.day: each.name for each in found}
