"""How somebody likes to see the calendar: columns, zoom, what is left out. Kept while signed in."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Self

from django import forms

from clinic.models import Resource

ZOOMS: Final = ("compact", "normal", "roomy")


@dataclass(frozen=True, slots=True)
class CalendarView:
    """`hidden` are resources whose columns are put away; `rail` is the list at the right."""

    by: str = Resource.Kind.PERSON
    zoom: str = "normal"
    cancelled: bool = True
    rail: bool = True
    hidden: frozenset[int] = frozenset()

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        """From what `kept` gave to a session; an empty one gives the defaults."""
        return cls(**{**kept, "hidden": frozenset(kept.get("hidden", ()))})

    @property
    def shortest_gap(self) -> int:
        """How many minutes must be free to be high enough to be pressed."""
        return 30 if self.zoom == "compact" else 15

    @property
    def one_line_below(self) -> int:
        """A visit of fewer minutes has room for one line of words."""
        return 45 if self.zoom == "compact" else 30

    def kept(self) -> dict[str, Any]:
        """As a session can hold it."""
        return {
            "by": self.by,
            "zoom": self.zoom,
            "cancelled": self.cancelled,
            "rail": self.rail,
            "hidden": sorted(self.hidden),
        }


class ViewForm(forms.Form):
    """A change of the view. Each of its parts may be missing and then stays as it was.

    `filters` says that the boxes were sent, since an empty box sends nothing; `among` are the
    columns that could be ticked, `shown` those that are.
    """

    zoom = forms.ChoiceField(choices=[(each, each) for each in ZOOMS], required=False)
    rail = forms.ChoiceField(choices=[("show", "show"), ("hide", "hide")], required=False)
    filters = forms.BooleanField(required=False)
    cancelled = forms.BooleanField(required=False)
    among = forms.TypedMultipleChoiceField(coerce=int, required=False)
    shown = forms.TypedMultipleChoiceField(coerce=int, required=False)

    def __init__(self, data: Any, *, resources: Mapping[int, str]) -> None:
        super().__init__(data)
        for name in ("among", "shown"):
            field: Any = self.fields[name]
            field.choices = list(resources.items())

    def applied_to(self, view: CalendarView) -> CalendarView:
        """The view after the change; what cannot be understood changes nothing."""
        self.is_valid()
        asked = self.cleaned_data
        if asked.get("zoom"):
            view = replace(view, zoom=asked["zoom"])
        if asked.get("rail"):
            view = replace(view, rail=asked["rail"] == "show")
        if asked.get("filters"):
            among, shown = set(asked.get("among", ())), set(asked.get("shown", ()))
            view = replace(
                view,
                cancelled=asked.get("cancelled", False),
                hidden=view.hidden - among | (among - shown),
            )
        return view
