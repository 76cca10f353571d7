"""One form per modality: the columns of its typed table, the ones of every visit first."""

from typing import Any, ClassVar, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from clinic.models import Resource
from treatments.forms.visit_fields import CountField, PickField, YesNoField, line, number, seconds
from treatments.forms.visits import Group, LogForm
from treatments.models import (
    CryoRecord,
    ExtractionRecord,
    LaserRecord,
    LesionTreatment,
    PeelRecord,
    RegimenRecord,
)
from treatments.models.lesion import SITE_CHOICES
from treatments.models.visit_lesion_records import Anaesthesia, Bleeding

_Result = LesionTreatment.Result


class PeelForm(LogForm):
    """What both peels have (clinical fact base 1.2, 1.3)."""

    strength_percent = number("peel", "strength_percent", _("Strength"), "%")
    contact_seconds = seconds("peel", "contact_seconds", _("Contact time"))
    endpoint = PickField(PeelRecord.Endpoint, _("Endpoint"))
    ph = number("peel", "ph", _("pH"))
    vehicle = PickField(PeelRecord.Vehicle, _("Vehicle"))
    degreaser = PickField(PeelRecord.Degreaser, _("Degreaser"))
    coats = number("peel", "coats", _("Coats"))
    skipped = forms.MultipleChoiceField(
        label=_("Areas left out"),
        choices=[each for each in SITE_CHOICES if each[0] not in ("face", "scalp", "neck")],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class GlycolicForm(PeelForm):
    """Neutralised."""

    neutraliser = PickField(PeelRecord.Neutraliser, _("Neutralised with"))
    buffered = YesNoField(_("Buffered"))
    core: ClassVar[tuple[str, ...]] = (
        "strength_percent",
        "contact_seconds",
        "endpoint",
        "neutraliser",
    )
    groups: ClassVar[tuple[Group, ...]] = (
        (_("Preparation"), ("ph", "buffered", "vehicle", "degreaser", "coats")),
        (_("Areas left out"), ("skipped",)),
    )


class SalicylicForm(PeelForm):
    """Rinsed off; a white film of crystals is not frost."""

    rinse_seconds = seconds("peel", "rinse_seconds", _("Rinsed for"))
    crystal_film = YesNoField(_("White crystal film"))
    numbness = forms.BooleanField(label=_("Numbness"), required=False)
    ringing_or_dizzy = forms.BooleanField(label=_("Ringing ears or dizziness"), required=False)
    core: ClassVar[tuple[str, ...]] = (
        "strength_percent",
        "contact_seconds",
        "crystal_film",
        "endpoint",
        "rinse_seconds",
        "numbness",
        "ringing_or_dizzy",
    )
    groups: ClassVar[tuple[Group, ...]] = (
        (_("Preparation"), ("ph", "vehicle", "degreaser", "coats")),
        (_("Areas left out"), ("skipped",)),
    )


class ExtractionForm(LogForm):
    """1.1"""

    results: ClassVar[tuple[str, ...]] = (_Result.CLEARED, _Result.PARTLY, _Result.FAILED)
    uncharted = number("extraction", "uncharted", _("Others, not on the chart"))
    tool = PickField(ExtractionRecord.Tool, _("Tool"))
    needle_gauge = number("extraction", "needle_gauge", _("Needle"), "G")
    antiseptic = PickField(ExtractionRecord.Antiseptic, _("Antiseptic"))
    anaesthesia = PickField(Anaesthesia, _("Anaesthesia"))
    numbing_agent = line(_("Agent"), 60)
    numbing_minutes = number("extraction", "numbing_minutes", _("Numbing cream on for"), _("min"))
    infiltration_ml = number("extraction", "infiltration_ml", _("Infiltrated"), "ml")
    sac_removed = YesNoField(_("Sac removed"))
    hyfrecator_watts = number("extraction", "hyfrecator_watts", _("Hyfrecator"), "W")
    hyfrecator_seconds = number("extraction", "hyfrecator_seconds", _("for"), "s")
    bleeding = PickField(Bleeding, _("Bleeding"))
    dressing = PickField(ExtractionRecord.Dressing, _("Dressing"))
    core: ClassVar[tuple[str, ...]] = (
        "uncharted",
        "tool",
        "needle_gauge",
        "antiseptic",
        "anaesthesia",
        "sac_removed",
        "bleeding",
        "dressing",
    )
    groups: ClassVar[tuple[Group, ...]] = (
        (_("Numbing"), ("numbing_agent", "numbing_minutes", "infiltration_ml")),
        (_("Hyfrecation"), ("hyfrecator_watts", "hyfrecator_seconds")),
    )

    def clean_anaesthesia(self) -> str:
        return self.cleaned_data["anaesthesia"] or Anaesthesia.NONE


class CryoForm(LogForm):
    """1.5"""

    results: ClassVar[tuple[str, ...]] = (_Result.TREATED,)
    uncharted = number("cryo", "uncharted", _("Others, not on the chart"))
    method = PickField(CryoRecord.Method, _("Method"))
    freeze_seconds = number("cryo", "freeze_seconds", _("Freezing"), "s")
    cycles = number("cryo", "cycles", _("Cycles"))
    halo_mm = number("cryo", "halo_mm", _("Halo"), "mm")
    thaw_seconds = number("cryo", "thaw_seconds", _("Thawing"), "s")
    blister = YesNoField(_("Blister"))
    core: ClassVar[tuple[str, ...]] = (
        "uncharted",
        "method",
        "freeze_seconds",
        "cycles",
        "halo_mm",
        "thaw_seconds",
        "blister",
    )


class LaserForm(LogForm):
    """1.6"""

    results: ClassVar[tuple[str, ...]] = (_Result.TREATED,)
    uncharted = number("laser", "uncharted", _("Others, not on the chart"))
    device = forms.ModelChoiceField(
        Resource.objects.none(), label=_("Laser"), required=False, empty_label=_("Not said")
    )
    serial = line(_("Serial number"), 40)
    mode = PickField(LaserRecord.Mode, _("Mode"))
    power_watts = number("laser", "power_watts", _("Power"), "W")
    pulse_ms = number("laser", "pulse_ms", _("Pulse"), "ms")
    rate_hz = number("laser", "rate_hz", _("Rate"), "Hz")
    spot_mm = number("laser", "spot_mm", _("Spot"), "mm")
    energy_mj = number("laser", "energy_mj", _("Energy"), "mJ")
    density_percent = number("laser", "density_percent", _("Density"), "%")
    passes = number("laser", "passes", _("Passes"))
    expression = YesNoField(_("Content expressed"))
    eye_shield = PickField(LaserRecord.Shield, _("Eye protection"))
    plume_extraction = forms.BooleanField(label=_("Plume extraction on"), required=False)
    anaesthesia = PickField(Anaesthesia, _("Anaesthesia"))
    anaesthetic = line(_("Agent"), 60)
    numbing_minutes = number("laser", "numbing_minutes", _("Numbing cream on for"), _("min"))
    infiltration_ml = number("laser", "infiltration_ml", _("Infiltrated"), "ml")
    cooling = line(_("Cooling"), 40)
    bleeding = PickField(Bleeding, _("Bleeding"))
    endpoint = line(_("Endpoint"), 60)
    test_spot = YesNoField(_("Test spot done"))
    core: ClassVar[tuple[str, ...]] = (
        "uncharted",
        "mode",
        "power_watts",
        "passes",
        "eye_shield",
        "plume_extraction",
        "anaesthesia",
        "endpoint",
    )
    groups: ClassVar[tuple[Group, ...]] = (
        (
            _("Device"),
            (
                "device",
                "serial",
                "pulse_ms",
                "rate_hz",
                "spot_mm",
                "energy_mj",
                "density_percent",
                "test_spot",
            ),
        ),
        (_("Numbing"), ("anaesthetic", "numbing_minutes", "infiltration_ml")),
        (_("Skin"), ("cooling", "bleeding", "expression")),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        devices = Resource.objects.filter(
            kind=Resource.Kind.DEVICE, capabilities__key="co2-laser-device"
        )
        self.fields["device"].queryset = devices  # type: ignore[attr-defined]

    def clean_anaesthesia(self) -> str:
        return self.cleaned_data["anaesthesia"] or Anaesthesia.NONE


class RegimenForm(LogForm):
    """1.4"""

    has_pain: ClassVar[bool] = False
    agent = PickField(RegimenRecord.Agent, _("Agent"))
    strength_percent = number("retinoid", "strength_percent", _("Strength"), "%")
    vehicle = PickField(RegimenRecord.Vehicle, _("Vehicle"))
    amount = line(_("Amount"), 40)
    started_on = forms.DateField(
        label=_("Begun on"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    nights_per_week = number("retinoid", "nights_per_week", _("Nights a week"))
    missed_nights = number("retinoid", "missed_nights", _("Nights missed"))
    dryness = CountField(3, _("Dryness"), _("Irritation runs from 0 to 3."))
    redness = CountField(3, _("Redness"), _("Irritation runs from 0 to 3."))
    peeling = CountField(3, _("Peeling"), _("Irritation runs from 0 to 3."))
    stinging = CountField(3, _("Stinging"), _("Irritation runs from 0 to 3."))
    moisturiser = YesNoField(_("Moisturiser"))
    sunscreen = PickField(RegimenRecord.Adherence, _("Sunscreen"))
    next_step = PickField(
        RegimenRecord.Step,
        _("How it goes on"),
        _("Once signed it holds at home, and the patient is told. “As it is” changes nothing."),
    )
    core: ClassVar[tuple[str, ...]] = (
        "agent",
        "strength_percent",
        "nights_per_week",
        "dryness",
        "redness",
        "peeling",
        "stinging",
        "next_step",
    )
    groups: ClassVar[tuple[Group, ...]] = (
        (_("How it is used"), ("vehicle", "amount", "started_on", "missed_nights")),
        (_("Care beside it"), ("moisturiser", "sunscreen")),
    )

    def clean_started_on(self) -> Any:
        begun = self.cleaned_data["started_on"]
        if begun and self.day and begun > self.day:
            raise forms.ValidationError(_("This is after the day of the visit."))
        return begun


FORMS: Final[dict[str, type[LogForm]]] = {
    "glycolic": GlycolicForm,
    "salicylic": SalicylicForm,
    "extraction": ExtractionForm,
    "cryo": CryoForm,
    "laser": LaserForm,
    "retinoid": RegimenForm,
}
