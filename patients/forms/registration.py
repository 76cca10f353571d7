"""Forms about who a patient is: input to Details, and refusals at their fields."""

from dataclasses import asdict
from functools import cache
from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Fieldset, Layout
from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from patients.forms.fields import OneLineField
from patients.models import Patient, PatientAddress, PatientName
from patients.models.patient import EARLIEST_BIRTH
from patients.one_line import one_line
from patients.queries.record import OWN_FIELDS, Address, Details, Name
from patients.search_terms import understood

if TYPE_CHECKING:
    PatientModelForm = forms.ModelForm[Patient]
    AddressModelForm = forms.ModelForm[PatientAddress]
else:
    # Django's own class takes no parameter when the program runs
    PatientModelForm = AddressModelForm = forms.ModelForm

_ONE_ADDRESS = _("This is not one e-mail address. Write a single one, like ada@example.org.")
_CONSENT = [
    (Patient.EmailConsent.GIVEN, _("Yes, may be e-mailed")),
    (Patient.EmailConsent.REFUSED, _("No, does not want e-mail")),
    (Patient.EmailConsent.NOT_ASKED, _("Not asked yet")),
]
_TYPED_FIRST = ("given_name", "family_name", "birth_date")
_NO_AREAS = ("Etc/", "US/", "SystemV/", "Brazil/", "Canada/", "Chile/", "Mexico/")


@cache
def _zone_choices() -> list[tuple[str, str]]:
    """Time zones by place; the old names of whole countries are left out."""
    places = (name for name in available_timezones() if "/" in name)
    return [
        (name, name.replace("_", " ")) for name in sorted(places) if not name.startswith(_NO_AREAS)
    ]


def form_helper(*rows: Any) -> FormHelper:
    """A helper without form tag and button; the page has one of each for all its forms."""
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    helper.layout = Layout(*rows)
    return helper


def _grid(*fields: Any) -> Div:
    return Div(*fields, css_class="form-grid")


def _part(legend: Any, *fields: Any) -> Fieldset:
    return Fieldset(legend, *fields, template="patients/_fieldset.html")


class PersonForm(PatientModelForm):
    """What is asked of every patient."""

    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        required=False,
        error_messages={"invalid": _ONE_ADDRESS, "max_length": _ONE_ADDRESS},
    )

    class Meta:
        model = Patient
        fields = [name for name in OWN_FIELDS if name not in ("prefix", "deceased")]
        field_classes = dict.fromkeys(("given_name", "family_name", "phone"), OneLineField)
        labels = {
            "given_name": _("First name"),
            "family_name": _("Last name"),
            "birth_date": _("Date of birth"),
            "sex": _("Sex"),
            "skin_type": _("Skin type"),
            "phone": _("Telephone"),
            "language": _("Language"),
            "time_zone": _("Time zone"),
        }
        help_texts = {
            "time_zone": _("Where the patient lives; nothing is sent there at night."),
            "skin_type": _("Fitzpatrick, as far as it is known."),
        }
        error_messages = {
            "family_name": {"required": _("Write the last name.")},
            "birth_date": {
                "required": _("Write the date of birth: it tells people of one name apart."),
                "invalid": _("This is not a date. Write it as day, month, year."),
            },
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["birth_date"].widget = forms.DateInput(
            format="%Y-%m-%d", attrs={"type": "date", "min": EARLIEST_BIRTH.isoformat()}
        )
        self.fields["time_zone"].widget = forms.Select(choices=self._zones())
        self.fields["skin_type"].widget.choices = [
            ("", _("Not recorded")),
            *Patient.SkinType.choices,
        ]
        for name in ("given_name", "family_name", "phone", "email"):
            # whoever types here is not the person that the browser knows about
            self.fields[name].widget.attrs["autocomplete"] = "off"
        self.fields["phone"].widget.input_type = "tel"

    def _zones(self) -> list[tuple[str, str]]:
        own = self.initial.get("time_zone")
        known = _zone_choices()
        return known if not own or own in dict(known) else [(own, own), *known]

    def details(
        self, *, other_names: tuple[Name, ...] = (), address: Address | None = None
    ) -> Details:
        """The cleaned form as Details."""
        values = {name: self.cleaned_data[name] for name in OWN_FIELDS if name in self.fields}
        return Details(**values, other_names=other_names, address=address or Address())


class RegistrationForm(PersonForm):
    """A new patient. `known` comes back with the similar patients that were shown."""

    email_consent = forms.ChoiceField(
        label=_("May we write e-mails about appointments and care?"),
        choices=_CONSENT,
        initial=Patient.EmailConsent.NOT_ASKED,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        empty = (name for name in _TYPED_FIRST if not self.initial.get(name))
        if not self.is_bound:
            self.fields[next(empty, "phone")].widget.attrs["autofocus"] = True

    helper = form_helper(
        _grid("given_name", "family_name", "birth_date", "sex"),
        _grid("phone", "email"),
        "email_consent",
        _grid("language", "time_zone", "skin_type"),
    )


class DetailsForm(PersonForm):
    """The details of a known patient; `seen` is the fingerprint of what the page showed."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=40)

    class Meta(PersonForm.Meta):
        fields = [*PersonForm.Meta.fields, "prefix", "deceased"]
        field_classes = PersonForm.Meta.field_classes | {"prefix": OneLineField}
        labels = PersonForm.Meta.labels | {
            "prefix": _("Title"),
            "deceased": _("Has died: nothing more is sent"),
        }

    helper = form_helper(
        "seen",
        _part(
            _("Person"),
            _grid(Field("prefix", css_class="width-s"), "given_name", "family_name"),
            _grid("birth_date", "sex", "skin_type"),
            "deceased",
        ),
        _part(
            _("How we reach them"),
            _grid("phone", "email"),
            _grid("language", "time_zone"),
        ),
    )


class OtherNameForm(forms.Form):
    use = forms.ChoiceField(
        label=_("Kind"), choices=PatientName.Use, initial=PatientName.Use.MAIDEN
    )
    given_name = OneLineField(label=_("First name"), max_length=100, required=False)
    family_name = OneLineField(label=_("Last name"), max_length=100, required=False)

    helper = form_helper(_grid("use", "given_name", "family_name"))


_MOST_NAMES = 20
_NAMES_ERRORS: dict[str, Any] = {
    "too_many_forms": ngettext_lazy(
        "There is room for %(num)d other name. Nothing was saved: take one away.",
        "There is room for %(num)d other names. Nothing was saved: take some away.",
        "num",
    ),
    "missing_management_form": _(
        "The other names did not arrive whole. Nothing was saved: open the page again."
    ),
}
# no page has more rows: a request that claims so is cut here
OtherNamesFormSet = forms.formset_factory(
    OtherNameForm, extra=1, max_num=_MOST_NAMES, validate_max=True, absolute_max=200
)


class AddressForm(AddressModelForm):
    class Meta:
        model = PatientAddress
        fields = ["lines", "city", "postal_code", "state", "country"]
        field_classes = dict.fromkeys(fields[1:], OneLineField)
        labels = {
            "lines": _("Street"),
            "city": _("Town"),
            "postal_code": _("Postal code"),
            "state": _("County or state"),
            "country": _("Country"),
        }
        widgets = {"lines": forms.Textarea(attrs={"rows": 2, "maxlength": 500})}

    helper = form_helper(
        _part(_("Address"), "lines", _grid("city", "postal_code"), _grid("state", "country"))
    )

    def clean_lines(self) -> str:
        """Browsers end lines in a text area their own way; unchanged text must stay the same."""
        return "\n".join(map(one_line, self.cleaned_data["lines"].splitlines()))

    def address(self) -> Address:
        return Address(**self.cleaned_data)


class DetailsForms:
    """The three forms of the details page as one; each field keeps a name of its own."""

    def __init__(self, patient: Patient, known: Details, data: QueryDict | None) -> None:
        # an instance of its own: validation writes into it what may be refused
        instance = Patient(**{name: getattr(patient, name) for name in OWN_FIELDS})
        address = PatientAddress(**asdict(known.address))
        names = [asdict(name) for name in known.other_names]
        self.person = DetailsForm(data, instance=instance, initial={"seen": known.fingerprint})
        self.names = OtherNamesFormSet(
            data, initial=names, prefix="names", error_messages=_NAMES_ERRORS
        )
        # an import may bring more than anybody would type: those can be corrected, and one added
        self.names.max_num = max(_MOST_NAMES, len(names) + 1)
        self.address = AddressForm(data, instance=address, prefix="address")

    @property
    def is_bound(self) -> bool:
        return self.person.is_bound

    def are_valid(self) -> bool:
        return all([self.person.is_valid(), self.names.is_valid(), self.address.is_valid()])

    def details(self) -> Details:
        return self.person.details(other_names=_names(self.names), address=self.address.address())


def _names(rows: "forms.BaseFormSet[OtherNameForm]") -> tuple[Name, ...]:
    """The names that were filled in; a row with both fields emptied is gone."""
    filled = (form.cleaned_data for form in rows.forms if form.cleaned_data)
    names = (Name(row["use"], row["given_name"], row["family_name"]) for row in filled)
    return tuple(name for name in dict.fromkeys(names) if name.given_name or name.family_name)


class EmailConsentForm(forms.Form):
    given = forms.TypedChoiceField(
        choices=[("yes", _("Yes")), ("no", _("No"))], coerce=lambda answer: answer == "yes"
    )


def prefilled(text: str) -> dict[str, Any]:
    """Initial values of a registration, from what was typed to find the patient."""
    terms = understood(text)
    family_first = "," in text
    names = [name if name != name.lower() else name.title() for name in terms.names]
    family = names[:1] if family_first else names[-1:]
    given = names[1:] if family_first else names[:-1]
    return {
        "given_name": " ".join(given),
        "family_name": " ".join(family),
        "birth_date": next((days[0] for days in terms.births if len(days) == 1), None),
        "phone": next((n.phone for n in terms.numbers if len(n.phone) > 5), ""),
    }
