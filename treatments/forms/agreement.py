"""The form in which the plan of a decision is agreed: every course of it at once."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Field, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from clinic.models import Appointment, Location
from treatments.actions.agreeing import CourseTerms, PlanTerms, RegimenTerms
from treatments.forms.plans import RETINOID, PlaceForm, answers_field, sessions_field
from treatments.models import Decision, Plan, Protocol, Regimen, RegimenRecord
from treatments.regimen import STRENGTHS, offers_series_pause, pauses_retinoid

AT_VISIT, OWN_VISIT = "visit", "own"
_RETINOID: Final = Protocol.Modality.RETINOID
_GOAL: Final = Plan._meta.get_field("goal").max_length
_NOTE: Final = Plan._meta.get_field("note").max_length
_AMOUNT: Final = Regimen._meta.get_field("amount")
_WRONG_DAY: Final = _("Choose a day.")


class PlanForm(PlaceForm):
    """`protocols` are those of the chosen ways that are not running already. `visit` is the one at
    which it was decided, None when it was at none: a retinoid may count as begun there."""

    goal = forms.CharField(label=_("What the patient hopes for"), required=False, max_length=_GOAL)
    note = forms.CharField(label=_("Note"), required=False, max_length=_NOTE)

    def __init__(
        self,
        *args: Any,
        decision: Decision,
        protocols: Sequence[Protocol],
        here: Location | None,
        today: date,
        visit: Appointment | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, here=here, **kwargs)
        self.decision, self.protocols, self.visit = decision, protocols, visit
        self.today = today
        self.by_modality = {each.modality: each for each in protocols}
        self.clinic_courses = [each for each in protocols if each.modality != _RETINOID]
        self.retinoid = self.by_modality.get(_RETINOID)
        for each in self.clinic_courses:
            self.fields[f"sessions_{each.modality}"] = sessions_field(each)
        if self.clinic_courses:
            self._ask_for_letters()
        if self.retinoid:
            self._ask_for_regimen()
        self.helper = self._laid_out()

    def _ask_for_letters(self) -> None:
        if not self.retinoid:
            self.fields["uses_retinoid"] = answers_field()
        for name, label in (
            ("antiviral_ordered", _("An antiviral is ordered")),
            ("priming_ordered", _("Skin priming is ordered")),
        ):
            self.fields[name] = forms.BooleanField(label=label, required=False)

    def _ask_for_regimen(self) -> None:
        self.fields |= regimen_fields(self.today)
        if self.visit:
            self.fields["begins"] = _begins_field()
        if self.offers_series_pause:
            self.fields["pause_for_series"] = self._series_pause_field()

    @property
    def _series(self) -> Protocol | None:
        """The series of peels beside the retinoid, if there is one."""
        return next((each for each in self.clinic_courses if each.spacing), None)

    @property
    def offers_series_pause(self) -> bool:
        series = self._series
        gap = series.gap_ideal if series and series.retinoid_stop_days_light else None
        return gap is not None and offers_series_pause(gap, self._skin_type)

    @property
    def _skin_type(self) -> int | None:
        return self.decision.assessment.skin_type or self.decision.patient.skin_type

    def _series_pause_field(self) -> forms.BooleanField:
        """Chosen already where few evenings would be left between two sessions."""
        series = self._series
        few = series is not None and pauses_retinoid(
            series.gap_ideal or 0, series.retinoid_stop_days(self._skin_type)
        )
        return forms.BooleanField(
            label=_("Pause it for the whole series"),
            required=False,
            initial=few,
            help_text=_("Otherwise it is left out some days before and after each session."),
        )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        for each in self.clinic_courses:
            name = f"sessions_{each.modality}"
            if values.get(name) == "":
                self.add_error(name, self.fields[name].error_messages["required"])
        if self.retinoid:
            self._check_regimen(values)
        return values

    def _check_regimen(self, values: dict[str, Any]) -> None:
        agent, strength = values.get("agent"), values.get("strength_percent")
        if agent and strength is not None:
            least, most = STRENGTHS[agent]
            if not least <= strength <= most:
                words = _("%(agent)s comes in %(least)s to %(most)s %%.")
                name = RegimenRecord.Agent(agent).label
                said = words % {"agent": name, "least": f"{least:f}", "most": f"{most:f}"}
                self.add_error("strength_percent", said)
        starts = values.get("starts_on")
        if starts and starts < self.today:
            self.add_error("starts_on", _("The first evening is today or later."))
        if starts and (starts - self.today).days > 366:
            self.add_error("starts_on", _("That is more than a year away."))

    def terms(self) -> PlanTerms:
        """The cleaned form as what is agreed."""
        values = self.cleaned_data
        return PlanTerms(
            courses=[self._course(each) for each in self.protocols],
            decision=self.decision,
            goal=values["goal"],
            note=values["note"],
        )

    def _course(self, protocol: Protocol) -> CourseTerms:
        values = self.cleaned_data
        is_retinoid = protocol is self.retinoid
        asked = values.get(f"sessions_{protocol.modality}", protocol.sessions_min)
        uses = True if self.retinoid else RETINOID[values.get("uses_retinoid", "")]
        return CourseTerms(
            protocol=protocol,
            location=self.locations[values["location"]],
            sessions=int(asked),
            practitioner=self.people.get((values["practitioner"], values["location"])),
            uses_retinoid=None if is_retinoid else uses,
            antiviral_ordered=not is_retinoid and values.get("antiviral_ordered", False),
            priming_ordered=not is_retinoid and values.get("priming_ordered", False),
            regimen=self._regimen() if is_retinoid else None,
        )

    def _regimen(self) -> RegimenTerms:
        values = self.cleaned_data
        return RegimenTerms(
            agent=values["agent"],
            strength_percent=values["strength_percent"],
            vehicle=values["vehicle"],
            amount=values["amount"],
            starts_on=values["starts_on"],
            pause_for_series=values.get("pause_for_series", False),
            begins_at=self.visit if values.get("begins") == AT_VISIT else None,
        )

    def _laid_out(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.form_error_title = _("Not agreed yet. What you entered is still here.")
        common = Div("location", "practitioner", "goal", "note", css_class="card-box card-body-box")
        helper.layout = Layout(
            Div(Div(*self._cards(), css_class="stack"), common, css_class="split")
        )
        return helper

    def _cards(self) -> Iterator[Div]:
        for each in self.clinic_courses:
            yield _card(each, f"sessions_{each.modality}")
        if self.clinic_courses:
            answers = [Field("uses_retinoid", template="treatments/fields/answers.html")]
            orders = ["antiviral_ordered", "priming_ordered"]
            fields = [*([] if self.retinoid else answers), *orders]
            yield Div(*fields, css_class="card-box card-body-box")
        if self.retinoid:
            line = Div("agent", "strength_percent", "vehicle", css_class="form-grid")
            begin = Field("begins", template="treatments/fields/answers.html")
            optional = [
                *([begin] if "begins" in self.fields else []),
                *(["pause_for_series"] if "pause_for_series" in self.fields else []),
            ]
            yield _card(self.retinoid, line, "amount", "starts_on", *optional)


def _card(protocol: Protocol, *fields: Any) -> Div:
    title = HTML(
        "{% load courses %}"
        f"{{% with protocol=form.by_modality.{protocol.modality} %}}"
        '<h3 class="h2">{{ protocol.name }}</h3><p class="muted">'
        "{% if protocol.sessions_max > 1 %}{{ protocol.spacing|apart }} · {% endif %}"
        "{{ protocol|how_long }}</p>{% endwith %}"
    )
    css = f"card-box card-body-box plan-course stripe mod-{protocol.modality}"
    return Div(title, *fields, css_class=css)


def regimen_fields(today: date) -> dict[str, forms.Field]:
    """What is prescribed, and when it begins; filled in as it usually is."""
    return {
        "agent": forms.ChoiceField(
            label=_("Agent"),
            choices=RegimenRecord.Agent.choices,
            initial=RegimenRecord.Agent.TRETINOIN,
            error_messages={"required": _("Choose an agent."), "invalid_choice": _("Choose one.")},
        ),
        "strength_percent": forms.DecimalField(
            label=_("Strength, %"),
            max_digits=4,
            decimal_places=3,
            initial=Decimal("0.025"),
            widget=forms.TextInput(attrs={"class": "width-xs", "inputmode": "decimal"}),
            error_messages={
                "required": _("Write the strength."),
                "invalid": _("Write it in percent, such as 0.025."),
            },
        ),
        "vehicle": forms.ChoiceField(
            label=_("Form"),
            choices=RegimenRecord.Vehicle.choices,
            error_messages={"required": _("Choose a form."), "invalid_choice": _("Choose one.")},
        ),
        "amount": forms.CharField(
            label=_("Amount"),
            max_length=_AMOUNT.max_length,
            initial=_AMOUNT.default,
            error_messages={"required": _("Write how much.")},
        ),
        "starts_on": forms.DateField(
            label=_("First evening"),
            initial=today,
            widget=forms.DateInput(attrs={"type": "date", "class": "width-s"}, format="%Y-%m-%d"),
            error_messages={"required": _WRONG_DAY, "invalid": _WRONG_DAY},
        ),
    }


def _begins_field() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("It begins"),
        choices=[(AT_VISIT, _("At this visit")), (OWN_VISIT, _("At a visit of its own"))],
        initial=AT_VISIT,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose one of the answers."),
            "invalid_choice": _("Choose one of the answers."),
        },
        help_text=_("The weekly letters follow from it."),
    )
