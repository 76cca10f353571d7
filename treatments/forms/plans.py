"""The form in which a course is agreed."""

from collections.abc import Iterator
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Layout
from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from clinic.models import Location, Resource
from clinic.queries import locations
from patients.models import Patient
from treatments.actions.plans import CourseTerms
from treatments.models import Course, Protocol
from treatments.queries import protocols

_YES, _NO = "yes", "no"
_ANSWERS = [(_YES, _("Yes")), (_NO, _("No")), ("", _("Not asked yet"))]
RETINOID = {_YES: True, _NO: False, "": None}


def answers_field() -> forms.ChoiceField:
    """Whether a retinoid is used at home, as far as anybody asked."""
    return forms.ChoiceField(
        label=_("Uses a retinoid at home"),
        choices=_ANSWERS,
        required=False,
        initial="",
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Choose one of the answers.")},
        help_text=_("Decides whether a reminder to pause it goes out before each session."),
    )


class PlaceForm(forms.Form):
    """Where, and with whom: the people offered are those who keep hours somewhere."""

    location = forms.ChoiceField(
        label=_("Where"), required=False, error_messages={"invalid_choice": _("Choose where.")}
    )
    practitioner = forms.ChoiceField(
        label=_("With"),
        required=False,
        error_messages={"invalid_choice": _("Choose somebody from the list.")},
        help_text=_("Preferred when dates are searched. Leave it open if anyone will do."),
    )

    def __init__(self, *args: Any, here: Location | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.locations = {str(each.pk): each for each in locations.all_known()}
        self._choice("location").choices = [(pk, each.name) for pk, each in self.locations.items()]
        self.fields["location"].initial = here and here.pk
        self._offer_people()

    def _choice(self, name: str) -> Any:
        return self.fields[name]

    def _offer_people(self) -> None:
        """Everybody who keeps hours somewhere; with several locations, sorted by them."""
        self.people = {
            (str(person.pk), str(place)): person
            for person in _people()
            for place in {hours.location_id for hours in person.weekly_hours.all()}
        }
        groups = [
            (place.name, [(pk, each.name) for (pk, at), each in self.people.items() if at == key])
            for key, place in self.locations.items()
        ]
        offered = groups if len(groups) > 1 else [each for _name, rows in groups for each in rows]
        self._choice("practitioner").choices = [("", _("Anyone")), *offered]

    def clean_location(self) -> str:
        place: str = self.cleaned_data["location"]
        if not place:
            raise forms.ValidationError(_("Choose where."))
        return place

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        person = values.get("practitioner")
        if person and "location" in values and (person, values["location"]) not in self.people:
            self.add_error("practitioner", _("This person does not work at that location."))
        return values


class CourseForm(PlaceForm):
    """Which protocol, how many sessions, where, by whom, and what the letters need to know.

    Each protocol has a number of sessions of its own, `sessions_<pk>`, with the protocol's default
    chosen; only that of the chosen protocol counts. `running` are the modalities of which this
    patient has a course already: those cannot be chosen.
    """

    field_order = ("protocol",)
    protocol = forms.ChoiceField(
        label=_("Treatment"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose a treatment."),
            "invalid_choice": _("This treatment is no longer offered. Choose another."),
        },
    )
    uses_retinoid = answers_field()
    antiviral_ordered = forms.BooleanField(label=_("An antiviral is ordered"), required=False)
    priming_ordered = forms.BooleanField(label=_("Skin priming is ordered"), required=False)

    def __init__(self, *args: Any, patient: Patient, here: Location | None, **kwargs: Any) -> None:
        super().__init__(*args, here=here, **kwargs)
        self.running = _running(patient)
        self.protocols = {str(each.pk): each for each in protocols.to_choose_from()}
        self._choice("protocol").choices = [(pk, each.name) for pk, each in self.protocols.items()]
        for pk, protocol in self.protocols.items():
            self.fields[f"sessions_{pk}"] = sessions_field(protocol)
        self.helper = _helper()

    @property
    def cards(self) -> Iterator[tuple[Protocol, forms.BoundField, bool]]:
        """Each protocol with its number of sessions and whether it is chosen."""
        for pk, protocol in self.protocols.items():
            yield protocol, self[f"sessions_{pk}"], self["protocol"].value() == pk

    @property
    def focus(self) -> str:
        """The number of the protocol where the keyboard begins: the chosen or the first offered."""
        offered = [pk for pk, each in self.protocols.items() if each.modality not in self.running]
        chosen = str(self["protocol"].value())
        return chosen if chosen in offered else next(iter(offered), "")

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        chosen = f"sessions_{values.get('protocol')}"
        if values.get(chosen) == "":
            field = self.fields[chosen]
            self.add_error(chosen, field.error_messages["required"])
        return values

    def terms(self) -> CourseTerms:
        """The cleaned form as what is agreed."""
        values = self.cleaned_data
        return CourseTerms(
            protocol=self.protocols[values["protocol"]],
            location=self.locations[values["location"]],
            sessions=int(values[f"sessions_{values['protocol']}"]),
            practitioner=self.people.get((values["practitioner"], values["location"])),
            uses_retinoid=RETINOID[values["uses_retinoid"]],
            antiviral_ordered=values["antiviral_ordered"],
            priming_ordered=values["priming_ordered"],
        )


def _running(patient: Patient) -> frozenset[str]:
    rows = Course.objects.filter(
        plan__patient=patient, status__in=[Course.Status.ACTIVE, Course.Status.PAUSED]
    )
    return frozenset(rows.values_list("protocol__modality", flat=True))


def _people() -> list[Resource]:
    rows = Resource.objects.filter(active=True, kind=Resource.Kind.PERSON)
    return list(rows.prefetch_related("weekly_hours").order_by("name"))


def sessions_field(protocol: Protocol) -> forms.ChoiceField:
    numbers = range(protocol.sessions_min, protocol.sessions_max + 1)
    wrong = _("%(name)s takes %(min)d to %(max)d sessions.") % {
        "name": protocol.name,
        "min": protocol.sessions_min,
        "max": protocol.sessions_max,
    }
    return forms.ChoiceField(
        label=_("Sessions"),
        choices=[(n, ngettext("%(n)d session", "%(n)d sessions", n) % {"n": n}) for n in numbers],
        initial=protocol.sessions_default,
        required=False,
        error_messages={"invalid_choice": wrong, "required": wrong},
        widget=forms.Select(attrs={"class": "form-select"}),
    )


def _helper() -> FormHelper:
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    helper.form_error_title = _("The course is not started yet. What you chose is still here.")
    reminders = (
        Field("uses_retinoid", template="treatments/fields/answers.html"),
        "antiviral_ordered",
        "priming_ordered",
    )
    helper.layout = Layout(
        Div(
            Div(
                Field("protocol", template="treatments/fields/protocol_cards.html"),
                css_class="card-box card-body-box",
            ),
            Div("location", "practitioner", *reminders, css_class="card-box card-body-box"),
            css_class="split",
        )
    )
    return helper
