"""The log of a visit as one form: the visit, its typed table, and what hangs on it.

Everything is optional in a draft. `entry()` gives what can be, also when something else cannot:
that is saved, and the rest stays in its field with a sentence.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, ClassVar, Final

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from treatments.actions.visits import Entry
from treatments.forms.visit_fields import CountField, line
from treatments.models import AdverseEvent, LesionTreatment
from treatments.queries.assessments import Mark

PRODUCTS: Final = 3
_VISIT: Final = ("pain", "broken_off", "broken_off_why", "note", "next_note", "range_reason")
_PARTS: Final = ("name", "lot", "expires_on", "handed_out")
_LONGEST: Final = {"name": 80, "lot": 40}
Group = tuple[str | Promise, tuple[str, ...]]


def _text(label: str | Promise, longest: int, rows: int = 2) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=longest, required=False, widget=widget)


class LogForm(forms.Form):
    """What every modality has. A subclass adds its columns, in `core` (always in sight) and
    `groups` (folded). `marks` are the lesions that may be ticked, `day` that of the visit."""

    core: ClassVar[tuple[str, ...]] = ()
    groups: ClassVar[tuple[Group, ...]] = ()
    results: ClassVar[tuple[str, ...]] = ()
    has_pain: ClassVar[bool] = True

    pain = CountField(10, gettext_lazy("Pain"), gettext_lazy("Pain runs from 0 to 10."))
    broken_off = forms.BooleanField(label=gettext_lazy("Broken off"), required=False)
    broken_off_why = line(gettext_lazy("Why was it broken off?"), 200)
    note = _text(gettext_lazy("Note"), 2000)
    next_note = _text(gettext_lazy("For the next session"), 500)
    range_reason = line(gettext_lazy("Why this time?"), 300)

    def __init__(
        self, *args: Any, marks: Sequence[Mark] = (), day: date | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.marks, self.day = list(marks), day
        if self.results:
            self._offer_lesions()
        self._offer_products()
        self._offer_events()
        self._mark_fields()

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the typed table that this form fills in."""
        return (*self.core, *(name for _title, names in self.groups for name in names))

    # Parts ----------------------------------------------------------------------------------------

    def _offer_lesions(self) -> None:
        self.fields["lesion"] = forms.TypedMultipleChoiceField(
            choices=[(each.pk, str(each.number)) for each in self.marks],
            coerce=int,
            required=False,
            label=_("Lesions treated"),
            error_messages={"invalid_choice": _("One of these lesions cannot be treated here.")},
        )
        if len(self.results) < 2:
            return
        words = dict(LesionTreatment.Result.choices)
        for each in self.marks:
            self.fields[f"result_{each.pk}"] = forms.ChoiceField(
                choices=[(key, words[key]) for key in self.results],
                required=False,
                label=_("Lesion %(number)d") % {"number": each.number},
                widget=forms.Select,
            )

    def _offer_products(self) -> None:
        labels = {"name": _("Product"), "lot": _("Lot")}
        for n in range(PRODUCTS):
            for part, label in labels.items():
                field = line(label, _LONGEST[part])
                # the style sheet sees by it whether the field is empty
                field.widget.attrs["placeholder"] = " "
                self.fields[f"product_{n}_{part}"] = field
            self.fields[f"product_{n}_expires_on"] = forms.DateField(
                label=_("Expires"),
                required=False,
                widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
                error_messages={"invalid": _("Write the date as it stands on the pack.")},
            )
            self.fields[f"product_{n}_handed_out"] = forms.BooleanField(
                label=_("Handed out"), required=False
            )

    def _offer_events(self) -> None:
        severities = [("", _("None")), *AdverseEvent.Severity.choices]
        for kind, label in AdverseEvent.Kind.choices:
            self.fields[f"event_{kind}"] = forms.ChoiceField(
                choices=severities, required=False, label=label, widget=forms.Select
            )
            self.fields[f"event_{kind}_action"] = line(_("What was done"), 200)

    def _mark_fields(self) -> None:
        classes = {forms.Select: "form-select", forms.CheckboxInput: "form-check-input"}
        for field in self.fields.values():
            if type(field.widget) in (forms.RadioSelect, forms.SelectMultiple):
                continue
            field.widget.attrs.setdefault("class", classes.get(type(field.widget), "form-control"))

    # What came in ---------------------------------------------------------------------------------

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if not values.get("broken_off"):
            values["broken_off_why"] = ""
        for n in range(PRODUCTS):
            self._check_product(n, values)
        return values

    def _check_product(self, n: int, values: dict[str, Any]) -> None:
        expires, name = values.get(f"product_{n}_expires_on"), values.get(f"product_{n}_name")
        if expires and self.day and expires < self.day:
            self.add_error(
                f"product_{n}_expires_on",
                _("Expired on %(day)s: take another pack. This one is not to be used.")
                % {"day": f"{expires:%-d %b %Y}"},
            )
        if (expires or values.get(f"product_{n}_lot")) and not name:
            self.add_error(f"product_{n}_name", _("Say which product this is."))

    def entry(self) -> Entry:
        """What can be saved of what was typed."""
        values = self.cleaned_data
        return Entry(
            visit={name: values[name] for name in _VISIT if name in values},
            record={name: values[name] for name in self.columns if name in values},
            products=self._products(),
            events=self._events(),
            ticks=self._ticks() if self.results else None,
            whole=not self.errors,
        )

    def _products(self) -> list[dict[str, Any]] | None:
        if any(name.startswith("product_") for name in self.errors):
            return None
        rows = [
            {part: self.cleaned_data[f"product_{n}_{part}"] for part in _PARTS}
            for n in range(PRODUCTS)
        ]
        return [row for row in rows if row["name"]]

    def _events(self) -> list[dict[str, Any]] | None:
        if any(name.startswith("event_") for name in self.errors):
            return None
        return [
            {
                "kind": kind,
                "severity": severity,
                "action": self.cleaned_data[f"event_{kind}_action"],
            }
            for kind in AdverseEvent.Kind.values
            if (severity := self.cleaned_data[f"event_{kind}"])
        ]

    def _ticks(self) -> dict[int, str] | None:
        if "lesion" not in self.cleaned_data:
            return None
        chosen = self.cleaned_data["lesion"]
        return {
            pk: self.cleaned_data.get(f"result_{pk}") or self.results[0] for pk in sorted(chosen)
        }

    # What the page walks over ---------------------------------------------------------------------

    @property
    def product_rows(self) -> Iterator[list[forms.BoundField]]:
        for n in range(PRODUCTS):
            yield [
                self[f"product_{n}_{part}"] for part in ("name", "lot", "expires_on", "handed_out")
            ]

    @property
    def event_rows(self) -> Iterator[tuple[forms.BoundField, forms.BoundField]]:
        for kind in AdverseEvent.Kind.values:
            yield self[f"event_{kind}"], self[f"event_{kind}_action"]

    @property
    def result_rows(self) -> Iterator[tuple[Mark, forms.BoundField]]:
        if len(self.results) > 1:
            for each in self.marks:
                yield each, self[f"result_{each.pk}"]


def initial_of(
    visit_values: Mapping[str, Any],
    record: Mapping[str, Any],
    ticks: Mapping[int, str],
    products: Sequence[Any],
    events: Sequence[Any],
) -> dict[str, Any]:
    """The fields of a draft as its page opens."""
    found: dict[str, Any] = {**visit_values, **record, "lesion": list(ticks)}
    if "device_id" in record:
        found["device"] = record["device_id"]
    found |= {f"result_{pk}": result for pk, result in ticks.items()}
    for n, each in enumerate(products[:PRODUCTS]):
        for part in _PARTS:
            found[f"product_{n}_{part}"] = getattr(each, part)
    for each in events:
        found[f"event_{each.kind}"] = each.severity
        found[f"event_{each.kind}_action"] = each.action
    return found
